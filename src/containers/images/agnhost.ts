import { type Observable, concat, map, reduce } from 'rxjs';
import type { HttpRequest, Payload, Reply, Source } from '../../net/types';
import { header, httpReply, parseForm, parseTarget, plainText } from '../http';
import { type Server, type ServerProcess, goSignals, gracefulSignals } from '../server';
import type { ExecFrame } from '../types';
import { conversionServer } from './agnhost-conversion';
import { guestbookServer } from './agnhost-guestbook';
import { logsGenerator } from './agnhost-logs';
import { webhookServer } from './agnhost-webhook';
import { goLog, goTime } from './go-log';
import type { Image } from './image';
import { tagsOf } from './tags';

/** `--http-port=8080` or `--http-port 8080`. */
const flag = (argv: readonly string[], name: string): string | undefined => {
  const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = argv[at];
  return word === undefined ? undefined : word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1];
};

const portFlag = (argv: readonly string[], name: string, fallback: number): readonly number[] => {
  const port = Number(flag(argv, name) ?? fallback);
  return port > 0 ? [port] : [];
};

type Asked = { readonly process: ServerProcess; readonly request: HttpRequest; readonly form: ReadonlyMap<string, string>; readonly from: Source };
type Page = (asked: Asked) => Reply | Observable<Reply>;

const parseDelayMs = (text: string | undefined): number => {
  const [, amount = '0', unit = 's'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text ?? '0') ?? [];
  return Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
};

const exit: Page = ({ process, form }) => {
  const code = Number(form.get('code') ?? 0);
  process.later(parseDelayMs(form.get('wait')), () => process.end(code));
  return plainText('');
};

const hostname: Page = ({ process }) => plainText(process.config.hostname);

const shell: Page = ({ process, form }) => {
  const command = form.get('shellCommand') || form.get('cmd') || '';
  return process.exec(['/bin/sh', '-c', command]).pipe(
    reduce(
      (all: { output: string; code: number }, frame: ExecFrame) =>
        frame.stream === 'exit' ? { ...all, code: frame.code } : { ...all, output: all.output + frame.text },
      { output: '', code: 0 },
    ),
    map(({ output, code }) => plainText(JSON.stringify({ ...(code !== 0 && { error: `exit status ${code}` }), ...(output && { output }) }))),
  );
};

const dial: Page = ({ process, form }) => {
  const host = form.get('host') ?? '';
  const port = Number(form.get('port'));
  const request = form.get('request');
  if (!request) return plainText('request parameter not specified. <nil>\n', 400);
  const protocol = form.get('protocol')?.toLowerCase() ?? 'http';
  if (protocol !== 'http' && protocol !== 'udp') return plainText(`unsupported protocol. ${protocol}\n`, 400);
  const payload: Payload =
    protocol === 'udp'
      ? { kind: 'text', text: request }
      : { kind: 'http', request: { method: 'GET', path: `/${request}`, headers: { Host: `${host}:${port}`, 'User-Agent': 'Go-http-client/1.1' }, body: '' } };
  const { network, source, resolver } = process.surroundings;
  const tries = Array.from({ length: Math.max(1, Math.min(100, Number(form.get('tries') ?? 1))) }, () =>
    network.request(source, resolver, host, port, payload, { timeoutMs: 5_000, protocol: protocol === 'udp' ? 'UDP' : 'TCP' }));
  return concat(...tries).pipe(
    reduce((all: { responses: readonly string[]; errors: readonly string[] }, outcome) => {
      if ('error' in outcome) return { ...all, errors: [...all.errors, `Get "http://${host}:${port}/${request}": dial tcp ${host}:${port}: connect: ${outcome.error}`] };
      const { reply } = outcome;
      return { ...all, responses: [...all.responses, reply.kind === 'http' ? reply.response.body : reply.kind === 'text' ? reply.text : ''] };
    }, { responses: [], errors: [] }),
    map(({ responses, errors }) => plainText(JSON.stringify({ ...(errors.length > 0 && { errors }), ...(responses.length > 0 && { responses }) }))),
  );
};

const pages: Readonly<Record<string, Page>> = {
  '/clientip': ({ from }) => plainText(`${from.ip}:41234`),
  '/dial': dial,
  '/echo': ({ form }) => plainText(form.get('msg') ?? '', Number(form.get('code') ?? 200)),
  '/exit': exit,
  '/header': ({ request, form }) => plainText(header(request.headers, form.get('key') ?? '') ?? ''),
  '/healthz': () => plainText(''),
  '/hostname': hostname,
  '/hostName': hostname,
  '/redirect': ({ form }) => httpReply(Number(form.get('code') ?? 302), 'text/html; charset=utf-8', '', { Location: form.get('location') ?? '' }),
  '/shell': shell,
  '/shutdown': ({ process }) => { process.later(0, () => process.end(0)); return plainText(''); },
};

/** `agnhost netexec`: HTTP on 8080, UDP on 8081. */
const netexec: Server = {
  ports: ({ argv }) => portFlag(argv, 'http-port', 8080),
  udpPorts: ({ argv }) => portFlag(argv, 'udp-port', 8081),
  answer: (process, _port, payload, from) => {
    if (payload.kind === 'text') return { kind: 'text', text: udpAnswer(process, payload.text.trim(), from) };
    if (payload.kind !== 'http') return { kind: 'text', text: '' };
    const path = flag(process.argv, 'http-override') ?? payload.request.path;
    const request = { ...payload.request, path };
    const { pathname, query } = parseTarget(path);
    goLog(process, `GET ${path}`);
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
    if (!page) return plainText(`NOW: ${new Date(process.now()).toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC`);
    return page({ process, request, from, form: request.body ? new Map([...parseForm(request.body), ...query]) : query });
  },
  banner: (process) => ({
    stream: 'stderr',
    text: ([['HTTP', 'http-port', 8080], ['UDP', 'udp-port', 8081]] as const).map(([kind, name, port]) =>
       `${goTime(process.startedAt)} Started ${kind} server on port ${portFlag(process.argv, name, port)[0] ?? ''}\n`).join(''),
  }),
  signals: goSignals,
};

const udpAnswer = ({ config }: ServerProcess, text: string, from: Source): string =>
  text === 'hostname' ? config.hostname : text.startsWith('echo ') ? text.slice(5) : text === 'clientip' ? `${from.ip}:41234` : '';

/** `agnhost pause`: waits for the end. */
const pause: Server = {
  ports: () => [],
  answer: () => ({ kind: 'text', text: '' }),
  banner: () => ({ stream: 'stdout', text: 'Paused\n' }),
  signals: goSignals,
};

/** `agnhost serve-hostname` and its twin `test-webserver`, each on port 9376 or 80. */
const serveHostname: Server = {
  ports: ({ argv }) => portFlag(argv, 'port', 9376),
  answer: (process) => hostnameReply(process),
  banner: (process) => ({ stream: 'stderr', text: `${goTime(process.startedAt)} Serving on port ${flag(process.argv, 'port') ?? 9376}.\n` }),
  signals: goSignals,
};
const hostnameReply = ({ config }: ServerProcess): Reply => plainText(config.hostname);

/** `agnhost porter`: answers on each port that a SERVE_PORT_<n> variable names, with the variable's value. */
const porter: Server = {
  ports: ({ env }) => Object.keys(env).flatMap((name) => /^SERVE_(?:SCTP_|TLS_)?PORT_(\d+)$/.exec(name)?.[1] ?? []).map(Number),
  answer: ({ env }, port) => plainText(env[`SERVE_PORT_${port}`] ?? env[`SERVE_TLS_PORT_${port}`] ?? ''),
  signals: goSignals,
};

const testWebserver: Server = {
  ports: ({ argv }) => portFlag(argv, 'port', 80),
  answer: (process, _port, payload) => {
    if (payload.kind !== 'http') return { kind: 'text', text: '' };
    const { pathname } = parseTarget(payload.request.path);
    return process.files.stat(pathname)?.type === 'file'
      ? plainText(process.files.read(pathname))
      : pathname === '/'
        ? plainText('<pre>\n</pre>\n')
        : plainText('404 page not found\n', 404);
  },
  signals: goSignals,
};

const subcommands: Readonly<Record<string, Server>> = {
  netexec, pause, 'serve-hostname': serveHostname, porter, 'test-webserver': testWebserver,
  webhook: webhookServer(flag), guestbook: guestbookServer(flag), 'logs-generator': logsGenerator(flag), 'crd-conversion-webhook': conversionServer(flag),
};
const chosen = ({ argv }: ServerProcess): Server | undefined => subcommands[argv[1] ?? 'pause'];

/** The many-purpose test image: which server it is, its first argument says. */
const agnhostServer: Server = {
  ports: (process) => chosen(process)?.ports(process) ?? [],
  udpPorts: (process) => chosen(process)?.udpPorts?.(process) ?? [],
  tls: (process) => chosen(process)?.tls?.(process) ?? false,
  answer: (process, port, payload, from) => chosen(process)?.answer(process, port, payload, from) ?? { kind: 'text', text: '' },
  banner: (process) => chosen(process)?.banner?.(process) ?? { stream: 'stderr', text: '' },
  start: (process) => {
    const server = chosen(process);
    if (server) { server.start?.(process); return; }
    const [program = 'agnhost', command = ''] = process.argv;
    process.print(`Error: unknown command "${command}" for "${program}": this command is not emulated here\n`, 'stderr');
    process.later(0, () => process.end(1));
  },
  signals: goSignals,
};

export const agnhost: Image = {
  repositories: [
    'registry.k8s.io/e2e-test-images/agnhost',
    'k8s.gcr.io/e2e-test-images/agnhost',
    'gcr.io/kubernetes-e2e-test-images/agnhost',
    'us.gcr.io/k8s-artifacts-prod/e2e-test-images/agnhost',
  ],
  hasTag: tagsOf({ from: '2.0', to: '2.63' }),
  sizeMiB: 52.1,
  idle: { cpuMilli: 0, memoryMiB: 6 },
  entrypoint: ['/agnhost'],
  command: ['pause'],
  userland: 'alpine',
  servers: { '/agnhost': agnhostServer, agnhost: agnhostServer },
};

/** The container that holds a pod's namespaces; also used where something must merely run. */
const pauseProgram: Server = { ports: () => [], answer: () => ({ kind: 'text', text: '' }), signals: gracefulSignals };
export const pauseImage: Image = {
  repositories: ['registry.k8s.io/pause', 'k8s.gcr.io/pause', 'gcr.io/google_containers/pause', 'gcr.io/google_containers/pause-amd64'],
  hasTag: tagsOf({ from: '1.0', to: '3.10' }),
  sizeMiB: 0.72,
  idle: { cpuMilli: 0, memoryMiB: 0.25 },
  entrypoint: ['/pause'],
  userland: 'none',
  servers: { '/pause': pauseProgram },
};
