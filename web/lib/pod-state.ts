import type { ContainerStatus, Pod } from '../../src/schema/types';

export type PodState = 'ready' | 'not-ready' | 'pending' | 'initializing' | 'failed' | 'terminating' | 'succeeded' | 'unknown';
/** How a pod is drawn, and the word that `kubectl get pods` has for it. */
export type PodCondition = { readonly state: PodState; readonly reason: string; readonly detail: string };

/** The words of the legend: state in words, never by colour alone. */
export const stateWords: Readonly<Record<PodState, string>> = {
  ready: 'running and ready',
  'not-ready': 'running, not ready',
  pending: 'pending',
  initializing: 'init containers run',
  failed: 'failing',
  terminating: 'terminating',
  succeeded: 'succeeded',
  unknown: 'unknown',
};

const waitingIsFailing: ReadonlySet<string> = new Set([
  'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull',
  'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError', 'PreCreateHookError', 'PostStartHookError',
]);

export function podCondition(pod: Pod): PodCondition {
  const { status, metadata } = pod;
  const containers = status?.containerStatuses ?? [];
  const stuck = [...(status?.initContainerStatuses ?? []), ...containers].find(isStuck);
  const detail = stuck?.state?.waiting?.message ?? stuck?.state?.terminated?.message ?? status?.message ?? notScheduled(pod) ?? '';
  const reason = reasonOf(pod, containers);
  const of = (state: PodState): PodCondition => ({ state, reason, detail });

  if (metadata.deletionTimestamp) return { state: 'terminating', reason: 'Terminating', detail };
  switch (status?.phase) {
    case 'Succeeded': return of('succeeded');
    case 'Failed': return of('failed');
    case 'Running': return stuck ? of('failed') : of(isReady(pod) ? 'ready' : 'not-ready');
    case 'Unknown': return of('unknown');
    default: return of(stuck ? 'failed' : isInitializing(pod) ? 'initializing' : 'pending');
  }
}

export const isReady = ({ status }: Pod): boolean => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
export const restartsOf = ({ status }: Pod): number => (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** An init container runs, or has run and others follow. */
const isInitializing = ({ status }: Pod): boolean => status?.initContainerStatuses?.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined) ?? false;

const isStuck = ({ state }: ContainerStatus): boolean =>
  waitingIsFailing.has(state?.waiting?.reason ?? '') || (state?.terminated !== undefined && state.terminated.exitCode !== 0);

const notScheduled = ({ status }: Pod): string | undefined =>
  status?.conditions?.find(({ type, status: value }) => type === 'PodScheduled' && value === 'False')?.message;

/** The STATUS column: the first container that has something to say, else the phase. */
function reasonOf({ status }: Pod, containers: readonly ContainerStatus[]): string {
  const initialising = (status?.initContainerStatuses ?? []).findIndex(({ state }) => state?.terminated?.exitCode !== 0);
  if (status?.phase === 'Pending' && initialising >= 0) {
    const init = status.initContainerStatuses?.[initialising];
    const waiting = init?.state?.waiting?.reason;
    return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${initialising}/${status.initContainerStatuses?.length ?? 0}`;
  }
  const talking = containers.find(({ state }) => state?.waiting?.reason || state?.terminated?.reason);
  const said = talking?.state?.waiting?.reason ?? talking?.state?.terminated?.reason;
  if (said && !(said === 'Completed' && containers.some(({ state }) => state?.running))) return said;
  return status?.reason ?? status?.phase ?? 'Pending';
}
