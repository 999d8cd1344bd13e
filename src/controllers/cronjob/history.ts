import { isConditionTrue } from '../../kinds/core/pod-conditions';
import { Jobs } from '../../kinds/served';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../schema/types';

export const endOf = ({ status }: Job): 'Complete' | 'Failed' | undefined => (['Complete', 'Failed'] as const).find((type) => isConditionTrue(status, type));

/** Deletes the oldest ended jobs beyond the two history limits. */
export function trimHistory(cronJob: CronJob, jobs: readonly Job[], context: Context): void {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  keep(cronJob, jobs.filter((job) => endOf(job) === 'Complete'), successfulJobsHistoryLimit, context);
  keep(cronJob, jobs.filter((job) => endOf(job) === 'Failed'), failedJobsHistoryLimit, context);
}

function keep(cronJob: CronJob, jobs: readonly Job[], limit: number | undefined, context: Context): void {
  if (limit === undefined || jobs.length <= limit) return;
  const startOf = ({ status, metadata }: Job) => Date.parse(status?.startTime ?? metadata.creationTimestamp);
  for (const job of jobs.toSorted((a, b) => startOf(a) - startOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, jobs.length - limit)) deleteJob(cronJob, job, context);
}

/** Deletes a job with its pods, and tells of it. */
export function deleteJob(cronJob: CronJob, { metadata }: Job, { api, event }: Context): void {
  if (unlessGone(() => api.delete(Jobs, metadata, { propagationPolicy: 'Background' })))
    event({ object: cronJob, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${metadata.name}` });
}

/** The status as its jobs are now: ended ones leave the active list, and each change is told. */
export function statusAfter(cronJob: CronJob, jobs: readonly Job[], { event, api }: Context): CronJobStatus {
  const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
  const active: ObjectReference[] = [];
  let { lastSuccessfulTime } = cronJob.status ?? {};
  const listed = new Set(cronJob.status?.active?.map(({ uid }) => uid));
  for (const job of jobs) {
    const end = endOf(job);
    const { completionTime } = job.status ?? {};
    if (end === 'Complete' && completionTime && (!lastSuccessfulTime || Date.parse(completionTime) > Date.parse(lastSuccessfulTime))) lastSuccessfulTime = completionTime;
    if (end === undefined && !listed.has(job.metadata.uid))
      event({ object: cronJob, type: 'Warning', reason: 'UnexpectedJob', message: `Saw a job that the controller did not create or forgot: ${job.metadata.name}` });
  }
  for (const reference of cronJob.status?.active ?? []) {
    const { name = '', namespace = '', uid = '' } = reference;
    const job = byUid.get(uid);
    const end = job && endOf(job);
    if (job && end === undefined) { active.push(reference); continue; }
    if (job) event({ object: cronJob, type: 'Normal', reason: 'SawCompletedJob', message: `Saw completed job: ${name}, condition: ${end}` });
    else if (unlessGone(() => api.get(Jobs, { namespace, name }))?.metadata.uid === uid) active.push(reference);   // the cache has not seen it yet
    else event({ object: cronJob, type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` });
  }
  const { active: _active, ...rest } = cronJob.status ?? {};
  return { ...rest, ...(active.length > 0 && { active }), ...(lastSuccessfulTime && { lastSuccessfulTime }) };
}
