import { getCondition } from '../../kinds/core/pod-conditions';
import type { Pod } from '../../schema/types';

/** What one pod used, in thousandths, with the time it was measured at and over how long, in milliseconds. */
export type PodUsage = { readonly valueMilli: number; readonly at: number; readonly windowMs: number };

/** How long a pod's processor time is looked at with care after its start, and until when it is thought never to have been ready. */
const cpuInitializationMs = 300_000;
const initialReadinessMs = 30_000;

export type PodGroups = {
  readonly ready: number;
  /** Pending, or not ready so that what they use says nothing. */
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  /** Going, or failed: as if they were not there. */
  readonly ignored: ReadonlySet<string>;
};

/** Sorts pods by what may be made of their metrics. */
export function groupPods(pods: Iterable<Pod>, usage: ReadonlyMap<string, PodUsage>, resource: string, now: number): PodGroups {
  let ready = 0;
  const unready = new Set<string>();
  const missing = new Set<string>();
  const ignored = new Set<string>();
  for (const pod of pods) {
    const { metadata: { name, deletionTimestamp }, status } = pod;
    const measured = usage.get(name);
    if (deletionTimestamp !== undefined || status?.phase === 'Failed') ignored.add(name);
    else if (status?.phase === 'Pending') unready.add(name);
    else if (!measured) missing.add(name);
    else if (resource === 'cpu' && isStarting(pod, measured, now)) unready.add(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** Whether its processor time is that of a start, or of a pod that has never served. */
function isStarting({ status }: Pod, { at, windowMs }: PodUsage, now: number): boolean {
  const condition = getCondition(status, 'Ready');
  if (!condition || !status?.startTime) return true;
  const startedAt = Date.parse(status.startTime);
  const turnedAt = Date.parse(condition.lastTransitionTime ?? status.startTime);
  const notReady = condition.status === 'False';
  return startedAt + cpuInitializationMs > now ? notReady || at < turnedAt + windowMs : notReady && startedAt + initialReadinessMs > turnedAt;
}
