import { invalidValue, notSupported, omitted, required, type FieldError } from '../../api/status';
import { equal } from '../../lib/equality';
import type { Job, JobSpec, PodFailurePolicy, PodFailurePolicyRule } from '../../schema/types';
import { matchRules } from '../apps/template-rules';
import { podTemplateRules } from '../core/pod-rules';
import type { RuleContext } from '../define';
import { internalForm, internalPodSpec } from '../internal-form';
import { isUsable, labelSelectorRules } from '../label-selector-rules';
import { nonNegative, oneOfIfSet, type Errors } from '../rule-parts';

const controllerUid = 'batch.kubernetes.io/controller-uid';
const indexedOnly = 'requires indexed completion mode';

export function* jobRules({ metadata, spec }: Job, { previous }: RuleContext<Job>): Errors {
  if (!spec.manualSelector && spec.selector && !equal(spec.selector, { matchLabels: { [controllerUid]: metadata.uid } }))
    yield invalidValue('spec.selector', spec.selector, '`selector` not auto-generated');
  yield* jobSpecRules(spec, 'spec');
  if (!spec.selector) yield required('spec.selector');
  else {
    yield* labelSelectorRules(spec.selector, 'spec.selector');
    if (isUsable(spec.selector)) yield* matchRules(spec.selector, spec.template, 'spec.template');
  }
  if (previous) yield* changeRules(spec, previous.spec);
}

/** A job's spec but for its selector; also of the jobs a CronJob makes. */
export function* jobSpecRules(spec: JobSpec, at: string): Errors {
  const { completionMode, completions, backoffLimitPerIndex, maxFailedIndexes, podFailurePolicy, successPolicy, podReplacementPolicy, template } = spec;
  for (const key of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const)
    yield* nonNegative(`${at}.${key}`, spec[key]);
  yield* oneOfIfSet(`${at}.completionMode`, completionMode, ['NonIndexed', 'Indexed']);
  if (completionMode === 'Indexed') {
    if (completions === undefined) yield required(`${at}.completions`, 'when completion mode is Indexed');
  } else {
    if (backoffLimitPerIndex !== undefined) yield invalidValue(`${at}.backoffLimitPerIndex`, backoffLimitPerIndex, indexedOnly);
    if (maxFailedIndexes !== undefined) yield invalidValue(`${at}.maxFailedIndexes`, maxFailedIndexes, indexedOnly);
    if (successPolicy) yield invalidValue(`${at}.successPolicy`, internalForm('SuccessPolicy', successPolicy), indexedOnly);
  }
  if (podFailurePolicy) yield* failurePolicyRules(podFailurePolicy, `${at}.podFailurePolicy`);
  yield* oneOfIfSet(`${at}.podReplacementPolicy`, podReplacementPolicy, podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']);
  yield* podTemplateRules(template, `${at}.template`);
  const restartPolicy = template.spec?.restartPolicy;
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') yield required(`${at}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"');
}

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function* failurePolicyRules({ rules }: PodFailurePolicy, at: string): Errors {
  for (const [i, rule] of rules.entries()) yield* failureRuleRules(rule, `${at}.rules[${i}]`);
}

function* failureRuleRules({ action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule, at: string): Errors {
  if (!action) yield required(`${at}.action`, `valid values: ${actions.map((each) => JSON.stringify(each)).join(', ')}`);
  else if (!actions.includes(action)) yield notSupported(`${at}.action`, action, actions);
  if (onExitCodes) {
    yield* oneOfIfSet(`${at}.onExitCodes.operator`, onExitCodes.operator, ['In', 'NotIn']);
    if (onExitCodes.values.length === 0) yield invalidValue(`${at}.onExitCodes.values`, onExitCodes.values, 'at least one value is required');
    for (const [i, value] of onExitCodes.values.entries())
      if (onExitCodes.operator === 'In' && value === 0) yield invalidValue(`${at}.onExitCodes.values[${i}]`, value, 'must not be 0 for the In operator');
  }
  if (onExitCodes && onPodConditions.length > 0) yield withoutValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported');
  if (!onExitCodes && onPodConditions.length === 0) yield withoutValue(at, 'specifying one of OnExitCodes and OnPodConditions is required');
}

/** Some errors of upstream do not show the value they are about. */
const withoutValue = (field: string, detail: string): FieldError => ({ type: 'Invalid value', field, value: omitted, detail });

function* changeRules(spec: JobSpec, before: JobSpec): Errors {
  for (const key of ['completions', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const)
    if (!equal(spec[key], before[key])) yield invalidValue(`spec.${key}`, spec[key] ?? null, 'field is immutable');
  if (!equal(spec.template, before.template))
    yield invalidValue('spec.template.spec', spec.template.spec ? internalPodSpec(spec.template.spec) : null, 'field is immutable');
}
