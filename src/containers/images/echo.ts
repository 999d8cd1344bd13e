import type { HttpRequest, Payload, Reply, Source } from '../../net/types';
import { header, html, httpDate, json, parseTarget, plainText } from '../http';
import { type Server, type ServerProcess, goSignals, gracefulSignals, serverState } from '../server';
import { goLog, goTime } from './go-log';
import type { Image } from './image';
import { tagsOf, versionOf } from './tags';

/** A server that answers HTTP on one port and nothing else. */
const httpServer = (
  port: (process: ServerProcess) => number,
  page: (process: ServerProcess, request: HttpRequest, from: Source) => Reply,
  rest: Pick<Server, 'signals'> & Partial<Server>,
): Server => ({
  ports: (process) => [port(process)],
  answer: (process: ServerProcess, _port: number, payload: Payload, from: Source): Reply =>
    payload.kind === 'http' ? page(process, payload.request, from) : { kind: 'text', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
  ...rest,
});

const wordAfter = (argv: readonly string[], ...names: readonly string[]): string | undefined => {
  for (const [index, word] of argv.entries()) {
    if (names.includes(word)) return argv[index + 1];
    const name = names.find((each) => word.startsWith(`${each}=`));
    if (name) return word.slice(name.length + 1);
  }
  return undefined;
};

const echoedRequest = (process: ServerProcess, { method, path, headers, body }: HttpRequest, from: Source): Reply => {
  const { hostname, env } = process.config;
  const lines = [
    '',
    '',
    `Hostname: ${hostname}`,
    '',
    'Pod Information:',
    ...(env['POD_NAME']
      ? [`\tpod name:\t${env['POD_NAME']}`, `\tpod namespace:\t${env['POD_NAMESPACE'] ?? ''}`, `\tpod IP:\t${env['POD_IP'] ?? ''}`]
      : ['\t-no pod information available-']),
    '',
    'Server values:',
    '\tserver_version=nginx: 1.14.2 - lua: 10015',
    '',
    'Request Information:',
    `\tclient_address=${from.ip}`,
    `\tmethod=${method}`,
    `\treal path=${path}`,
    `\tquery=${path.includes('?') ? path.slice(path.indexOf('?') + 1) : ''}`,
    '\trequest_version=1.1',
    '\trequest_scheme=http',
    `\trequest_uri=http://${header(headers, 'Host') ?? ''}:8080${path}`,
    '',
    'Request Headers:',
    ...Object.entries(headers)
      .map(([name, value]) => `\t${name.toLowerCase()}=${value}`)
      .sort(),
    '',
    'Request Body:',
    body ? body : '\t-no body in request-',
    '',
    '',
  ];
  return plainText(lines.join('\n'), 200, { Server: 'echoserver', Date: httpDate(process.now()) });
};

export const echoserver: Image = {
  repositories: [
    'registry.k8s.io/echoserver',
    'k8s.gcr.io/echoserver',
    'gcr.io/google_containers/echoserver',
    'gcr.io/k8s-minikube/kicbase-echo-server',
    'registry.k8s.io/e2e-test-images/echoserver',
    'docker.io/kicbase/echo-server',
  ],
  hasTag: tagsOf({ from: '1.0', to: '2.5' }),
  sizeMiB: 45.7,
  command: ['/usr/local/bin/run.sh'],
  userland: 'alpine',
  servers: {
    '/usr/local/bin/run.sh': httpServer(() => 8080, echoedRequest, {
      signals: gracefulSignals,
      banner: () => ({ stream: 'stdout', text: 'Generating self-signed cert\nStarting nginx\n' }),
    }),
  },
};

const portIn = (address: string | undefined, fallback: number): number => Number(address?.slice(address.lastIndexOf(':') + 1) ?? fallback);

const httpEchoServer = httpServer(
  ({ argv }) => portIn(wordAfter(argv, '-listen', '--listen'), 5678),
  (process, { method, path, headers }, from) => {
    const body = `${wordAfter(process.argv, '-text', '--text') ?? process.env['ECHO_TEXT'] ?? 'hello-world'}\n`;
    goLog(
      process,
      `${header(headers, 'Host') ?? ''} ${from.ip}:41234 "${method} ${path} HTTP/1.1" 200 ${body.length - 1} "${header(headers, 'User-Agent') ?? ''}" 8.1µs`,
    );
    return path === '/health' ? json({ status: 'ok' }) : plainText(body, 200, { 'X-App-Name': 'http-echo', 'X-App-Version': versionOf(process.tag, '1.0.0') });
  },
  {
    signals: gracefulSignals,
    banner: (process) => ({
      stream: 'stderr',
      text: `${goTime(process.startedAt)} [INFO] server is listening on ${wordAfter(process.argv, '-listen', '--listen') ?? ':5678'}\n`,
    }),
  },
);

export const httpEcho: Image = {
  repositories: ['docker.io/hashicorp/http-echo'],
  hasTag: tagsOf({ from: '0.1', to: '1.0' }),
  sizeMiB: 2.2,
  entrypoint: ['/http-echo'],
  userland: 'none',
  servers: { '/http-echo': httpEchoServer },
};

const helloPorts = ({ env }: ServerProcess): number => Number(env['PORT'] ?? 8080);

export const helloApp: Image = {
  repositories: ['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app', 'gcr.io/google_samples/hello-app'],
  hasTag: tagsOf({ from: '1.0', to: '2.0' }),
  sizeMiB: 12.2,
  entrypoint: ['/hello-app'],
  userland: 'alpine',
  servers: {
    '/hello-app': httpServer(helloPorts, (process, { path }) => {
      goLog(process, `Serving request: ${parseTarget(path).pathname}`);
      return plainText(`Hello, world!\nVersion: ${process.tag.startsWith('2') ? '2.0.0' : '1.0.0'}\nHostname: ${process.config.hostname}\n`);
    }, { signals: goSignals, banner: (process) => ({ stream: 'stderr', text: `${goTime(process.startedAt)} Server listening on port ${helloPorts(process)}\n` }) }),
  },
};

const podinfoReady = serverState(() => ({ ready: true }));

const podinfoPages: Readonly<Record<string, (process: ServerProcess, request: HttpRequest) => Reply>> = {
  '/': (process) =>
    json({
      hostname: process.config.hostname,
      version: versionOf(process.tag, '6.9.2'),
      revision: 'unknown',
      color: process.env['PODINFO_UI_COLOR'] ?? '#34577c',
      logo: '',
      message: process.env['PODINFO_UI_MESSAGE'] ?? `greetings from podinfo v${versionOf(process.tag, '6.9.2')}`,
      goos: 'linux',
      goarch: 'amd64',
      runtime: 'go1.24',
      num_goroutine: '8',
      num_cpu: '2',
    }),
  '/healthz': () => json({ status: 'OK' }),
  '/readyz': (process) => (podinfoReady(process).ready ? json({ status: 'OK' }) : json({ status: 'not ready' }, 503)),
  '/readyz/enable': (process) => {
    podinfoReady(process).ready = true;
    return json({ status: 'OK' }, 202);
  },
  '/readyz/disable': (process) => {
    podinfoReady(process).ready = false;
    return json({ status: 'OK' }, 202);
  },
  '/env': ({ env }) => json(Object.entries(env).map(([name, value]) => `${name}=${value}`)),
  '/headers': (_, { headers }) => json(headers),
  '/version': (process) => json({ commit: 'unknown', version: versionOf(process.tag, '6.9.2') }),
  '/panic': (process) => {
    process.later(0, () => process.end(255));
    return plainText('');
  },
  '/echo': (_, { body }) => plainText(body, 202),
};

const podinfoServer = httpServer(
  ({ argv, env }) => Number(wordAfter(argv, '--port') ?? env['PODINFO_PORT'] ?? 9898),
  (process, request) => {
    const { pathname } = parseTarget(request.path);
    const status = /^\/status\/(\d{3})$/.exec(pathname)?.[1];
    if (status) return json({ status: Number(status) }, Number(status));
    const page = Object.hasOwn(podinfoPages, pathname) ? podinfoPages[pathname] : undefined;
    return page ? page(process, request) : plainText('404 page not found\n', 404);
  },
  {
    signals: gracefulSignals,
    banner: (process) => ({
      stream: 'stderr',
      text: `${JSON.stringify({
        level: 'info', ts: new Date(process.startedAt).toISOString(), caller: 'podinfo/main.go:153', msg: 'Starting podinfo',
        version: versionOf(process.tag, '6.9.2'), revision: 'unknown', port: '9898',
      })}\n`,
    }),
  },
);

export const podinfo: Image = {
  repositories: ['docker.io/stefanprodan/podinfo', 'ghcr.io/stefanprodan/podinfo'],
  hasTag: tagsOf({ from: '0.1', to: '6.9' }),
  sizeMiB: 32.1,
  command: ['./podinfo'],
  workingDir: '/home/app',
  userland: 'alpine',
  servers: { './podinfo': podinfoServer, podinfo: podinfoServer },
};

/** The page, or with a `plain-text` tag the lines, of the nginx demo that says who it is. */
const helloPage = (process: ServerProcess, { path }: HttpRequest): Reply => {
  const { hostname, ip } = process.config;
  const facts = [['Server address', `${ip}:80`], ['Server name', hostname], ['Date', new Date(process.now()).toUTCString()], ['URI', path]] as const;
  if (process.tag.includes('plain-text')) return plainText(`${facts.map(([name, value]) => `${name}: ${value}\n`).join('')}`);
  const rows = facts.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>`).join('\n');
  return html(`<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n<h1>NGINX</h1>\n${rows}\n</body>\n</html>\n`);
};

export const nginxHello: Image = {
  repositories: ['docker.io/nginxdemos/hello', 'docker.io/nginxdemos/nginx-hello'],
  hasTag: tagsOf({ from: '0.1', to: '0.4', names: ['plain-text'], suffixes: ['plain-text'] }),
  sizeMiB: 16.5,
  command: ['nginx', '-g', 'daemon off;'],
  userland: 'alpine',
  servers: { nginx: httpServer(({ config }) => (config.image.includes('nginx-hello') ? 8080 : 80), helloPage, { signals: gracefulSignals }) },
};
