import { controllerOf, keyOf, parseKey } from '../../api/keys';
import { Jobs } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { isConditionTrue, setCondition } from '../../kinds/core/pod-conditions';
import { selectorOf } from '../../lib/selectors';
import { timestamp } from '../../lib/timestamp';
import { sameBelonging } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { Job, JobCondition, JobStatus, Pod } from '../../schema/types';
import { streakAfter, type Streak } from './backoff';
import { deletePods, managePods, type Managed } from './manage';
import { completionOf, deadlineInMs, endingOf, interimOf, type Ending } from './outcome';
import { isTracked, release } from './pods';
import { isFinished, situationOf, type Situation } from './situation';
import { countEnded, writeStatus } from './tracking';

/** Runs pods to completion, as many as each Job asks for. */
export const jobController = defineStatefulController<Job>('job-controller', () => {
  const streaks = new Map<string, Streak>();
  return {
    for: Jobs,
    owns: [Pods],
    watches: [watched(Pods, adopters, sameBelonging)],
    settleMs: 1_000,   // upstream gathers what happens to a job's pods for a second
    reconcile(key, context) {
      const job = context.informer(Jobs).get(key);
      if (!job || isFinished(job)) { streaks.delete(key); releaseStrays(key, job, context); return undefined; }
      if (job.spec.managedBy !== undefined && job.spec.managedBy !== 'kubernetes.io/job-controller') return undefined;
      const situation = situationOf(job, context);
      const streak = streakAfter(streaks.get(job.metadata.uid), situation.newlySucceeded, situation.newlyFailed);
      streaks.set(job.metadata.uid, streak);
      return sync(situation, streak, context);
    },
  };
});

/** An orphan wakes every job whose selector chooses it. */
function* adopters(pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod)) return;
  for (const job of informers.of(Jobs).by(byNamespace, pod.metadata.namespace ?? ''))
    if (job.spec.selector && selectorOf(job.spec.selector).matches(pod.metadata.labels)) yield keyOf(job);
}

/** Pods whose job is over or gone are kept by nobody. */
function releaseStrays(key: string, job: Job | undefined, context: Context): void {
  const { namespace = '', name } = parseKey(key);
  for (const pod of context.informer(Pods).by(byNamespace, namespace)) {
    const owner = controllerOf(pod);
    if (!isTracked(pod) || owner?.kind !== Jobs.kind || owner.name !== name) continue;
    if (job?.metadata.uid !== owner.uid || pod.metadata.deletionTimestamp !== undefined) release(pod, context);
  }
}

function sync(situation: Situation, streak: Streak, context: Context): { requeueAfterMs: number } | undefined {
  const { job } = situation;
  const { now } = context;
  let status: JobStatus = job.spec.suspend || job.status?.startTime ? { ...job.status } : { ...job.status, startTime: timestamp(now()) };
  const early = endingOf(situation, now());
  const deleting = job.metadata.deletionTimestamp !== undefined;
  const managed: Managed = early ? deletePods(situation, situation.active, context) : deleting ? { created: 0, deleted: [] } : managePods(situation, streak, context);
  const active = situation.active.length + managed.created - managed.deleted.length;
  const ending = early ?? (managed.error ? undefined : completionOf(situation, active));
  if (!ending) status = withSuspension(job, status, context);
  status = withCounts(status, situation, managed, active);
  if (ending) status = decided(status, ending, context);
  status = countEnded(situation, status, ending !== undefined, context);
  if (ending && active === 0 && (status.terminating ?? 0) === 0) status = over(status, ending, context);   // only now: nobody counts for a job that is over
  writeStatus(job, status, context);
  if (ending && isFinished({ ...job, status })) tell(job, ending, context);
  if (managed.error) throw managed.error;
  return soonest(managed.waitMs, deadlineInMs({ ...job, status }, now()));
}

const soonest = (...delays: readonly (number | undefined)[]): { requeueAfterMs: number } | undefined => {
  const known = delays.filter((delay) => delay !== undefined);
  return known.length === 0 ? undefined : { requeueAfterMs: Math.max(0, Math.min(...known)) };
};

function withCounts(status: JobStatus, { ready, terminating }: Situation, { deleted }: Managed, active: number): JobStatus {
  const { active: _active, ...rest } = status;
  const lost = deleted.filter(({ status: of }) => of?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True')).length;
  return { ...rest, ...(active > 0 && { active }), ready: ready - lost, terminating: terminating + deleted.length };
}

const conditionOf = (type: string, { reason, message }: Ending, { now }: Context): JobCondition =>
  ({ type, status: 'True', reason, message, lastProbeTime: timestamp(now()), lastTransitionTime: timestamp(now()) });

/** The interim condition says at once how the job ends. */
const decided = (status: JobStatus, ending: Ending, context: Context): JobStatus =>
  (isConditionTrue(status, interimOf(ending)) ? status : setCondition<JobCondition, JobStatus>(status, conditionOf(interimOf(ending), ending, context)));

/** The final condition, when every pod has come to its end and was counted. */
function over(status: JobStatus, ending: Ending, context: Context): JobStatus {
  const ended = setCondition<JobCondition, JobStatus>(status, conditionOf(ending.final, ending, context));
  return ending.final === 'Complete' ? { ...ended, completionTime: timestamp(context.now()) } : ended;
}

const suspensions = {
  begins: { status: 'True', reason: 'JobSuspended', message: 'Job suspended', event: 'Suspended' },
  ends: { status: 'False', reason: 'JobResumed', message: 'Job resumed', event: 'Resumed' },
} as const;

function withSuspension(job: Job, status: JobStatus, { now, event }: Context): JobStatus {
  const suspend = job.spec.suspend === true;
  if (suspend === isConditionTrue(status, 'Suspended')) return status;
  const { event: reason, ...condition } = suspensions[suspend ? 'begins' : 'ends'];
  const at = timestamp(now());
  event({ object: job, type: 'Normal', reason, message: condition.message });
  const next = setCondition<JobCondition, JobStatus>(status, { type: 'Suspended', ...condition, lastProbeTime: at, lastTransitionTime: at });
  if (!suspend) return { ...next, startTime: at };
  const { startTime: _startTime, ...stopped } = next;   // the deadline's clock starts anew when the job goes on
  return stopped;
}

function tell(job: Job, { final, reason, message }: Ending, { event }: Context): void {
  if (final === 'Complete') event({ object: job, type: 'Normal', reason: 'Completed', message: 'Job completed' });
  else event({ object: job, type: 'Warning', reason, message });
}
