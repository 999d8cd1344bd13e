import { isConditionTrue } from '../../kinds/core/pod-conditions';
import { Jobs } from '../../kinds/served';
import { equal } from '../../lib/equality';
import type { Context } from '../../runtime/controller';
import type { Job, JobStatus, Pod } from '../../schema/types';
import { formatIndexes } from './indexes';
import { lastFailedOfIndexes } from './manage';
import { indexOf, isIndexed, isSucceeded, isTracked, release } from './pods';
import type { Situation } from './situation';

/**
 * Counts ended pods without ever counting one twice or losing one, as upstream does: their uids are written down first, then their
 * finalizers go, then they are counted. A crash between any two of these steps leaves enough to go on.
 */
export function countEnded(situation: Situation, status: JobStatus, ending: boolean, context: Context): JobStatus {
  const { job, newlySucceeded, newlyFailed, verdicts, succeededIndexes, failedIndexes } = situation;
  const kept = ending ? new Set<Pod>() : waitingForSuccessor(situation);
  const before = job.status?.uncountedTerminatedPods ?? {};
  const succeeded = isIndexed(job) ? [] : [...before.succeeded ?? [], ...uidsOf(newlySucceeded)];
  const failed = [...before.failed ?? [], ...uidsOf(newlyFailed.filter((pod) => verdicts.get(pod)?.action !== 'Ignore' && !kept.has(pod))), ...uidsOf(lostToFailure(situation, status))];
  const indexes = isIndexed(job) && { completedIndexes: formatIndexes(succeededIndexes), succeeded: situation.succeeded };
  const noted: JobStatus = {
    ...status, ...(indexes || undefined), ...(failedIndexes && { failedIndexes: formatIndexes(failedIndexes) }),
    uncountedTerminatedPods: { ...(succeeded.length > 0 && { succeeded }), ...(failed.length > 0 && { failed }) },
  };
  const finished = situation.pods.filter((pod) => isTracked(pod) && isOver(pod, situation, ending) && !kept.has(pod));
  if (finished.length === 0 && succeeded.length + failed.length === 0) return noted;
  const written = writeStatus(job, noted, context);
  for (const pod of finished) release(pod, context);
  const { succeeded: doneBefore = 0, failed: failedBefore = 0 } = written.status ?? {};
  return {
    ...noted, uncountedTerminatedPods: {},
    ...(!isIndexed(job) && doneBefore + succeeded.length > 0 && { succeeded: doneBefore + succeeded.length }),
    ...(failedBefore + failed.length > 0 && { failed: failedBefore + failed.length }),
  };
}

/** When a job fails, every pod that it ends for that has failed too, whatever becomes of it. */
function lostToFailure({ job, pods, newlyFailed }: Situation, status: JobStatus): readonly Pod[] {
  if (!isConditionTrue(status, 'FailureTarget')) return [];
  const known = job.status?.uncountedTerminatedPods?.failed ?? [];
  return pods.filter((pod) => isTracked(pod) && pod.metadata.deletionTimestamp !== undefined && !isSucceeded(pod) && !newlyFailed.includes(pod) && !known.includes(pod.metadata.uid));
}

/** A failed pod of an index that goes on keeps its finalizer until its successor has taken its counts over. */
function waitingForSuccessor(situation: Situation): ReadonlySet<Pod> {
  const { job, active, failedIndexes } = situation;
  if (job.spec.backoffLimitPerIndex === undefined) return new Set();
  const over = (index: number): boolean => failedIndexes?.some(([first, last]) => first <= index && index <= last) ?? false;
  const atWork = new Set(active.map((pod) => indexOf(pod)));
  return new Set([...lastFailedOfIndexes(situation)].filter(([index]) => !over(index) && !atWork.has(index)).map(([, pod]) => pod));
}

function isOver(pod: Pod, { newlySucceeded, newlyFailed, job }: Situation, ending: boolean): boolean {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  return newlySucceeded.includes(pod) || newlyFailed.includes(pod) || succeeded.includes(pod.metadata.uid) || failed.includes(pod.metadata.uid)
    || (ending && pod.metadata.deletionTimestamp !== undefined);
}

const uidsOf = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.uid);

/** Writes the status if it differs; the job as it is then. */
export function writeStatus(job: Job, status: JobStatus, { api }: Context): Job {
  return equal(job.status, status) ? job : api.patch(Jobs, job.metadata, { status: replacing(job.status, status) }, 'merge', 'status');
}

/** A merge patch that makes one status the other: what is gone is null. */
const replacing = (before: JobStatus | undefined, after: JobStatus): object =>
  ({ ...Object.fromEntries(Object.keys(before ?? {}).filter((key) => !(key in after)).map((key) => [key, null])), ...after,
    uncountedTerminatedPods: { succeeded: null, failed: null, ...after.uncountedTerminatedPods } });
