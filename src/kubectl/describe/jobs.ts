import { humanDuration } from '../../lib/durations';
import { selectorOf, type LabelSelector } from '../../lib/selectors';
import type { CronJob, Job, JobSpec } from '../../schema/types';
import { describeHead } from './plain-kinds';
import { controlledBy, describeTemplate } from './pod';
import { annotations, labels, longTime, yesOrNo, type Description } from './writer';

/** Here a selector of nothing stays empty. */
const selectorText = (selector: LabelSelector | undefined): string => selectorOf(selector).toString();

/** A job: how far it is, and what it runs. */
export function describeJob(out: Description, { metadata, spec, status = {} }: Job): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Selector:\t${selectorText(spec.selector)}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  controlledBy(out, metadata);
  for (const line of jobLines(spec)) out.line(0, line);
  const { startTime, completionTime, active = 0, ready, succeeded = 0, failed = 0 } = status;
  if (startTime) out.line(0, `Start Time:\t${longTime(startTime)}`);
  if (completionTime) out.line(0, `Completed At:\t${longTime(completionTime)}`);
  if (startTime && completionTime) out.line(0, `Duration:\t${humanDuration(Date.parse(completionTime) - Date.parse(startTime))}`);
  if (spec.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  out.line(0, `Pods Statuses:\t${active} Active${ready === undefined ? '' : ` (${ready} Ready)`} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec.completionMode === 'Indexed') out.line(0, `Completed Indexes:\t${indexesText(status.completedIndexes ?? '')}`);
  describeTemplate(out, spec.template);
}

function* jobLines({ parallelism, completions, completionMode, suspend, backoffLimit, ttlSecondsAfterFinished }: JobSpec): Generator<string> {
  if (parallelism !== undefined) yield `Parallelism:\t${parallelism}`;
  yield `Completions:\t${completions ?? '<unset>'}`;
  if (completionMode !== undefined) yield `Completion Mode:\t${completionMode}`;
  if (suspend !== undefined) yield `Suspend:\t${suspend}`;
  if (backoffLimit !== undefined) yield `Backoff Limit:\t${backoffLimit}`;
  if (ttlSecondsAfterFinished !== undefined) yield `TTL Seconds After Finished:\t${ttlSecondsAfterFinished}`;
}

/** About so many characters of a list of indexes are shown. */
const shownIndexes = 50;

function indexesText(indexes: string): string {
  const comma = indexes.indexOf(',', shownIndexes);
  return comma < 0 ? indexes || '<none>' : `${indexes.slice(0, comma + 1)}...`;
}

/** A cron job: when it starts jobs, and of what kind. */
export function describeCronJob(out: Description, cronJob: CronJob): void {
  const { spec, status } = cronJob;
  describeHead(out, cronJob);
  out.line(0, `Schedule:\t${spec.schedule}`);
  out.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}`);
  out.line(0, `Suspend:\t${yesOrNo(spec.suspend)}`);
  out.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}`);
  out.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}`);
  out.line(0, `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds === undefined ? '<unset>' : `${spec.startingDeadlineSeconds}s`}`);
  describeJobTemplate(out, spec.jobTemplate.spec);
  out.line(0, `Last Schedule Time:\t${status?.lastScheduleTime ? longTime(status.lastScheduleTime) : '<unset>'}`);
  out.line(0, `Active Jobs:\t${(status?.active ?? []).map(({ name }) => name ?? '').join(', ') || '<none>'}`);
}

function describeJobTemplate(out: Description, spec: JobSpec | undefined): void {
  out.line(0, `Selector:\t${spec?.selector ? selectorText(spec.selector) : '<unset>'}`);
  out.line(0, `Parallelism:\t${spec?.parallelism ?? '<unset>'}`);
  out.line(0, `Completions:\t${spec?.completions ?? '<unset>'}`);
  if (spec?.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  if (spec) describeTemplate(out, spec.template);
}
