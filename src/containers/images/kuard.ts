import type { HttpRequest, Reply, Source } from '../../net/types';
import { goNotFound, header, html, json, parseTarget, plainText } from '../http';
import { type Server, type ServerProcess, goSignals, serverState } from '../server';
import { resolvePath } from '../shell/files';
import { goLog, goTime } from './go-log';
import type { Image } from './image';

const historyLimit = 20;
type ProbeHistory = { readonly id: number; readonly when: number; readonly code: number };
/** What /healthy and /ready answer: the next `failNext` requests fail; all of them below zero. */
type Probe = { failNext: number; requests: number; history: readonly ProbeHistory[] };
type State = { readonly probes: Readonly<Record<string, Probe>>; leakedBytes: number };

const newProbe = (): Probe => ({ failNext: 0, requests: 0, history: [] });
const stateOf = serverState<State>(() => ({ probes: { '/healthy': newProbe(), '/ready': newProbe() }, leakedBytes: 0 }));

type Request = { readonly process: ServerProcess; readonly request: HttpRequest; readonly query: ReadonlyMap<string, string>; readonly from: Source; readonly rest: string };
type Route = { readonly method: string; readonly path: string; answer(request: Request): Reply };

const askProbe = ({ process }: Request, path: string): Reply => {
  const probe = stateOf(process).probes[path] ?? newProbe();
  const failing = probe.failNext !== 0;
  if (probe.failNext > 0) probe.failNext--;
  const code = failing ? 500 : 200;
  probe.requests++;
  probe.history = [...probe.history, { id: probe.requests, when: process.now(), code }].slice(-historyLimit);
  return plainText(!failing ? 'ok' : probe.failNext < 0 ? 'fail, permanent' : `fail, ${probe.failNext} left`, code);
};

const probeStatus = ({ process }: Request, path: string): Reply => {
  const probe = stateOf(process).probes[path] ?? newProbe();
  const history = probe.history
    .toReversed()
    .map(({ id, when, code }) => ({ id, when: goTime(when), relWhen: `${Math.floor((process.now() - when) / 1000)} seconds ago`, code }));
  return json({ probePath: path, failNext: probe.failNext, history });
};

const configureProbe = (request: Request, path: string): Reply => {
  const failNext = parseFailNext(request.request.body);
  if (failNext === undefined) return plainText('invalid character in request body\n', 400);
  const probe = stateOf(request.process).probes[path];
  if (probe) probe.failNext = failNext;
  return probeStatus(request, path);
};

const parseFailNext = (body: string): number | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const failNext = 'failNext' in value ? value.failNext : 0;
    return typeof failNext === 'number' ? failNext : undefined;
  } catch { return undefined; }
};

const allocate = ({ process, query }: Request): Reply => {
  const size = query.get('size');
  if (!size) return plainText('size not specified\n', 400);
  if (!/^\d+$/.test(size)) return plainText('bad size param\n', 400);
  const state = stateOf(process);
  state.leakedBytes += Number(size);
  process.useMemory(baseMemoryBytes + state.leakedBytes);
  return plainText('');
};
const baseMemoryBytes = 8 * 1024 * 1024;

const fileSystem = ({ process, rest }: Request): Reply => {
  const path = resolvePath('/', rest);
  const stat = process.files.stat(path);
  if (!stat) return goNotFound();
  if (stat.type !== 'directory') return plainText(process.files.read(path));
  const links = process.files.list(path).map((name) => {
    const slash = process.files.stat(resolvePath(path, name))?.type === 'directory' ? '/' : '';
    return `<a href="${name}${slash}">${name}${slash}</a>\n`;
  });
  return html(`<pre>\n${links.join('')}</pre>\n`);
};

const version = ({ tag }: ServerProcess): string => `v0.10.0-${tag}`;

const page = ({ process, request, from }: Request): Reply => {
  const { hostname, ip } = process.config;
  const context = {
    hostname, addrs: [ip], version: version(process), requestDump: dump(request), requestProto: 'HTTP/1.1', requestAddr: `${from.ip}:41234`,
  };
  const links = ['/fs/', '/env', '/healthy', '/ready', '/mem/api'].map((path) => `    <li><a href="${path}">${path}</a></li>`).join('\n');
  return html(`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>KUAR Demo</title>
  <script>var pageContext = ${JSON.stringify(context)};</script>
</head>
<body>
  <h1>Kubernetes Up and Running: Demo application</h1>
  <p>WARNING: This server may expose sensitive and secret information. Be careful.</p>
  <ul>
${links}
  </ul>
  <dl><dt>hostname</dt><dd>${hostname}</dd><dt>addresses</dt><dd>${ip}</dd><dt>version</dt><dd>${version(process)}</dd></dl>
  <pre>${dump(request)}</pre>
</body>
</html>
`);
};

const dump = ({ method, path, headers }: HttpRequest): string =>
  [
    `${method} ${path} HTTP/1.1`,
    `Host: ${header(headers, 'Host') ?? ''}`,
    ...Object.entries(headers)
      .filter(([name]) => name.toLowerCase() !== 'host')
      .map(([name, value]) => `${name}: ${value}`),
  ].join('\n');

const routes: readonly Route[] = [
  { method: 'GET', path: '/', answer: page },
  ...['/healthy', '/ready'].flatMap((path): Route[] => [
    { method: 'GET', path, answer: (request) => askProbe(request, path) },
    { method: 'GET', path: `${path}/api`, answer: (request) => probeStatus(request, path) },
    { method: 'PUT', path: `${path}/api`, answer: (request) => configureProbe(request, path) },
  ]),
  { method: 'GET', path: '/env', answer: ({ process }) => json({ commandLine: process.argv, env: process.env }) },
  { method: 'GET', path: '/env/api', answer: ({ process }) => json({ commandLine: process.argv, env: process.env }) },
  {
    method: 'GET',
    path: '/mem/api',
    answer: ({ process }) =>
      json({ memStats: { Alloc: baseMemoryBytes + stateOf(process).leakedBytes, Sys: 2 * baseMemoryBytes + stateOf(process).leakedBytes } }),
  },
  { method: 'POST', path: '/mem/api/alloc', answer: allocate },
  {
    method: 'POST',
    path: '/mem/api/clear',
    answer: ({ process }) => {
      stateOf(process).leakedBytes = 0;
      process.useMemory(baseMemoryBytes);
      return plainText('');
    },
  },
  { method: 'GET', path: '/fs/*', answer: fileSystem },
];

const route = (process: ServerProcess, request: HttpRequest, from: Source): Reply => {
  const { pathname, query } = parseTarget(request.path);
  const found = routes.filter(({ path }) => (path.endsWith('*') ? pathname.startsWith(path.slice(0, -1)) : path === pathname));
  const matching = found.find(({ method }) => method === request.method || (method === 'GET' && request.method === 'HEAD'));
  if (matching) return matching.answer({ process, request, query, from, rest: pathname.slice(matching.path.length - 1) });
  return found.length > 0 ? plainText('Method Not Allowed\n', 405) : goNotFound();
};

const ports = [8080];

/** The demo application of "Kubernetes: Up and Running": probes that fail on demand, memory to leak, its environment and files to look at. */
const server: Server = {
  ports: () => ports,
  answer: (process, _port, payload, from) => {
    if (payload.kind !== 'http') return { kind: 'text', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' };
    goLog(process, `${from.ip}:41234 ${payload.request.method} ${payload.request.path}`);
    return route(process, payload.request, from);
  },
  banner: (process) => {
    const time = goTime(process.startedAt);
    return { stream: 'stderr', text: `${time} Starting kuard version: ${version(process)}\n${time} Config: \n{}\n${time} Serving on :8080\n` };
  },
  signals: goSignals,
};

export const kuard: Image = {
  repositories: ['gcr.io/kuar-demo/kuard-amd64', 'gcr.io/kuar-demo/kuard-arm64', 'gcr.io/kuar-demo/kuard', 'docker.io/kuar/kuard'],
  hasTag: (tag) => /^(?:[1-4]|blue|green|purple|latest|v0\.\d+-\d+|v0\.\d+\.\d+-(?:blue|green|purple))$/.test(tag),
  sizeMiB: 11.9,
  idle: { cpuMilli: 0, memoryMiB: 8 },
  command: ['/kuard'],
  userland: 'alpine',
  servers: { '/kuard': server, kuard: server },
};
