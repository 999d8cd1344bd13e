import { invalidValue, required } from '../../api/status';
import { isDNS1123Subdomain } from '../../lib/names';
import type { CronJob } from '../../schema/types';
import { nonNegative, oneOf, type Errors } from '../rule-parts';
import { cronProblem } from './cron-schedule';
import { jobSpecRules } from './job-rules';

/** Eleven characters of a job's name are the time it was due. */
const maxNameLength = 52;

export function* cronJobRules({ metadata: { name }, spec }: CronJob): Errors {
  if (name.length > maxNameLength && isDNS1123Subdomain(name).length === 0)
    yield invalidValue('metadata.name', name, `must be no more than ${maxNameLength} characters`);
  const { schedule, timeZone } = spec;
  if (!schedule) yield required('spec.schedule');
  else {
    const problem = /^(CRON_)?TZ=/.test(schedule) ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead' : cronProblem(schedule);
    if (problem) yield invalidValue('spec.schedule', schedule, problem);
  }
  yield* nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (timeZone === '') yield invalidValue('spec.timeZone', timeZone, 'timeZone must be nil or non-empty string');
  else if (timeZone !== undefined && !isTimeZone(timeZone)) yield invalidValue('spec.timeZone', timeZone, `unknown time zone ${timeZone}`);
  yield* oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  yield* jobSpecRules(spec.jobTemplate.spec ?? { template: {} }, 'spec.jobTemplate.spec');
  yield* nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  yield* nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
