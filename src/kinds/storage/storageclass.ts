import { duplicate, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../api/status';
import { equal } from '../../lib/equality';
import { isQualifiedName, isValidLabelValue } from '../../lib/names';
import type { StorageClass, TopologySelectorLabelRequirement, TopologySelectorTerm } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import { immutable, named, type Errors } from '../rule-parts';
import { fill } from '../sharing';

const maxParameters = 512;
const maxParameterBytes = 256 * 1024;
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];
const reclaimPolicies = ['Delete', 'Retain'];

function* classRules(object: StorageClass, { previous }: RuleContext<StorageClass>): Errors {
  if (previous) return yield* changeRules(object, previous);
  const { provisioner, parameters = {}, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object;
  if (!provisioner) yield required('provisioner');
  else for (const message of isQualifiedName(provisioner.toLowerCase())) yield invalidValue('provisioner', provisioner.toLowerCase(), message);
  yield* parametersRules(parameters, 'parameters');
  if (reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy)) yield notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies);
  if (volumeBindingMode === undefined) yield required('volumeBindingMode');
  else if (!bindingModes.includes(volumeBindingMode)) yield notSupported('volumeBindingMode', volumeBindingMode, bindingModes);
  yield* topologiesRules(allowedTopologies, 'allowedTopologies');
}

/** Parameters for a driver: not too many, and not too large together. */
export function* parametersRules(parameters: Readonly<Record<string, string>>, at: string): Errors {
  const entries = Object.entries(parameters);
  if (entries.length > maxParameters) return yield tooLong(at, maxParameters);
  let size = 0;
  for (const [key, value] of entries) {
    if (key === '') yield invalidValue(at, key, 'field can not be empty.');
    size += key.length + value.length;
  }
  if (size > maxParameterBytes) yield tooLong(at, maxParameterBytes);
}

function* topologiesRules(terms: readonly TopologySelectorTerm[], at: string): Errors {
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const keys = new Set<string>();
    for (const [j, expression] of matchLabelExpressions.entries()) {
      yield* expressionRules(expression, `${at}[${i}].matchLabelExpressions[${j}]`);
      if (keys.has(expression.key)) yield duplicate(`${at}[${i}].matchLabelExpressions[${j}].key`, expression.key);
      keys.add(expression.key);
    }
    if (terms.findIndex((other) => equal(other, terms[i])) < i) yield duplicate(`${at}[${i}].matchLabelExpressions`, '');
  }
}

function* expressionRules({ key, values }: TopologySelectorLabelRequirement, at: string): Errors {
  if (values.length === 0) yield required(`${at}.values`);
  for (const [i, value] of values.entries()) {
    yield* named(isValidLabelValue, `${at}.values[${i}]`, value);
    if (values.indexOf(value) < i) yield duplicate(`${at}.values[${i}]`, value);
  }
  yield* named(isQualifiedName, `${at}.key`, key);
}

/** Only whether volumes may grow, and how they are mounted, changes. */
function* changeRules(object: StorageClass, before: StorageClass): Errors {
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy'] as const)
    if (!equal(object[field], before[field])) yield forbiddenField(field, `updates to ${field} are forbidden.`);
  yield* immutable('volumeBindingMode', object.volumeBindingMode, before.volumeBindingMode);
}

export const StorageClasses = defineKind<StorageClass>('storageclasses.storage.k8s.io', {
  defaults: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  rules: classRules,
});
