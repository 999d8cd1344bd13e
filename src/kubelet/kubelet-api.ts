import { catchError, concat, concatMap, defer, from, map, Observable, of, throwError, type SchedulerLike } from 'rxjs';
import { badRequest, internalError, StatusError } from '../api/status';
import type { ConnectFrame, ConnectRequest } from '../api/types';
import { byteStream } from '../containers/byte-stream';
import { StartError, type LogLine, type RunningContainer } from '../containers/types';
import { annotations } from '../kinds/core/well-known';
import { parseTime } from '../lib/time';
import type { Network, Payload, Reply, Source } from '../net/types';
import type { ContainerWorker } from './container-worker';
import type { PodWorker } from './pod-worker';
import { nanoTimestamp } from './timestamps';

/** What the API server asks a kubelet for. Errors are StatusErrors in upstream's words. */
export type KubeletApi = {
  logs(request: ConnectRequest): Observable<ConnectFrame>;
  exec(request: ConnectRequest): Observable<ConnectFrame>;
  attach(request: ConnectRequest): Observable<ConnectFrame>;
  forward(request: ConnectRequest): Observable<ConnectFrame>;
};

/** What a kubelet has at hand: its pods by `namespace/name`, time, and its node's place in the network. */
export type KubeletSurroundings = { readonly find: (key: string) => PodWorker | undefined; readonly scheduler: SchedulerLike; readonly network: Network; readonly source: Source };

/** One node's answers. */
export function connectTo({ find, scheduler, network, source }: KubeletSurroundings): KubeletApi {
  const on = (request: ConnectRequest, answer: (container: ContainerWorker) => Observable<ConnectFrame>) =>
    defer(() => answer(containerOf(find(`${request.namespace}/${request.name}`), request)));
  return {
    logs: (request) => on(request, (container) => printLog(runToShow(container, request.previous ?? false), request, scheduler.now())),
    exec: (request) => on(request, (container) => execute(container, request)),
    attach: (request) => on(request, (container) => attach(container, request)),
    forward: (request) => defer(() => forward(find(`${request.namespace}/${request.name}`), request, network, source)),
  };
}

function containerOf(worker: PodWorker | undefined, { namespace, name, container }: ConnectRequest): ContainerWorker {
  if (!worker) throw new StatusError('NotFound', `pod "${name}_${namespace}" not found`);
  const wanted = container ?? worker.pod.metadata.annotations?.[annotations.defaultContainer] ?? worker.mains[0]?.name;
  const found = worker.containers.find((each) => each.name === wanted);
  if (!found) throw badRequest(`container ${wanted ?? ''} is not valid for pod ${name}`);
  return found;
}

/** The run of the container whose output is meant; there may be none yet. */
function runToShow(container: ContainerWorker, previous: boolean): RunningContainer {
  const { name, pod, state: { running, waiting }, lastRun, earlierRun } = container;
  const where = `container "${name}" in pod "${pod.pod.metadata.name}"`;
  if (previous) {
    const run = waiting ? lastRun : earlierRun;
    if (!container.lastTermination || !run) throw badRequest(`previous terminated ${where} not found`);
    return run;
  }
  if (lastRun && (running || !waiting || container.termination)) return lastRun;
  if (!waiting) throw badRequest(`${where} is terminated`);
  const why = waitingTexts[waiting.reason ?? ''] ?? waiting.reason ?? '';
  throw badRequest(why ? `${where} is waiting to start: ${why}` : `${where} is waiting to start - no logs yet`);
}

const waitingTexts: Readonly<Record<string, string | undefined>> = { ErrImagePull: "image can't be pulled", ImagePullBackOff: 'trying and failing to pull image' };

function printLog({ logs }: RunningContainer, { follow, tailLines, sinceSeconds, sinceTime, timestamps, limitBytes }: ConnectRequest, now: number): Observable<ConnectFrame> {
  const since = sinceSeconds !== undefined ? now - sinceSeconds * 1_000 : sinceTime !== undefined ? parseTime(sinceTime) : -Infinity;
  const recent = logs.lines.filter(({ at }) => at >= since);
  const shown = tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
  const frames = (follow ? concat(from(shown), logs.follow) : from(shown)).pipe(map((line) => frameOf(line, timestamps ?? false)));
  return limitBytes === undefined ? frames : frames.pipe(limit(limitBytes));
}

const frameOf = ({ at, stream, text }: LogLine, timestamps: boolean): ConnectFrame => ({ stream, text: `${timestamps ? `${nanoTimestamp(at)} ` : ''}${text}\n` });

/** Ends the stream in the middle of a line if need be, as a byte limit does. */
const limit = (bytes: number) => (source: Observable<ConnectFrame>) => new Observable<ConnectFrame>((subscriber) => {
  let left = bytes;
  return source.subscribe({
    next(frame) {
      if (frame.stream === 'exit') return;
      const text = frame.text.slice(0, left);
      left -= text.length;
      if (text) subscriber.next({ ...frame, text });
      if (left === 0) subscriber.complete();
    },
    error: (error) => subscriber.error(error),
    complete: () => subscriber.complete(),
  });
});

function runningOf(container: ContainerWorker): RunningContainer {
  if (!container.running) throw new StatusError('NotFound', `container not found ("${container.name}")`);
  return container.running;
}

function execute(container: ContainerWorker, { command = [], stdin, tty, rawKeys }: ConnectRequest): Observable<ConnectFrame> {
  return runningOf(container).exec(command, { ...(stdin && { stdin }), ...(tty !== undefined && { tty }), ...(rawKeys !== undefined && { rawKeys }) }).pipe(
    catchError((error: unknown) => throwError(() => (error instanceof StartError ? internalError(`error executing command in container: failed to exec in container: ${error.message}`) : error))),
  );
}

/** What the container's main process writes from now on, then its exit code. */
const attach = (container: ContainerWorker, { stdin, rawKeys }: ConnectRequest): Observable<ConnectFrame> =>
  runningOf(container).attach({ ...(stdin && { stdin }), ...(rawKeys !== undefined && { rawKeys }) });

/** One connection to a port inside of the pod: dialled first, then every question over the same way. */
function forward(worker: PodWorker | undefined, { namespace, name, port = 0, stdin }: ConnectRequest, network: Network, source: Source): Observable<ConnectFrame> {
  if (!worker) throw new StatusError('NotFound', `pod "${name}_${namespace}" not found`);
  const host = worker.ip ?? worker.node.ip;
  const ask = (payload: Payload): Observable<Reply> => network.connect(source, host, port, payload).pipe(map((answer) => {
    if ('reply' in answer) return answer.reply;
    throw internalError(`error forwarding port ${port} to pod ${worker.uid}, uid : failed to connect to localhost:${port} inside namespace: dial tcp4 127.0.0.1:${port}: connect: ${answer.error}`);
  }));
  return ask({ kind: 'connect' }).pipe(concatMap(() => byteStream(stdin ?? of(), ask)), map((text) => ({ stream: 'stdout' as const, text })));
}
