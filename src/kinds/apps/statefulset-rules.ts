import { forbiddenField, invalidValue, required } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Label } from '../../lib/names';
import type { PodTemplateSpec, StatefulSet, StatefulSetSpec, Volume } from '../../schema/types';
import { claimSpecRules } from '../core/persistentvolumeclaim-rules';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { named, nonNegative, oneOf, type Errors } from '../rule-parts';
import { replicatedTemplateRules, workloadSelectorRules } from './template-rules';

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

export function* statefulSetRules({ spec }: StatefulSet, { previous }: RuleContext<StatefulSet>): Errors {
  if (previous) yield* changeRules(spec, previous.spec);
  const { podManagementPolicy: policy = '', updateStrategy: strategy = {}, serviceName } = spec;
  if (!policy) yield required('spec.podManagementPolicy');
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') yield invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  if (strategy.type !== 'RollingUpdate' && strategy.type !== 'OnDelete')
    yield invalidValue('spec.updateStrategy', internalForm('StatefulSetUpdateStrategy', strategy), "must be 'RollingUpdate' or 'OnDelete'");
  else if (strategy.type === 'RollingUpdate') yield* nonNegative('spec.updateStrategy.rollingUpdate.partition', strategy.rollingUpdate?.partition);
  else if (strategy.rollingUpdate)
    yield invalidValue('spec.updateStrategy.rollingUpdate', strategy.rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'");
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  if (retention)
    for (const key of ['whenDeleted', 'whenScaled'] as const)
      yield* oneOf(`spec.persistentVolumeClaimRetentionPolicy.${key}`, retention[key], ['Retain', 'Delete']);
  yield* nonNegative('spec.replicas', spec.replicas);
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* nonNegative('spec.ordinals.start', spec.ordinals?.start);
  if (serviceName) yield* named(isDNS1123Label, 'spec.serviceName', serviceName);
  yield* workloadSelectorRules(spec.selector, 'empty selector is invalid for statefulset');
  for (const [i, { spec: claim }] of (spec.volumeClaimTemplates ?? []).entries()) yield* claimSpecRules(claim, `spec.volumeClaimTemplates[${i}].spec`);
  yield* replicatedTemplateRules(spec.selector, withClaims(spec));
}

/** Mounts may name the claims too: each becomes a volume of the pods. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (!template.spec || volumeClaimTemplates.length === 0) return template;
  const claimed = volumeClaimTemplates.map(({ metadata: { name } }): Volume => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (template.spec.volumes ?? []).filter(({ name }) => !claimed.some((each) => each.name === name));
  return { ...template, spec: { ...template.spec, volumes: [...claimed, ...others] } };
}

function* changeRules(spec: StatefulSetSpec, before: StatefulSetSpec): Errors {
  const rest = { ...spec, ...Object.fromEntries(changeable.map((key) => [key, before[key]])) };
  if (!semanticallyEqual(rest, before)) {
    const [last, ...others] = changeable.map((key) => `'${key}'`).reverse();
    yield forbiddenField('spec', `updates to statefulset spec for fields other than ${others.reverse().join(', ')} and ${last} are forbidden`);
  }
}
