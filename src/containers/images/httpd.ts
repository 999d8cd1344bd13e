import { httpDate, httpReply, parseTarget } from '../http';
import type { Server, ServerProcess } from '../server';
import { resolvePath } from '../shell/files';
import type { Reply } from '../../net/types';
import type { Image } from './image';
import { tagsOf, versionOf } from './tags';
import { contentType, logTime } from './web-files';

const root = '/usr/local/apache2/htdocs';
const ports = [80];

const serve = (process: ServerProcess, method: string, path: string): Reply => {
  const headers = { Server: `Apache/${versionOf(process.tag, '2.4.65')} (Unix)`, Date: httpDate(process.now()) };
  const file = resolvePath('/', `${root}/${parseTarget(path).pathname}`);
  const inside = file === root || file.startsWith(`${root}/`);
  const target = process.files.stat(file)?.type === 'directory' ? `${file}/index.html` : file;
  if (method !== 'GET' && method !== 'HEAD')
    return httpReply(
      405,
      'text/html; charset=iso-8859-1',
      errorPage('405 Method Not Allowed', `The requested method ${method} is not allowed for this URL.`),
      headers,
    );
  if (!inside || process.files.stat(target)?.type !== 'file')
    return httpReply(404, 'text/html; charset=iso-8859-1', errorPage('404 Not Found', 'The requested URL was not found on this server.'), headers);
  return httpReply(200, contentType(target), process.files.read(target), { ...headers, 'Accept-Ranges': 'bytes' });
};

const errorPage = (title: string, text: string): string =>
  `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${title}</title>\n</head><body>\n<h1>${title.slice(4)}</h1>\n<p>${text}</p>\n</body></html>\n`;

/** `[Sat Nov 21 09:00:00.000000 2026]`. */
const errorTime = (at: number): string => {
  const [day, date, month, year, time] = new Date(at).toUTCString().replace(',', '').split(' ');
  return `[${day} ${month} ${date} ${time}.${String(at % 1000).padStart(3, '0')}000 ${year}]`;
};

/** Apache with the image's own configuration. */
const apache: Server = {
  ports: () => ports,
  answer: (process, _port, payload, from) => {
    if (payload.kind !== 'http')
      return { kind: 'text', text: errorPage('400 Bad Request', 'Your browser sent a request that this server could not understand.') };
    const { method, path } = payload.request;
    const reply = serve(process, method, path);
    const { status, body } = reply.kind === 'http' ? reply.response : { status: 500, body: '' };
    process.print(`${from.ip} - - [${logTime(process.now())}] "${method} ${path} HTTP/1.1" ${status} ${body.length}\n`);
    return reply;
  },
  banner: (process) => {
    const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${process.config.ip}. Set the 'ServerName' directive globally to suppress this message`;
    const time = errorTime(process.startedAt);
    const configured = `${time} [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/${versionOf(process.tag, '2.4.65')} (Unix) configured -- resuming normal operations`;
    return { stream: 'stderr', text: `${name}\n${name}\n${configured}\n${time} [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n` };
  },
  signals: { 2: 0, 15: 0, 28: 0 },
  farewell: (process, signal) => ({
    stream: 'stderr',
    text: `${errorTime(process.now())} [mpm_event:notice] [pid 1:tid 1] ${signal === 28 ? 'AH00492: caught SIGWINCH, shutting down gracefully' : 'AH00491: caught SIGTERM, shutting down'}\n`,
  }),
};

export const httpd: Image = {
  repositories: ['docker.io/library/httpd', 'public.ecr.aws/docker/library/httpd', 'registry.k8s.io/e2e-test-images/httpd'],
  hasTag: tagsOf({ from: '2.2.0', to: '2.4', patch: 66, suffixes: ['alpine', 'bookworm', 'trixie', 'bullseye'] }),
  sizeMiB: 56.2,
  idle: { cpuMilli: 0, memoryMiB: 7 },
  command: ['httpd-foreground'],
  workingDir: '/usr/local/apache2',
  userland: 'debian',
  servers: { 'httpd-foreground': apache, httpd: apache },
  files: () => ({ [`${root}/index.html`]: '<html><body><h1>It works!</h1></body></html>\n' }),
};
