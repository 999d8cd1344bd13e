import { forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { equal } from '../../lib/equality';
import { percentOf } from '../../lib/int-or-string';
import { isValidPercent } from '../../lib/names';
import type { Deployment, DeploymentStrategy, IntOrString, RollingUpdateDeployment } from '../../schema/types';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { atMost100Percent, countOrPercent, nonNegative, type Errors } from '../rule-parts';
import { replicatedTemplateRules, workloadSelectorRules } from './template-rules';

export function* deploymentRules({ spec }: Deployment, { previous }: RuleContext<Deployment>): Errors {
  yield* nonNegative('spec.replicas', spec.replicas);
  yield* workloadSelectorRules(spec.selector, 'empty selector is invalid for deployment');
  yield* replicatedTemplateRules(spec.selector, spec.template);
  yield* strategyRules(spec.strategy ?? {}, 'spec.strategy');
  yield* nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  yield* nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  yield* nonNegative('spec.progressDeadlineSeconds', deadline);
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0))
    yield invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  if (previous && !equal(previous.spec.selector, spec.selector)) yield invalidValue('spec.selector', spec.selector, 'field is immutable');
}

function* strategyRules(strategy: DeploymentStrategy, at: string): Errors {
  switch (strategy.type) {
    case 'Recreate':
      if (strategy.rollingUpdate) yield forbiddenField(`${at}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
      break;
    case 'RollingUpdate':
      if (!strategy.rollingUpdate) yield required(`${at}.rollingUpdate`, 'this should be defaulted and never be nil');
      else yield* rollingRules(strategy.rollingUpdate, `${at}.rollingUpdate`);
      break;
    default:
      yield notSupported(at, internalForm('DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate']);
  }
}

function* rollingRules({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment, at: string): Errors {
  yield* countOrPercent(`${at}.maxUnavailable`, maxUnavailable, isValidPercent);
  yield* countOrPercent(`${at}.maxSurge`, maxSurge, isValidPercent);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) yield invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  yield* atMost100Percent(`${at}.maxUnavailable`, maxUnavailable);
}

const amount = (value: IntOrString): number => (typeof value === 'number' ? value : (percentOf(value) ?? 0));
