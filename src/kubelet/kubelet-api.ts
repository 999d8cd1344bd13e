import { catchError, concat, defer, from, map, Observable, of, throwError, type SchedulerLike } from 'rxjs';
import { badRequest, internalError, StatusError } from '../api/status';
import type { ConnectFrame, ConnectRequest } from '../api/types';
import { StartError, type LogLine, type RunningContainer } from '../containers/types';
import { annotations } from '../kinds/core/well-known';
import type { ContainerWorker } from './container-worker';
import type { PodWorker } from './pod-worker';
import { nanoTimestamp } from './timestamps';

/** What the API server asks a kubelet for. Errors are StatusErrors in upstream's words. */
export type KubeletApi = {
  logs(request: ConnectRequest): Observable<ConnectFrame>;
  exec(request: ConnectRequest): Observable<ConnectFrame>;
  attach(request: ConnectRequest): Observable<ConnectFrame>;
};

/** One node's answers. `find` looks a pod up by `namespace/name`. */
export function connectTo(find: (key: string) => PodWorker | undefined, scheduler: SchedulerLike): KubeletApi {
  const on = (request: ConnectRequest, answer: (container: ContainerWorker) => Observable<ConnectFrame>) =>
    defer(() => answer(containerOf(find(`${request.namespace}/${request.name}`), request)));
  return {
    logs: (request) => on(request, (container) => printLog(runToShow(container, request.previous ?? false), request, scheduler.now())),
    exec: (request) => on(request, (container) => execute(container, request)),
    attach: (request) => on(request, (container) => attach(container, request)),
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

function printLog({ logs }: RunningContainer, { follow, tailLines, sinceSeconds, timestamps, limitBytes }: ConnectRequest, now: number): Observable<ConnectFrame> {
  const since = sinceSeconds === undefined ? -Infinity : now - sinceSeconds * 1_000;
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

function execute(container: ContainerWorker, { command = [], stdin, tty }: ConnectRequest): Observable<ConnectFrame> {
  return runningOf(container).exec(command, { ...(stdin && { stdin }), ...(tty !== undefined && { tty }) }).pipe(
    catchError((error: unknown) => throwError(() => (error instanceof StartError ? internalError(`error executing command in container: failed to exec in container: ${error.message}`) : error))),
  );
}

/** What the container writes from now on, then its exit code. */
function attach(container: ContainerWorker, { stdin }: ConnectRequest): Observable<ConnectFrame> {
  const running = runningOf(container);
  if (stdin) throw badRequest('attaching to the standard input of a container is not emulated: use exec');
  const output = running.logs.follow.pipe(map((line) => frameOf(line, false)));
  return concat(output, defer(() => of<ConnectFrame>({ stream: 'exit', code: running.exit?.code ?? 0 })));
}
