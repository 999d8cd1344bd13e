import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { Budget } from '../../cel/compile';
import { CelBudgetError, CelRuntimeError } from '../../cel/errors';
import { compileWith } from '../../kinds/admissionregistration/expressions';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../kinds/admissionregistration/mutatingadmissionpolicy';
import { usesOf } from '../../kinds/admissionregistration/policy-rules';
import { applyJsonPatch } from '../../lib/patches/json-patch';
import { PatchError } from '../../lib/patches/patch-error';
import { isObject, type JsonObject } from '../../lib/json';
import { DecodeError } from '../../schema/decode';
import { merge } from '../../schema/field-set/merge';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutation } from '../../schema/types';
import { shapeOfKind } from '../ownership/versions';
import { applications, type Application } from './dynamic/bindings';
import { conditionsMatch } from './dynamic/match-conditions';
import { objectOf, operationsOf } from './dynamic/patch-values';
import { Registered } from './dynamic/registered';
import { restored } from './dynamic/restored';
import { converted, seenAs, type Seen } from './dynamic/seen';
import { ComposedVariables, worldOf } from './dynamic/world';
import type { Reinvocation } from './reinvocation';
import type { Admission, Attributes } from './types';

type Applied = Application<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>;

const policyBudget = 10_000_000;

/** A mutation that cannot be made. */
class MutationError extends Error {
  override readonly name = 'MutationError';
}

/** MutatingAdmissionPolicy: expressions that change what is to be stored. */
export function mutatingAdmissionPolicies(): Admission {
  const policies = new Registered(MutatingAdmissionPolicies);
  const bindings = new Registered(MutatingAdmissionPolicyBindings);
  return {
    name: 'MutatingAdmissionPolicy',
    mutate: (object, attributes, reinvocation) => {
      const known = policies.all(attributes.storage);
      return known.length === 0 ? object : mutated(known, bindings.all(attributes.storage), object, attributes, reinvocation);
    },
  };
}

function mutated(policies: readonly MutatingAdmissionPolicy[], bindings: readonly MutatingAdmissionPolicyBinding[], object: KubeObject, attributes: Attributes,
  reinvocation: Reinvocation): KubeObject {
  let current = object;
  reinvocation.resume(object);
  for (const each of applications(policies, bindings, attributes)) {
    const { policy, binding } = each;
    const id = `${policy.metadata.name}/${binding.metadata.name}/${'params' in each ? each.params?.metadata.uid ?? '' : ''}`;
    if (!reinvocation.mayRun(id)) continue;
    const after = 'problem' in each ? failed(each, each.problem, current, attributes) : attempt(each, current, attributes);
    reinvocation.ran(id, policy.spec.reinvocationPolicy === 'IfNeeded', current, after);
    current = after;
  }
  return current;
}

type Named = Pick<Applied, 'policy' | 'binding'>;

/** With failurePolicy Ignore a failed policy changes nothing; otherwise the request is refused. */
function failed({ policy, binding }: Named, problem: string, object: KubeObject, { kind, name }: Attributes): KubeObject {
  if (policy.spec.failurePolicy === 'Ignore') return object;
  const text = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${problem}`;
  const details = { name, ...(kind.group && { group: kind.group }), kind: kind.facts.plural, causes: [{ message: text }] };
  throw new StatusError('Invalid', `${kind.resource} ${JSON.stringify(name)} is forbidden: ${text}`, details);
}

function attempt(applied: Applied, object: KubeObject, attributes: Attributes): KubeObject {
  try {
    return apply(applied, object, attributes);
  } catch (error) {
    const expected = error instanceof MutationError || error instanceof PatchError || error instanceof DecodeError || error instanceof CelRuntimeError;
    if (!expected) throw error;
    return failed(applied, error.message, object, attributes);
  }
}

/** All mutations of one policy, each on what the one before it made. */
function apply({ policy: { spec }, seen: { kind }, params }: Applied, object: KubeObject, attributes: Attributes): KubeObject {
  const budget = new Budget(policyBudget);
  let current = object;
  for (const mutation of spec.mutations ?? []) {
    const seen = seenAs(kind, { ...attributes, object: current });
    const plain = worldOf(seen, params);
    if (current === object) {
      const conditions = conditionsMatch(spec.matchConditions, plain);
      if ('error' in conditions) throw new MutationError(conditions.error);
      if (!conditions.matches) return object;
    }
    const world = spec.variables?.length ? { ...plain, variables: new ComposedVariables(spec, plain, budget) } : plain;
    const made = patched(mutation, seen, (expression) => evaluate(expression, () => compileWith(expression, usesOf(spec).mutations).evaluate(world, budget)));
    current = converted(restored(kind, made, seen.object ?? current), kind, attributes.kind);
  }
  return current;
}

function evaluate<T>(expression: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CelBudgetError) throw new MutationError('validation failed due to running out of cost budget, no further validation rules will be run');
    if (error instanceof CelRuntimeError) throw new MutationError(`expression '${expression}' resulted in error: ${error.message}`);
    throw error;
  }
}

function patched({ patchType, jsonPatch, applyConfiguration }: Mutation, { kind, object }: Seen, run: (expression: string) => Parameters<typeof objectOf>[0]): JsonObject {
  const live: JsonObject = { ...object };
  if (patchType === 'JSONPatch') return asObject(applyJsonPatch(live, operationsOf(run(jsonPatch?.expression?.trim() ?? ''))));
  const configuration = objectOf(run(applyConfiguration?.expression?.trim() ?? ''));
  return asObject(merge(shapeOfKind(kind), live, { ...configuration, apiVersion: kind.apiVersion, kind: kind.kind }));
}

function asObject(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new MutationError('the patch leaves no object');
}
