import { StatusError } from '../../api/status';
import type { Draft } from '../../api/types';
import { CronJobs, Jobs } from '../../kinds/served';
import { equal } from '../../lib/equality';
import { timestamp } from '../../lib/timestamp';
import { defineController, type Context } from '../../runtime/controller';
import { byOwner } from '../../runtime/informer';
import { controlledBy } from '../../runtime/owner-references';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../schema/types';
import { deleteJob, endOf, statusAfter, trimHistory } from './history';
import { dueAt, scheduleOf } from './schedule';

/** Upstream waits a little past the minute, so that a clock slightly behind does not miss it. */
const graceMs = 100;
const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Makes a Job whenever a CronJob's schedule says so. */
export const cronJobController = defineController<CronJob>({
  name: 'cronjob-controller',
  for: CronJobs,
  owns: [Jobs],
  reconcile(key, context) {
    const cronJob = context.informer(CronJobs).get(key);
    if (!cronJob) return undefined;
    const jobs = [...context.informer(Jobs).by(byOwner, cronJob.metadata.uid)];
    trimHistory(cronJob, jobs, context);
    const before = statusAfter(cronJob, jobs, context);
    const { status, inMs } = scheduled({ ...cronJob, status: before }, jobs, context);
    if (!equal(status, cronJob.status ?? {})) context.api.update(CronJobs, { ...cronJob, status }, 'status');
    return inMs === undefined ? undefined : { requeueAfterMs: inMs };
  },
});

type Scheduled = { readonly status: CronJobStatus; readonly inMs?: number };

/** Starts what is due, and says when to look again. */
function scheduled(cronJob: CronJob & { readonly status: CronJobStatus }, jobs: readonly Job[], context: Context): Scheduled {
  const { status, spec } = cronJob;
  if (cronJob.metadata.deletionTimestamp !== undefined || spec.suspend) return { status };
  const now = context.now();
  const schedule = scheduleOf(cronJob);
  const { at, tooManyMissed } = dueAt(cronJob, schedule, now);
  if (tooManyMissed)
    tell(cronJob, context, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew');
  const next = schedule.next(now);
  const wait = next === undefined ? {} : { inMs: next - now + graceMs };
  if (at === undefined || status.lastScheduleTime === timestamp(at)) return { status, ...wait };
  if (spec.startingDeadlineSeconds !== undefined && at + spec.startingDeadlineSeconds * 1_000 < now) {
    tell(cronJob, context, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(at)}`);
    return { status, ...wait };
  }
  if (spec.concurrencyPolicy === 'Forbid' && status.active?.length) {
    tell(cronJob, context, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
    return { status, ...wait };
  }
  const active = spec.concurrencyPolicy === 'Replace' ? replaced(cronJob, jobs, context) : status.active ?? [];
  const job = createJob(cronJob, at, context);
  return { status: { ...status, active: job ? [...active, referenceTo(job)] : active, lastScheduleTime: timestamp(at) }, ...wait };
}

function replaced(cronJob: CronJob, jobs: readonly Job[], context: Context): readonly ObjectReference[] {
  for (const job of jobs) if (endOf(job) === undefined && job.metadata.deletionTimestamp === undefined) deleteJob(cronJob, job, context);
  return [];
}

function createJob(cronJob: CronJob, at: number, context: Context): Job | undefined {
  try {
    const job = context.api.create(Jobs, jobFor(cronJob, at));
    tell(cronJob, context, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    return job;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === 'AlreadyExists' || error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return undefined;
    tell(cronJob, context, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
    throw error;
  }
}

/** The name says when it was due, in minutes: the same run is never started twice. */
function jobFor(cronJob: CronJob, at: number): Draft<Job> {
  const { metadata: { name, namespace }, spec: { jobTemplate } } = cronJob;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    metadata: {
      name: `${name}-${Math.floor(at / 60_000)}`, namespace, ownerReferences: controlledBy(cronJob),
      ...(labels && { labels }), annotations: { ...annotations, [scheduledAnnotation]: timestamp(at) },
    },
    spec: jobTemplate.spec ?? { template: {} },
  };
}

const referenceTo = ({ kind, apiVersion, metadata: { namespace, name, uid, resourceVersion } }: Job): ObjectReference =>
  ({ kind, namespace, name, uid, apiVersion, ...(resourceVersion !== undefined && { resourceVersion }) });

const tell = (object: CronJob, { event }: Context, type: 'Normal' | 'Warning', reason: string, message: string): void => event({ object, type, reason, message });

/** As Go's RFC1123Z. */
const rfc1123 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');
