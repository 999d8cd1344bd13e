import { invalidValue, required } from '../../api/status';
import type { MatchCondition, MatchResources, ParamKind, Variable } from '../../schema/types';
import { oneOf, type Errors } from '../rule-parts';
import { change, fill } from '../sharing';
import { expressionRules, returns, variablesType, type Uses } from './expressions';
import { failurePolicies, matchConditionsRules, matchDefaults, matchResourcesRules, paramKindRules } from './match-rules';

/** What both kinds of policies have. */
export type PolicySpec = {
  readonly failurePolicy?: string;
  readonly matchConditions?: readonly MatchCondition[];
  readonly matchConstraints?: MatchResources;
  readonly paramKind?: ParamKind;
  readonly variables?: readonly Variable[];
};

export const policyDefaults = <T extends PolicySpec>(spec: T): T =>
  change<PolicySpec, 'matchConstraints'>(fill<PolicySpec>(spec, { failurePolicy: 'Fail' }), 'matchConstraints', matchDefaults) as T; // both change fields of PolicySpec alone

const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const words: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]);

/** Failure policy, parameters, constraints, conditions and variables, in upstream's order. */
export function* policySpecRules(spec: PolicySpec, mutating = false): Errors {
  yield* oneOf('spec.failurePolicy', spec.failurePolicy, failurePolicies);
  if (spec.paramKind) yield* paramKindRules(spec.paramKind, 'spec.paramKind');
  if (!spec.matchConstraints) yield required('spec.matchConstraints');
  else {
    yield* matchResourcesRules(spec.matchConstraints, 'spec.matchConstraints', mutating);
    if (!spec.matchConstraints.resourceRules?.length) yield required('spec.matchConstraints.resourceRules');
  }
  yield* matchConditionsRules(spec.matchConditions, 'spec.matchConditions', spec.paramKind !== undefined);
  yield* variableRules(spec);
}

/** What a policy's expressions of each sort may use, and those of its variables, each of which knows the ones before it. */
export type PolicyUses = { readonly expressions: Uses; readonly messages: Uses; readonly mutations: Uses; readonly variables: readonly Uses[] };
const known = new WeakMap<PolicySpec, PolicyUses>();

export function usesOf(spec: PolicySpec): PolicyUses {
  const before = known.get(spec);
  if (before) return before;
  const made = policyUses(spec);
  known.set(spec, made);
  return made;
}

function policyUses({ paramKind, variables = [] }: PolicySpec): PolicyUses {
  const base: Uses = { params: paramKind !== undefined, authorizer: true };
  const expressions = variables.length > 0 ? { ...base, variables: variablesType(variables, base) } : base;
  return {
    expressions, messages: { ...expressions, authorizer: false }, mutations: { ...expressions, patchTypes: true },
    variables: variables.map((_each, i) => ({ ...base, patchTypes: true, variables: variablesType(variables.slice(0, i), base) })),
  };
}

function* variableRules(spec: PolicySpec): Errors {
  const { variables } = usesOf(spec);
  for (const [i, { name, expression }] of (spec.variables ?? []).entries()) {
    const at = `spec.variables[${i}]`;
    if (name.trim() === '') yield required(`${at}.name`, 'name is not specified');
    else if (!identifier.test(name) || words.has(name)) yield invalidValue(`${at}.name`, name, 'name is not a valid CEL identifier');
    const uses = variables[i];
    if (expression.trim() === '') yield required(`${at}.expression`, 'expression is not specified');
    else if (uses) yield* expressionRules(`${at}.expression`, expression, uses, returns.variable);
  }
}
