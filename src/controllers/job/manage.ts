import { StatusError } from '../../api/status';
import type { Context } from '../../runtime/controller';
import type { Pod } from '../../schema/types';
import { createPod, deletePod } from '../pod-control';
import { cheapestToLose } from '../replicaset/pod-ranking';
import { slowStart } from '../replicaset/slow-start';
import { indexWaitMs, waitMs, type Streak } from './backoff';
import { firstPending, withIndexes, type Indexes } from './indexes';
import { failuresBefore, indexOf, isIndexed, isTracked, podFor, release, replacesOnlyFailed, type IndexHistory } from './pods';
import { indexesOf, type Situation } from './situation';

/** As upstream: more than this waits for the next run. */
const burst = 500;

/** What a run did to the pods. */
export type Managed = { readonly created: number; readonly deleted: readonly Pod[]; readonly waitMs?: number; readonly error?: StatusError };

const nothing: Managed = { created: 0, deleted: [] };

/** Creates the pods that are missing, or deletes those that are too many. */
export function managePods(situation: Situation, streak: Streak, context: Context): Managed {
  const { job, active, terminating } = situation;
  const wanted = job.spec.suspend ? 0 : wantedActive(situation);
  if (active.length > wanted) return discardPods(situation, cheapestToLose(active, Math.min(active.length - wanted, burst), new Map(), context.now()), context);
  const missing = wanted - active.length - (replacesOnlyFailed(job) ? terminating : 0);
  if (missing <= 0) return nothing;
  if (job.spec.backoffLimitPerIndex !== undefined) return createPerIndex(situation, missing, context);
  const leftMs = waitMs(streak, context.now());
  if (leftMs > 0) return { ...nothing, waitMs: leftMs };
  const count = Math.min(missing, burst);
  if (!isIndexed(job)) return createPods(situation, Array.from({ length: count }, () => ({})), context);
  return createPods(situation, firstPending(count, job.spec.completions ?? 0, taken(situation)).map((index) => ({ index })), context);
}

function wantedActive({ job: { spec: { completions, parallelism = 1 } }, active, succeeded, failedIndexes }: Situation): number {
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  const lost = failedIndexes ? failedIndexes.reduce((sum, [first, last]) => sum + last - first + 1, 0) : 0;
  return Math.max(0, Math.min(completions - succeeded - lost, parallelism));
}

/** Indexes that need no new pod: done, failed for good, or with a pod that is at work or still ending. */
function taken({ job, pods, active, succeededIndexes, failedIndexes = [] }: Situation): Indexes {
  const { completions = 0 } = job.spec;
  const busy = replacesOnlyFailed(job) ? pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded') : active;
  const occupied = withIndexes(succeededIndexes, indexesOf(busy, completions));
  return withIndexes(occupied, failedIndexes.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)));
}

type Wanted = { readonly index?: number; readonly history?: IndexHistory };

/** Each index waits for itself after its failures; its last failed pod hands its counts on. */
function createPerIndex(situation: Situation, missing: number, context: Context): Managed {
  const { job, verdicts } = situation;
  const failed = lastFailedOfIndexes(situation);
  const wanted: Wanted[] = [];
  let soonestMs: number | undefined;
  for (const index of firstPending(Number.POSITIVE_INFINITY, job.spec.completions ?? 0, taken(situation))) {
    if (wanted.length >= Math.min(missing, burst)) break;
    const before = failed.get(index);
    const leftMs = before ? indexWaitMs(before, context.now()) : 0;
    if (leftMs > 0) { soonestMs = Math.min(leftMs, soonestMs ?? leftMs); continue; }
    wanted.push({ index, history: historyAfter(before, before && verdicts.get(before)?.action === 'Ignore') });
  }
  const made = createPods(situation, wanted, context);
  return soonestMs === undefined ? made : { ...made, waitMs: soonestMs };
}

function historyAfter(pod: Pod | undefined, ignored = false): IndexHistory {
  if (!pod) return { counted: 0, ignored: 0 };
  const before = failuresBefore(pod);
  return ignored ? { ...before, ignored: before.ignored + 1 } : { ...before, counted: before.counted + 1 };
}

/** The failed pod of each index that has seen the most failures: it stays until its successor is there. */
export function lastFailedOfIndexes({ job, pods }: Situation): ReadonlyMap<number, Pod> {
  const last = new Map<number, Pod>();
  const rank = (pod: Pod): number => { const { counted, ignored } = failuresBefore(pod); return counted + ignored; };
  for (const pod of pods) {
    const index = pod.status?.phase === 'Failed' ? indexOf(pod, job.spec.completions) : undefined;
    if (index === undefined) continue;
    const known = last.get(index);
    if (!known || rank(pod) > rank(known)) last.set(index, pod);
  }
  return last;
}

function createPods({ job }: Situation, wanted: readonly Wanted[], context: Context): Managed {
  let created = 0;
  const remaining = wanted.values();
  try {
    slowStart(wanted.length, () => {
      const { index, history } = remaining.next().value ?? {};
      if (createPod(job, podFor(job, index, history), context)) created++;
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { created, deleted: [], error };
  }
  return { created, deleted: [] };
}

/** Deletes pods that nobody needs any more: neither successes nor failures, so the job lets go of them first. */
const discardPods = (situation: Situation, pods: readonly Pod[], context: Context): Managed => deletePods(situation, pods, context, true);

/** Deletes these pods of the job; the first refusal ends it. They are counted when they have ended, unless they are `uncounted`. */
export function deletePods({ job }: Situation, pods: readonly Pod[], context: Context, uncounted = false): Managed {
  const deleted: Pod[] = [];
  try {
    for (const pod of pods) {
      if (uncounted && isTracked(pod)) release(pod, context);
      deletePod(job, pod, context);
      deleted.push(pod);
    }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { created: 0, deleted, error };
  }
  return { created: 0, deleted };
}
