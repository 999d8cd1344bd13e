import { catchError, last, map, Observable, of, reduce, timeout, timer, type SchedulerLike } from 'rxjs';
import type { RunningContainer } from '../containers/types';
import { StartError } from '../containers/types';
import type { Connected, ConnectOptions, Network, Payload, Source } from '../net/types';
import type { Container, ExecAction, HTTPGetAction, IntOrString, LifecycleHandler, Probe, TCPSocketAction } from '../schema/types';

/** What a probe or a hook may do, besides sleeping. */
type Action = { readonly exec?: ExecAction; readonly httpGet?: HTTPGetAction; readonly tcpSocket?: TCPSocketAction; readonly grpc?: unknown; readonly sleep?: { readonly seconds: number } };

/** `output` is what a failed probe's event shows; `broken` means that it could not even be tried. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly output: string; readonly broken?: true };

/** Where a handler acts: which container, from which node, over which network. */
export type Surface = {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIP: string;
  readonly from: Source;
  readonly network: Network;
  readonly scheduler: SchedulerLike;
};

const good: Verdict = { ok: true };
const bad = (output: string): Verdict => ({ ok: false, output });
const broken = (output: string): Verdict => ({ ok: false, output, broken: true });

/** Upstream cuts what a probe shows of an answer. */
const maxOutput = 10 * 1024;

/** Does it once and tells how it went. Emits one verdict. `timeoutMs` is the probe's own; hooks have none. */
export function act(action: Action | Probe | LifecycleHandler, surface: Surface, timeoutMs?: number): Observable<Verdict> {
  const { exec, httpGet, tcpSocket } = action;
  if (exec) return runCommand(exec, surface, timeoutMs);
  if (httpGet) return requestPage(httpGet, surface, timeoutMs);
  if (tcpSocket) return openSocket(tcpSocket, surface, timeoutMs);
  if ('sleep' in action && action.sleep) return timer(action.sleep.seconds * 1_000, surface.scheduler).pipe(map(() => good));
  if ('grpc' in action && action.grpc) return of(broken('grpc probes are not emulated'));
  return of(broken('no probe handler'));
}

function runCommand({ command = [] }: ExecAction, { running, scheduler }: Surface, timeoutMs: number | undefined): Observable<Verdict> {
  const text = command.join(' ');
  const result = running.exec(command, timeoutMs === undefined ? {} : { timeoutMs }).pipe(
    reduce((sum: { output: string; code: number | undefined }, frame) =>
      (frame.stream === 'exit' ? { ...sum, code: frame.code } : { ...sum, output: (sum.output + frame.text).slice(0, maxOutput) }), { output: '', code: undefined }),
    map(({ output, code }) => (code === 0 ? good : bad(output.trimEnd()))),
    catchError((error: unknown) => { if (error instanceof StartError) return of(broken(`rpc error: code = Unknown desc = failed to exec in container: ${error.message}`)); throw error; }),
  );
  if (timeoutMs === undefined) return result;
  return result.pipe(timeout({ first: timeoutMs, scheduler, with: () => of(bad(`command timed out: "${text}" timed out after ${timeoutMs / 1_000}s`)) }), last());
}

function requestPage(action: HTTPGetAction, surface: Surface, timeoutMs: number | undefined): Observable<Verdict> {
  const asked = askedOf(action, surface);
  if (!asked) return of(broken(noSuchPort(action.port)));
  const { address, port, payload } = asked;
  return surface.network.connect(surface.from, address, port, payload, timeoutMs === undefined ? noOptions : { timeoutMs }).pipe(map((answer) => {
    const url = () => `${payload.tls ? 'https' : 'http'}://${address}:${port}${payload.request.path}`;
    if ('error' in answer) return bad(`Get "${url()}": ${httpErrors[answer.error] ?? `dial tcp ${address}:${port}: connect: ${answer.error}`}`);
    const malformed = 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
    if (answer.reply.kind !== 'http') return bad(`Get "${url()}": ${payload.tls ? 'http: server gave HTTP response to HTTPS client' : malformed}`);
    const { status } = answer.reply.response;
    return status >= 200 && status < 400 ? good : bad(`HTTP probe failed with statuscode: ${status}`);
  }));
}

const noOptions: ConnectOptions = {};

const httpErrors: Partial<Record<Extract<Connected, { error: unknown }>['error'], string>> = {
  'i/o timeout': 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  'connection reset by peer': 'EOF',
};

type Asked = { readonly address: string; readonly port: number; readonly payload: Extract<Payload, { kind: 'http' }> };

/** A probe asks the same question each time: it is put together once for each run of a container. */
const questions = new WeakMap<RunningContainer, Map<HTTPGetAction, Asked>>();
function askedOf(action: HTTPGetAction, { running, container, podIP }: Surface): Asked | undefined {
  let known = questions.get(running);
  if (!known) questions.set(running, (known = new Map<HTTPGetAction, Asked>()));
  const before = known.get(action);
  if (before) return before;
  const port = portNumber(action.port, container);
  if (port === undefined) return undefined;
  const asked = question(action, action.host || podIP, port);
  known.set(action, asked);
  return asked;
}

/** Certificates are not looked at, whoever signed them. */
function question({ path = '/', scheme, httpHeaders = [] }: HTTPGetAction, address: string, port: number): Asked {
  const own = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const headers = { Host: `${address}:${port}`, 'User-Agent': 'kube-probe/1.36', Accept: '*/*', Connection: 'close', ...own };
  return { address, port, payload: { kind: 'http', request: { method: 'GET', path: path.startsWith('/') ? path : `/${path}`, headers, body: '' }, ...(scheme === 'HTTPS' && { tls: true }) } };
}

function openSocket({ host, port }: TCPSocketAction, surface: Surface, timeoutMs: number | undefined): Observable<Verdict> {
  const number = portNumber(port, surface.container);
  if (number === undefined) return of(broken(noSuchPort(port)));
  const address = host || surface.podIP;
  return surface.network.connect(surface.from, address, number, { kind: 'connect' }, timeoutMs === undefined ? noOptions : { timeoutMs }).pipe(map((answer) => {
    if (!('error' in answer)) return good;
    return bad(`dial tcp ${address}:${number}: ${answer.error === 'i/o timeout' ? 'i/o timeout' : `connect: ${answer.error}`}`);
  }));
}

/** A port by number, or by the name it has among the container's ports. */
function portNumber(port: IntOrString, { ports }: Container): number | undefined {
  if (typeof port === 'number') return port;
  return ports?.find(({ name }) => name === port)?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}
const noSuchPort = (port: IntOrString): string => `couldn't find port named "${port}"`;
