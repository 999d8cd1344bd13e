import { forbiddenField, notSupported, required } from '../../api/status';
import type { PriorityClass } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { immutable, type Errors } from '../rule-parts';
import { fill } from '../sharing';

const systemPrefix = 'system-';
const highestForUsers = 1_000_000_000;
const policies = ['PreemptLowerPriority', 'Never'];

/** The classes that the API server makes itself; nobody may make others with their prefix. */
export const systemPriorityClasses: readonly { readonly name: string; readonly value: number; readonly description: string }[] = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
];

function* classRules({ metadata: { name }, value = 0, globalDefault, preemptionPolicy }: PriorityClass, { previous }: RuleContext<PriorityClass>): Errors {
  if (previous) {
    if ((previous.value ?? 0) !== value) yield forbiddenField('value', 'may not be changed in an update.');
    return yield* immutable('preemptionPolicy', preemptionPolicy, previous.preemptionPolicy);
  }
  const problem = name.startsWith(systemPrefix) ? systemProblem(name, value, globalDefault) : undefined;
  if (problem !== undefined)
    yield forbiddenField('metadata.name', `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`);
  if (!name.startsWith(systemPrefix) && value > highestForUsers)
    yield forbiddenField('value', `maximum allowed value of a user defined priority is ${highestForUsers}`);
  if (preemptionPolicy === '') yield required('preemptionPolicy');
  else if (preemptionPolicy !== undefined && !policies.includes(preemptionPolicy)) yield notSupported('preemptionPolicy', preemptionPolicy, policies);
}

function systemProblem(name: string, value: number, globalDefault: boolean | undefined): string | undefined {
  const known = systemPriorityClasses.find((each) => each.name === name);
  if (!known) return `${name} is not a known system priority class`;
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export const PriorityClasses = defineKind<PriorityClass>('priorityclasses.scheduling.k8s.io', {
  generation: true,
  defaults: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  rules: classRules,
});
