import { type Observable, map } from 'rxjs';
import type { Reply, Source } from '../../net/types';
import { header, html, httpReply, httpDate, parseTarget } from '../http';
import type { Server, ServerProcess } from '../server';
import type { Image } from './image';
import { redisServer } from './redis';
import { decodeReply, encodeCommand } from './redis-protocol';
import { tagsOf } from './tags';
import { contentType, logTime } from './web-files';

const root = '/var/www/html';
const ports = [80];

/** The services a release of the sample talks to: they were renamed in 2021. */
const servicesOf = (process: ServerProcess): { readonly write: string; readonly read: string } => {
  const [write, read] = /^v[1-4]$/.test(process.tag) ? ['redis-master', 'redis-slave'] : ['redis-leader', 'redis-follower'];
  if (process.env['GET_HOSTS_FROM'] !== 'env') return { write, read };
  const address = (service: string): string => process.env[`${service.replace('-', '_').toUpperCase()}_SERVICE_HOST`] ?? '';
  return { write: address(write), read: address(read) };
};

/** guestbook.php: `cmd=set` writes to the leader, everything else reads from a follower. */
const script = (process: ServerProcess, query: ReadonlyMap<string, string>): Observable<Reply> => {
  const { write, read } = servicesOf(process);
  const key = query.get('key') ?? '';
  const setting = query.get('cmd') === 'set';
  const host = setting ? write : read;
  const text = encodeCommand(setting ? ['SET', key, query.get('value') ?? ''] : ['GET', key]);
  const { network, source, resolver } = process.surroundings;
  return network.request(source, resolver, host, 6379, { kind: 'text', text }).pipe(map((outcome) => {
    if ('error' in outcome)
      return phpFailure(
        process,
        outcome.error === 'no such host'
          ? `php_network_getaddresses: getaddrinfo failed: Name or service not known [tcp://${host}:6379]`
          : `${phpText(outcome.error)} [tcp://${host}:6379]`,
      );
    const value = outcome.reply.kind === 'text' ? decodeReply(outcome.reply.text) : undefined;
    if (typeof value === 'object' && value !== null && 'error' in value) return phpFailure(process, value.error);
    return reply(process, 'application/json', setting ? '{"message": "Updated"}' : `{"data": "${typeof value === 'string' ? value : ''}"}`);
  }));
};

const phpText = (error: string): string => (error === 'i/o timeout' ? 'Connection timed out' : error === 'no route to host' ? 'No route to host' : 'Connection refused');

const phpFailure = (process: ServerProcess, cause: string): Reply => {
  process.print(`PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: ${cause} in /usr/local/lib/php/Predis/Connection/AbstractConnection.php:155\n`, 'stderr');
  return httpReply(500, 'text/html; charset=UTF-8', '', headers(process));
};

const headers = (process: ServerProcess): Readonly<Record<string, string>> => ({ Server: 'Apache/2.4.25 (Debian)', Date: httpDate(process.now()) });
const reply = (process: ServerProcess, type: string, body: string): Reply => httpReply(200, type, body, headers(process));

const route = (process: ServerProcess, path: string): Reply | Observable<Reply> => {
  const { pathname, query } = parseTarget(path);
  if (pathname === '/guestbook.php') return script(process, query);
  const file = `${root}${pathname === '/' ? '/index.html' : pathname}`;
  if (process.files.stat(file)?.type === 'file') return reply(process, contentType(file), process.files.read(file));
  return html(
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n` +
      `<h1>Not Found</h1>\n<p>The requested URL ${pathname} was not found on this server.</p>\n</body></html>\n`,
    404,
    headers(process),
  );
};

const frontendServer: Server = {
  ports: () => ports,
  answer: (process, _port, payload, from) => {
    if (payload.kind !== 'http') return { kind: 'text', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' };
    const { request } = payload;
    const log = (answered: Reply, source: Source): Reply => {
      const { status, body } = answered.kind === 'http' ? answered.response : { status: 500, body: '' };
      process.print(
        `${source.ip} - - [${logTime(process.now())}] "${request.method} ${request.path} HTTP/1.1" ${status} ${body.length} "-" "${header(request.headers, 'User-Agent') ?? '-'}"\n`,
      );
      return answered;
    };
    const answered = route(process, request.path);
    return 'kind' in answered ? log(answered, from) : answered.pipe(map((late) => log(late, from)));
  },
  banner: ({ config }) => ({
    stream: 'stderr',
    text: `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${config.ip}. Set the 'ServerName' directive globally to suppress this message\n`,
  }),
  signals: { 15: 0, 28: 0 },
};

const page = `<html>
  <head>
    <title>Guestbook</title>
    <meta charset="utf-8">
  </head>
  <body>
    <h2>Guestbook</h2>
    <form id="form">
      <fieldset><input id="message" placeholder="Messages"><button>Submit</button></fieldset>
    </form>
    <div id="entries"></div>
    <script>
      const show = (entries) => document.getElementById('entries').replaceChildren(...entries.split(',').map((entry) => Object.assign(document.createElement('div'), { textContent: entry })));
      const load = () => fetch('guestbook.php?cmd=get&key=guestbook').then((answer) => answer.json()).then(({ data }) => { show(data); return data; });
      document.getElementById('form').onsubmit = (event) => {
        event.preventDefault();
        const text = document.getElementById('message').value;
        load().then((data) => fetch('guestbook.php?cmd=set&key=guestbook&value=' + encodeURIComponent(data + ',' + text))).then(load);
      };
      load();
    </script>
  </body>
</html>
`;

export const guestbookFrontend: Image = {
  repositories: [
    'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend',
    'gcr.io/google-samples/gb-frontend',
    'gcr.io/google_samples/gb-frontend',
    'gcr.io/google-samples/gb-frontend-amd64',
  ],
  hasTag: tagsOf({ prefix: 'v', from: '1', to: '6', names: ['v4-arm64'] }),
  sizeMiB: 152.6,
  command: ['apache2-foreground'],
  workingDir: root,
  userland: 'debian',
  programs: ['curl'],
  servers: { 'apache2-foreground': frontendServer },
  files: () => ({
    [`${root}/index.html`]: page,
    [`${root}/guestbook.php`]: '<?php // Answered by the simulated server: cmd=set writes to the leader, cmd=get reads from a follower.\n',
  }),
};

/** Its start script follows the leader it finds by name, or with GET_HOSTS_FROM=env by the service's variables. */
const followerImage = (repositories: readonly string[], leader: string): Image => ({
  repositories,
  hasTag: tagsOf({ prefix: 'v', from: '1', to: '3' }),
  sizeMiB: 40.8,
  command: ['/run.sh'],
  workingDir: '/data',
  wrapper: {
    path: '/run.sh',
    run: (_, env) => {
      const host = env['GET_HOSTS_FROM'] === 'env' ? env[`${leader.replace('-', '_').toUpperCase()}_SERVICE_HOST`] : undefined;
      return ['redis-server', '--replicaof', host ?? leader, '6379'];
    },
  },
  userland: 'debian',
  programs: ['redis-cli'],
  servers: { 'redis-server': redisServer },
  files: () => ({ '/data/': '' }),
});

export const guestbookFollower = followerImage(
  ['us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower', 'gcr.io/google-samples/gb-redis-follower', 'gcr.io/google_samples/gb-redis-follower'],
  'redis-leader',
);
export const guestbookSlave = followerImage(['gcr.io/google_samples/gb-redisslave', 'gcr.io/google-samples/gb-redisslave'], 'redis-master');
