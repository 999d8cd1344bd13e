import type { Job, JobSpec, PodFailurePolicyRule, PodTemplateSpec } from '../../schema/types';
import { podTemplateDefaults } from '../core/pod-defaults';
import { defineKind } from '../define';
import { change, fill, mapItems, set } from '../sharing';
import { jobRules } from './job-rules';

const defaultBackoffLimit = 6;
/** With a limit for each index there is none for the job as a whole. */
const noBackoffLimit = 2 ** 31 - 1;
const maxLabelLength = 63;

/** The label by which a job knows its pods. */
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';

/** What a job's spec lacks; also of the jobs that a CronJob makes, which are only templates yet. */
export function jobSpecDefaults(given: JobSpec): JobSpec {
  const counts = given.completions === undefined && given.parallelism === undefined ? { completions: 1, parallelism: 1 } : { parallelism: 1 };
  const perIndex = given.backoffLimitPerIndex !== undefined;
  const spec = fill(given, {
    ...counts, backoffLimit: perIndex ? noBackoffLimit : defaultBackoffLimit, completionMode: 'NonIndexed', suspend: false, manualSelector: false,
    podReplacementPolicy: given.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  const failure = change(spec, 'podFailurePolicy', (policy) => set(policy, 'rules', mapItems(policy.rules, ruleDefaults)));
  return change(failure, 'template', podTemplateDefaults);
}

const ruleDefaults = (rule: PodFailurePolicyRule): PodFailurePolicyRule =>
  change(rule, 'onPodConditions', (patterns) => mapItems(patterns, (pattern) => fill(pattern, { status: 'True' })));

/** A job chooses its pods by its own uid, unless it was told to use a selector of the client's. */
function withSelector(job: Job): Job {
  const { metadata, spec } = job;
  if (spec.manualSelector) return job;
  const { uid, name } = metadata;
  const labels = { [controllerUidLabel]: uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
  const selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [controllerUidLabel]: uid } };
  const template: PodTemplateSpec = { ...spec.template, metadata: { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } } };
  const own = Object.keys(metadata.labels ?? {}).length === 0 && name.length <= maxLabelLength ? template.metadata?.labels : undefined;
  return { ...job, metadata: own ? { ...metadata, labels: own } : metadata, spec: { ...spec, selector, template } };
}

export const Jobs = defineKind<Job>('jobs.batch', {
  generation: true,
  defaults: (job) => set(job, 'spec', jobSpecDefaults(job.spec)),
  prepareForCreate: withSelector,
  rules: jobRules,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
});
