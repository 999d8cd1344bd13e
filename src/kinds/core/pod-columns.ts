import type { Container, ContainerStatus, Pod } from '../../schema/types';
import { age, ageColumn, nameColumn } from '../columns';
import type { Column } from '../define';
import { getCondition, isConditionTrue, isTerminal } from './pod-conditions';

const none = '<none>';
const isSidecar = (containers: readonly Container[] | undefined, { name }: ContainerStatus): boolean =>
  containers?.some((container) => container.name === name && container.restartPolicy === 'Always') ?? false;

/** What `kubectl get pods` shows of a pod's state. `lastRestart` is when a container last ended before it was started again. */
export type PodSummary = {
  readonly status: string;
  readonly ready: number;
  readonly containers: number;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
};

const summaries = new WeakMap<Pod, PodSummary>();

/** The pod's STATUS, READY and RESTARTS, as the API server's printer works them out. Remembered by identity. */
export function podSummary(pod: Pod): PodSummary {
  const known = summaries.get(pod);
  if (known) return known;
  const summary = summarize(pod);
  summaries.set(pod, summary);
  return summary;
}

type Progress = {
  reason: string;
  ready: number;
  restarts: number;
  sidecarRestarts: number;
  lastRestart: string | undefined;
  lastSidecarRestart: string | undefined;
};

function summarize(pod: Pod): PodSummary {
  const { spec, status = {}, metadata } = pod;
  const progress: Progress = { reason: startingReason(pod), ready: 0, restarts: 0, sidecarRestarts: 0, lastRestart: undefined, lastSidecarRestart: undefined };
  const initializing = walkInitContainers(pod, progress);
  if (!initializing || isConditionTrue(status, 'Initialized')) walkContainers(pod, progress);
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
  return {
    status: metadata.deletionTimestamp ? deletingReason(pod, progress.reason) : progress.reason,
    ready: progress.ready,
    containers: spec.containers.length + sidecars,
    restarts: progress.restarts,
    lastRestart: progress.lastRestart,
  };
}

function startingReason({ status = {} }: Pod): string {
  if (getCondition(status, 'PodScheduled')?.reason === 'SchedulingGated') return 'SchedulingGated';
  return status.reason || status.phase || '';
}

function deletingReason(pod: Pod, reason: string): string {
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return isTerminal(pod) ? reason : 'Terminating';
}

/** Walks the init containers to the first that is not done, which then names the state; whether there is one. */
function walkInitContainers({ spec, status = {} }: Pod, progress: Progress): boolean {
  for (const [i, container] of (status.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(spec.initContainers, container);
    const lastEnd = container.lastState?.terminated?.finishedAt;
    progress.restarts += container.restartCount;
    progress.lastRestart = later(progress.lastRestart, lastEnd);
    if (sidecar) {
      progress.sidecarRestarts += container.restartCount;
      progress.lastSidecarRestart = later(progress.lastSidecarRestart, lastEnd);
    }
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) progress.ready++;
      continue;
    }
    progress.reason = `Init:${openInitReason(container) ?? `${i}/${spec.initContainers?.length ?? 0}`}`;
    return true;
  }
  return false;
}

function openInitReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated) return state.terminated.reason || exitText(state.terminated);
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? waiting : undefined;
}

const exitText = ({ signal, exitCode }: { readonly signal?: number; readonly exitCode: number }): string =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;

/** Walks the containers from last to first: the first one waiting or ended names the state, and later ones overrule it. */
function walkContainers({ status = {} }: Pod, progress: Progress): void {
  progress.restarts = progress.sidecarRestarts;
  progress.lastRestart = progress.lastSidecarRestart;
  let running = false;
  let failure: string | undefined;
  for (const { state, ready, restartCount, lastState } of (status.containerStatuses ?? []).toReversed()) {
    progress.restarts += restartCount;
    progress.lastRestart = later(progress.lastRestart, lastState?.terminated?.finishedAt);
    if (state?.waiting?.reason) progress.reason = state.waiting.reason;
    else if (state?.terminated) {
      progress.reason = state.terminated.reason || exitText(state.terminated);
      if (state.terminated.exitCode !== 0 || state.terminated.signal) failure = progress.reason;
    } else if (ready && state?.running) {
      running = true;
      progress.ready++;
    }
  }
  if (progress.reason !== 'Completed' || !running) return;
  progress.reason = isConditionTrue(status, 'Ready') ? 'Running' : (failure ?? 'NotReady');
}

const later = (a: string | undefined, b: string | null | undefined): string | undefined => (b && (a === undefined || b > a) ? b : a);

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return none;
  return `${gates.filter(({ conditionType }) => isConditionTrue(status, conditionType)).length}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  {
    name: 'Ready',
    value: (pod) => {
      const { ready, containers } = podSummary(pod);
      return `${ready}/${containers}`;
    },
  },
  { name: 'Status', value: (pod) => podSummary(pod).status },
  {
    name: 'Restarts',
    value: (pod, now) => {
      const { restarts, lastRestart } = podSummary(pod);
      return restarts > 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);
    },
  },
  ageColumn,
  { name: 'IP', priority: 1, value: ({ status }) => status?.podIPs?.[0]?.ip || none },
  { name: 'Node', priority: 1, value: ({ spec }) => spec.nodeName || none },
  { name: 'Nominated Node', priority: 1, value: ({ status }) => status?.nominatedNodeName || none },
  { name: 'Readiness Gates', priority: 1, value: readinessGates },
];
