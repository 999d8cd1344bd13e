import { invalidValue, notSupported, required } from '../../api/status';
import { equal } from '../../lib/equality';
import { percentOf } from '../../lib/int-or-string';
import { isValidPercent } from '../../lib/names';
import type { DaemonSet, DaemonSetUpdateStrategy, IntOrString } from '../../schema/types';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { atMost100Percent, countOrPercent, nonNegative, type Errors } from '../rule-parts';
import { replicatedTemplateRules, workloadSelectorRules } from './template-rules';

export function* daemonSetRules({ spec }: DaemonSet, { previous }: RuleContext<DaemonSet>): Errors {
  yield* workloadSelectorRules(spec.selector, 'empty selector is invalid for daemonset');
  yield* replicatedTemplateRules(spec.selector, spec.template);
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* strategyRules(spec.updateStrategy ?? {}, 'spec.updateStrategy');
  yield* nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  if (previous && !equal(previous.spec.selector, spec.selector)) yield invalidValue('spec.selector', spec.selector, 'field is immutable');
}

const amount = (value: IntOrString): number => (typeof value === 'number' ? value : (percentOf(value) ?? 0));

function* strategyRules(strategy: DaemonSetUpdateStrategy, at: string): Errors {
  if (strategy.type === 'OnDelete') return;
  if (strategy.type !== 'RollingUpdate') return yield notSupported(at, internalForm('DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']);
  const { maxUnavailable = 0, maxSurge = 0 } = strategy.rollingUpdate ?? {};
  for (const [key, value] of [
    ['maxUnavailable', maxUnavailable],
    ['maxSurge', maxSurge],
  ] as const) {
    yield* countOrPercent(`${at}.rollingUpdate.${key}`, value, isValidPercent);
    yield* atMost100Percent(`${at}.rollingUpdate.${key}`, value);
  }
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) yield required(`${at}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
  if (amount(maxUnavailable) > 0 && amount(maxSurge) > 0)
    yield invalidValue(`${at}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero');
}
