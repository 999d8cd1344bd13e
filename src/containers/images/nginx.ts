import type { HttpRequest, Payload, Reply, Source } from '../../net/types';
import { header, httpDate, httpReply, parseTarget } from '../http';
import { type Server, type ServerProcess, gracefulSignals } from '../server';
import { parentPath, resolvePath } from '../shell/files';
import type { Image } from './image';
import { contentType, logTime, two } from './web-files';
import { tagsOf, versionOf } from './tags';

const newest = '1.29.3';
const root = '/usr/share/nginx/html';

const answer = (process: ServerProcess, _port: number, payload: Payload, from: Source): Reply => {
  if (payload.kind !== 'http') return { kind: 'text', text: errorPage(process, '400 Bad Request') };
  const { request } = payload;
  const reply = serve(process, request);
  process.print(accessLine(process, request, reply, from));
  return reply;
};

const serve = (process: ServerProcess, request: HttpRequest): Reply => {
  const { method, path } = request;
  if (method !== 'GET' && method !== 'HEAD') return failure(process, 405, 'Not Allowed');
  const { pathname } = parseTarget(path);
  const file = fileOf(pathname);
  if (file !== root && !file.startsWith(`${root}/`)) return failure(process, 400, 'Bad Request');
  const type = process.files.stat(file)?.type;
  if (type === 'directory' && !pathname.endsWith('/'))
    return failure(process, 301, 'Moved Permanently', { Location: `http://${header(request.headers, 'Host') ?? 'localhost'}${pathname}/` });
  const target = type === 'directory' ? `${file}/index.html` : file;
  if (process.files.stat(target)?.type !== 'file') {
    // A directory without an index may not be listed; a missing file is missing.
    const forbidden = type === 'directory' && (pathname === '/' || process.files.stat(parentPath(target)) !== undefined);
    if (!forbidden) printError(process, `open() "${target}" failed (2: No such file or directory)`);
    return forbidden ? failure(process, 403, 'Forbidden') : failure(process, 404, 'Not Found');
  }
  return page(target, process.files.read(target), version(process), httpDate(process.now()));
};

const files = new Map<string, string>();
const mostFiles = 500;

/** Where a path of a request leads; remembered, as few are asked for. */
const fileOf = (pathname: string): string => {
  const known = files.get(pathname);
  if (known !== undefined) return known;
  if (files.size >= mostFiles) files.clear();
  const file = resolvePath('/', `${root}/${pathname}`);
  files.set(pathname, file);
  return file;
};

let latest: { readonly target: string; readonly content: string; readonly running: string; readonly date: string; readonly reply: Reply } | undefined;

/** A file as the answer. Within a second many ask for the same. */
const page = (target: string, content: string, running: string, date: string): Reply => {
  if (latest?.date === date && latest.target === target && latest.content === content && latest.running === running) return latest.reply;
  const reply = httpReply(200, contentType(target), content, { ...headersOf(running, date), 'Accept-Ranges': 'bytes' });
  latest = { target, content, running, date, reply };
  return reply;
};

const headersOf = (running: string, date: string): Readonly<Record<string, string>> => ({ Server: `nginx/${running}`, Date: date, Connection: 'keep-alive' });
const commonHeaders = (process: ServerProcess) => headersOf(version(process), httpDate(process.now()));

const failure = (process: ServerProcess, status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  httpReply(status, 'text/html', errorPage(process, `${status} ${reason}`), { ...commonHeaders(process), ...headers });

const errorPage = (process: ServerProcess, title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${version(process)}</center>\r\n</body>\r\n</html>\r\n`;

/** nginx's `combined` format as the image sets it, with the forwarded address at the end. */
const accessLine = (process: ServerProcess, request: HttpRequest, reply: Reply, from: Source): string => {
  const { method, path, headers } = request;
  const { status, body } = reply.kind === 'http' ? reply.response : { status: 400, body: '' };
  const quoted = (name: string): string => `"${header(headers, name) ?? '-'}"`;
  const sent = method === 'HEAD' ? 0 : body.length;
  return `${from.ip} - - [${logTime(process.now())}] "${method} ${path} HTTP/1.1" ${status} ${sent} ${quoted('Referer')} ${quoted('User-Agent')} ${quoted('X-Forwarded-For')}\n`;
};

const printError = (process: ServerProcess, text: string): void => process.print(`${noticeTime(process.now())} [error] 29#29: ${text}\n`, 'stderr');

const version = (process: ServerProcess): string => versionOf(process.tag.replace(/^stable/, '1.28.0'), newest);

/** `2026/11/21 09:00:00`, as in nginx's error log. */
const noticeTime = (at: number): string => {
  const date = new Date(at);
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${date.toISOString().slice(11, 19)}`;
};

const entrypointLines = [
  '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
  '/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh',
  '10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf',
  '10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf',
  '/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh',
  '/docker-entrypoint.sh: Configuration complete; ready for start up',
];

const banner = (process: ServerProcess): { stream: 'stderr'; text: string } => {
  const running = version(process);
  const minor = Number(running.split('.')[1]);
  if (minor < 19) return { stream: 'stderr', text: '' };   // older images log notices nowhere and have no entrypoint script
  const time = noticeTime(process.startedAt);
  const notices = [
    'using the "epoll" event method',
    `nginx/${running}`,
    'OS: Linux 6.12.0',
    'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
    'start worker processes',
    'start worker process 29',
    'start worker process 30',
  ];
  const lines = [...entrypointLines, ...notices.map((notice) => `${time} [notice] 1#1: ${notice}`)];
  return { stream: 'stderr', text: `${lines.join('\n')}\n` };
};

const ports = [80];
/** The nginx web server with the image's own configuration: files from /usr/share/nginx/html on port 80. */
export const nginxServer: Server = {
  ports: () => ports,
  answer,
  banner,
  signals: gracefulSignals,
  farewell: (process, signal) => {
    const time = noticeTime(process.now());
    const name = signal === 3 ? 'SIGQUIT' : signal === 15 ? 'SIGTERM' : 'SIGINT';
    const lines = [`signal ${signal} (${name}) received${signal === 3 ? ', shutting down' : ', exiting'}`, 'worker process 29 exited with code 0', 'exit'];
    return { stream: 'stderr', text: lines.map((line) => `${time} [notice] 1#1: ${line}\n`).join('') };
  },
};

const welcomePage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const errorHtml = '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n';

const defaultConfiguration = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

export const nginx: Image = {
  repositories: [
    'docker.io/library/nginx',
    'k8s.gcr.io/nginx',
    'registry.k8s.io/nginx',
    'public.ecr.aws/nginx/nginx',
    'public.ecr.aws/docker/library/nginx',
    'mirror.gcr.io/library/nginx',
  ],
  hasTag: tagsOf({
    from: '1.7.0',
    to: '1.29',
    patch: 15,
    names: ['stable', 'mainline'],
    suffixes: ['alpine', 'perl', 'slim', 'otel', 'bookworm', 'bullseye', 'trixie', 'buster'],
  }),
  sizeMiB: 68.4,
  idle: { cpuMilli: 0, memoryMiB: 4 },
  entrypoint: ['/docker-entrypoint.sh'],
  command: ['nginx', '-g', 'daemon off;'],
  env: { NGINX_VERSION: newest },
  wrapper: { path: '/docker-entrypoint.sh', run: (args) => args },
  userland: 'debian',
  programs: ['curl'],
  servers: { nginx: nginxServer },
  files: () => ({
    '/usr/share/nginx/html/index.html': welcomePage,
    '/usr/share/nginx/html/50x.html': errorHtml,
    '/etc/nginx/conf.d/default.conf': defaultConfiguration,
    '/var/log/nginx/': '',
    '/var/cache/nginx/': '',
  }),
};
