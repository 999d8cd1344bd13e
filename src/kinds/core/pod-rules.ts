import { forbiddenField, invalidValue, type FieldError } from '../../api/status';
import type { Pod, PodTemplateSpec } from '../../schema/types';
import type { RuleContext } from '../define';
import { annotationsRules, labelsRules } from '../object-meta';
import type { Errors } from '../rule-parts';
import { podSpecRules } from './pod-spec-rules';
import { ephemeralChangeRules, podChangeRules, resizeRules } from './pod-update-rules';
import { podStatusRules } from './pod-status-rules';
import { annotations as wellKnown } from './well-known';

type Annotations = Readonly<Record<string, string>>;

/** A pod that is created, or whose main resource is changed. */
export function* podRules(pod: Pod, { previous }: RuleContext<Pod>): Errors {
  yield* annotationRules(pod.metadata.annotations, pod.spec.nodeName, 'metadata.annotations');
  yield* podSpecRules(pod.spec, 'spec', true);
  if (previous) {
    yield* mirrorRules(pod.metadata.annotations ?? {}, previous.metadata.annotations ?? {});
    return yield* podChangeRules(pod.spec, previous.spec);
  }
  if (pod.spec.ephemeralContainers?.length) yield forbiddenField('spec.ephemeralContainers', 'cannot be set on create');
  if (pod.spec.nodeName && pod.spec.schedulingGates?.length) yield forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
}

type Change = (pod: Pod, previous: Pod) => Errors;
/** What a write of a part of a pod is checked for; others (binding) have been checked where they are made. */
const changesByPart: Readonly<Record<string, Change>> = {
  status: podStatusRules,
  ephemeralcontainers: (pod, previous) => [...podSpecRules(pod.spec, 'spec', true), ...ephemeralChangeRules(pod.spec, previous.spec)],
  resize: (pod, previous) => [...podSpecRules(pod.spec, 'spec', true), ...resizeRules(pod, previous)],
};

export const podPartRules = (pod: Pod, { previous, subresource = '' }: RuleContext<Pod>): Iterable<FieldError> =>
  (previous && changesByPart[subresource]?.(pod, previous)) ?? [];

/** The template of a workload. */
export function* podTemplateRules({ metadata, spec }: PodTemplateSpec, at: string): Errors {
  yield* labelsRules(metadata?.labels, `${at}.labels`);
  yield* annotationsRules(metadata?.annotations, `${at}.annotations`);
  yield* annotationRules(metadata?.annotations, spec?.nodeName, `${at}.annotations`);
  if (!spec) return;
  yield* podSpecRules(spec, `${at}.spec`, false);
  if (spec.ephemeralContainers?.length) yield forbiddenField(`${at}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}

const int32 = /^[-+]?\d{1,10}$/;

function* annotationRules(annotations: Annotations | undefined, nodeName: string | undefined, at: string): Errors {
  if (!annotations) return;
  const mirror = annotations[wellKnown.mirrorPod];
  if (mirror !== undefined && !nodeName) yield invalidValue(`${at}[${wellKnown.mirrorPod}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set');
  const cost = annotations[wellKnown.podDeletionCost];
  if (cost !== undefined && (!int32.test(cost) || Math.abs(Number(cost)) >= 2 ** 31))
    yield invalidValue(`${at}[${wellKnown.podDeletionCost}]`, cost, 'must be a 32bit integer');
}

function* mirrorRules(annotations: Annotations, before: Annotations): Errors {
  const key = wellKnown.mirrorPod;
  if (before[key] === annotations[key]) return;
  yield forbiddenField(
    `metadata.annotations[${key}]`,
    before[key] === undefined ? 'may not add mirror pod annotation' : 'may not remove or update mirror pod annotation',
  );
}
