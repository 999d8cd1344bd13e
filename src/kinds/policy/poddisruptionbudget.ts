import { invalidValue } from '../../api/status';
import { isValidPercent } from '../../lib/names';
import type { PodDisruptionBudget } from '../../schema/types';
import { defineKind } from '../define';
import { internalForm } from '../internal-form';
import { labelSelectorRules } from '../label-selector-rules';
import { atMost100Percent, countOrPercent, oneOfIfSet, type Errors } from '../rule-parts';

function* rules({ spec = {} }: PodDisruptionBudget): Errors {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    yield invalidValue('spec', internalForm('PodDisruptionBudgetSpec', spec), 'minAvailable and maxUnavailable cannot be both set');
  for (const [key, value] of [['minAvailable', minAvailable], ['maxUnavailable', maxUnavailable]] as const) {
    if (value === undefined) continue;
    yield* countOrPercent(`spec.${key}`, value, isValidPercent);
    yield* atMost100Percent(`spec.${key}`, value);
  }
  yield* oneOfIfSet('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']);
  if (selector) yield* labelSelectorRules(selector, 'spec.selector');
}

export const PodDisruptionBudgets = defineKind<PodDisruptionBudget>('poddisruptionbudgets.policy', { generation: true, rules });
