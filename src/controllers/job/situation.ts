import { Pods } from '../../kinds/core/pod';
import { isActive, isConditionTrue, isPodReady } from '../../kinds/core/pod-conditions';
import { Jobs } from '../../kinds/served';
import { selectorOf } from '../../lib/selectors';
import { claim } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { Job, Pod } from '../../schema/types';
import { countOf, noIndexes, parseIndexes, withIndexes, type Indexes } from './indexes';
import { failuresBefore, indexOf, isFailed, isIndexed, isSucceeded, isTerminating, isTracked } from './pods';
import { failureVerdict, type Verdict } from './policies';

/** A job and its pods as one run sees them. */
export type Situation = {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Ended pods that are not counted yet. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly verdicts: ReadonlyMap<Pod, Verdict>;
  readonly succeededIndexes: Indexes;
  /** Undefined unless the job limits failures for each index. */
  readonly failedIndexes: Indexes | undefined;
  /** All that succeeded and failed so far, the newly ended included. */
  readonly succeeded: number;
  readonly failed: number;
};

export function situationOf(job: Job, context: Context): Situation {
  const matcher = selectorOf(job.spec.selector ?? {});
  const pods = claim<Pod>(job, { ownerKind: Jobs, kind: Pods, matches: ({ metadata }) => matcher.matches(metadata.labels) }, context);
  const { completions = 0 } = job.spec;
  const { uncountedTerminatedPods: { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } = {} } = job.status ?? {};
  const active = pods.filter(isActive);
  const newlySucceeded = pods.filter((pod) => isSucceeded(pod) && isTracked(pod) && !uncountedSucceeded.includes(pod.metadata.uid));
  const newlyFailed = pods.filter((pod) => isFailed(pod, job) && isTracked(pod) && !uncountedFailed.includes(pod.metadata.uid));
  const verdicts = new Map(newlyFailed.map((pod) => [pod, failureVerdict(job, pod)]));
  const counted = newlyFailed.filter((pod) => verdicts.get(pod)?.action !== 'Ignore');
  const indexes = isIndexed(job) ? withIndexes(parseIndexes(job.status?.completedIndexes, completions), indexesOf(newlySucceeded, completions)) : noIndexes;
  return {
    job, pods, active, newlySucceeded, newlyFailed, verdicts,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isTerminating).length,
    succeededIndexes: indexes,
    failedIndexes: job.spec.backoffLimitPerIndex === undefined ? undefined : failedIndexesOf(job, newlyFailed, verdicts, indexes),
    succeeded: isIndexed(job) ? countOf(indexes) : (job.status?.succeeded ?? 0) + uncountedSucceeded.length + newlySucceeded.length,
    failed: (job.status?.failed ?? 0) + uncountedFailed.length + counted.length,
  };
}

export function indexesOf(pods: readonly Pod[], completions: number): number[] {
  return pods.map((pod) => indexOf(pod, completions)).filter((index) => index !== undefined);
}

function failedIndexesOf({ spec, status }: Job, failed: readonly Pod[], verdicts: ReadonlyMap<Pod, Verdict>, succeeded: Indexes): Indexes {
  const { completions = 0, backoffLimitPerIndex = 0 } = spec;
  const over = failed.filter((pod) => {
    const action = verdicts.get(pod)?.action;
    return action === 'FailIndex' || (action !== 'Ignore' && failuresBefore(pod).counted >= backoffLimitPerIndex);
  });
  const fresh = indexesOf(over, completions).filter((index) => !succeeded.some(([first, last]) => first <= index && index <= last));
  return withIndexes(parseIndexes(status?.failedIndexes, completions), fresh);
}

export const isFinished = ({ status }: Job): boolean => isConditionTrue(status, 'Complete') || isConditionTrue(status, 'Failed');

/** Restarts of the containers of pods that may restart them: they count as failures too. */
export function restarts(pods: readonly Pod[]): number {
  let sum = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const { restartCount } of [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []]) sum += restartCount;
  }
  return sum;
}
