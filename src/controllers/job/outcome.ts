import { getCondition, isConditionTrue } from '../../kinds/core/pod-conditions';
import type { Job } from '../../schema/types';
import { countOf } from './indexes';
import { isIndexed } from './pods';
import { successMessage } from './policies';
import { restarts, type Situation } from './situation';

/** How a job ends. The interim condition comes first, the final one when no pod is left. */
export type Ending = { readonly final: 'Complete' | 'Failed'; readonly reason: string; readonly message: string };

const interim = { Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget' } as const;
export const interimOf = ({ final }: Ending): string => interim[final];

const failure = (reason: string, message: string): Ending => ({ final: 'Failed', reason, message });
const success = (reason: string, message: string): Ending => ({ final: 'Complete', reason, message });

/** Why the job is to end now; undefined while it goes on. What was decided once stays. Pods that still run are ended for it. */
export function endingOf(situation: Situation, now: number): Ending | undefined {
  const { job } = situation;
  for (const final of ['Failed', 'Complete'] as const) {
    const { reason = '', message = '' } = getCondition(job.status, interim[final]) ?? {};
    if (isConditionTrue(job.status, interim[final])) return { final, reason, message };
  }
  return failed(situation, now) ?? succeededEarly(situation);
}

function failed({ job, pods, failed: failures, failedIndexes, verdicts }: Situation, now: number): Ending | undefined {
  const { backoffLimit = 6, maxFailedIndexes, template } = job.spec;
  for (const verdict of verdicts.values()) if (verdict.action === 'FailJob') return failure('PodFailurePolicy', verdict.message);
  const restarted = template.spec?.restartPolicy === 'OnFailure' ? restarts(pods) : 0;
  if (failures > backoffLimit || (restarted > 0 && restarted >= backoffLimit)) return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const leftMs = deadlineInMs(job, now);
  if (leftMs !== undefined && leftMs <= 0) return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  if (failedIndexes && maxFailedIndexes !== undefined && countOf(failedIndexes) > maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  return undefined;
}

function succeededEarly({ job, succeededIndexes }: Situation): Ending | undefined {
  const message = isIndexed(job) && job.spec.successPolicy ? successMessage(job, succeededIndexes) : undefined;
  return message === undefined ? undefined : success('SuccessPolicy', message);
}

/** The same once no pod runs any more: all that was wanted is done, or cannot be done. */
export function completionOf({ job, active, succeeded, failedIndexes }: Situation, stillActive = active.length): Ending | undefined {
  const { completions } = job.spec;
  const done = success('CompletionsReached', 'Reached expected number of succeeded pods');
  if (completions === undefined) return succeeded > 0 && stillActive === 0 ? done : undefined;
  if (stillActive > 0) return undefined;
  if (succeeded >= completions) return done;
  const lost = failedIndexes ? countOf(failedIndexes) : 0;
  return lost > 0 && succeeded + lost >= completions ? failure('FailedIndexes', 'Job has failed indexes') : undefined;
}

/** Time until the job's deadline; negative when it has passed, undefined when there is none or its clock stands still. */
export function deadlineInMs({ spec: { activeDeadlineSeconds, suspend }, status }: Job, now: number): number | undefined {
  if (activeDeadlineSeconds === undefined || suspend || !status?.startTime) return undefined;
  return Date.parse(status.startTime) + activeDeadlineSeconds * 1_000 - now;
}
