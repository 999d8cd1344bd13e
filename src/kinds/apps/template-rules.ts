import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { selectorOf } from '../../lib/selectors';
import type { LabelSelector, PodTemplateSpec } from '../../schema/types';
import { podTemplateRules } from '../core/pod-rules';
import { isEmptySelector, isUsable, labelSelectorRules } from '../label-selector-rules';
import type { Errors } from '../rule-parts';

/** The selector of a workload: there, not empty, and usable. */
export function* workloadSelectorRules(selector: LabelSelector | undefined, emptyMessage: string): Errors {
  const at = 'spec.selector';
  if (!selector) return yield required(at);
  yield* labelSelectorRules(selector, at);
  if (isEmptySelector(selector)) yield invalidValue(at, selector, emptyMessage);
  if (!isUsable(selector)) yield invalidValue(at, selector, 'invalid label selector');
}

/** The template of a ReplicaSet or Deployment, whose pods the selector must find and whose containers start again when they end. */
export function* replicatedTemplateRules(selector: LabelSelector | undefined, template: PodTemplateSpec): Errors {
  if (!isUsable(selector)) return;
  const at = 'spec.template';
  yield* matchRules(selector, template, at);
  yield* podTemplateRules(template, at);
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always') yield notSupported(`${at}.spec.restartPolicy`, restartPolicy ?? '', ['Always']);
  if (activeDeadlineSeconds !== undefined) yield forbiddenField(`${at}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported');
}

export function* matchRules(selector: LabelSelector | undefined, { metadata }: PodTemplateSpec, at: string): Errors {
  if (!selectorOf(selector).matches(metadata?.labels ?? {}))
    yield invalidValue(`${at}.metadata.labels`, metadata?.labels ?? null, '`selector` does not match template `labels`');
}
