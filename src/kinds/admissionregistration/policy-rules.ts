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
  yield* variableRules(spec, mutating);
}

/** What expressions of this policy may use; every variable may be read. */
export function usesOf(spec: PolicySpec): Uses {
  const uses: Uses = { params: spec.paramKind !== undefined, authorizer: true };
  return spec.variables?.length ? { ...uses, variables: variablesType(spec.variables, uses) } : uses;
}

function* variableRules({ variables = [], paramKind }: PolicySpec, patchTypes: boolean): Errors {
  const uses: Uses = { params: paramKind !== undefined, authorizer: true, patchTypes };
  for (const [i, { name, expression }] of variables.entries()) {
    const at = `spec.variables[${i}]`;
    if (name.trim() === '') yield required(`${at}.name`, 'name is not specified');
    else if (!identifier.test(name) || words.has(name)) yield invalidValue(`${at}.name`, name, 'name is not a valid CEL identifier');
    if (expression.trim() === '') yield required(`${at}.expression`, 'expression is not specified');
    else yield* expressionRules(`${at}.expression`, expression, { ...uses, variables: variablesType(variables.slice(0, i), uses) }, returns.variable);
  }
}
