import { invalidValue } from '../../api/status';
import { equal } from '../../lib/equality';
import type { ReplicaSet } from '../../schema/types';
import type { RuleContext } from '../define';
import { nonNegative, type Errors } from '../rule-parts';
import { replicatedTemplateRules, workloadSelectorRules } from './template-rules';

export function* replicaSetRules({ spec }: ReplicaSet, { previous }: RuleContext<ReplicaSet>): Errors {
  yield* nonNegative('spec.replicas', spec.replicas);
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* workloadSelectorRules(spec.selector, 'empty selector is invalid for deployment');
  yield* replicatedTemplateRules(spec.selector, spec.template ?? {});
  if (previous && !equal(previous.spec.selector, spec.selector)) yield invalidValue('spec.selector', spec.selector, 'field is immutable');
}
