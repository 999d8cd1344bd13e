import { CelCompileError } from '../../cel/errors';
import { celTypeOfDefinition } from '../../cel/schema-type';
import { dynType, type CelType } from '../../cel/types';
import { compileWith, variablesType, type Uses } from './expressions';
import { celTypeOf } from '../custom-resources/cel-types';
import type { Kind } from '../define';
import type { ExpressionWarning, NamedRuleWithOperations, ValidatingAdmissionPolicySpec } from '../../schema/types';

/** Upstream looks at no more types than this for one policy. */
const mostTypes = 10;

type Typed = { readonly kind: Kind; readonly uses: Uses; readonly variables: readonly Uses[] };

/** What is wrong with a policy's expressions for the types of objects that it names: fields that they do not have, comparisons that cannot be. */
export function expressionWarnings(spec: ValidatingAdmissionPolicySpec, kinds: () => Iterable<Kind>): readonly ExpressionWarning[] {
  const types = matchedKinds(spec, kinds).map((kind) => typed(spec, kind, kinds));
  const check = (fieldRef: string, expression: string, usesOf: (each: Typed) => Uses | undefined): readonly ExpressionWarning[] => {
    const warnings = types.flatMap((each) => warningOf(expression, each.kind, usesOf(each)));
    return warnings.length === 0 ? [] : [{ fieldRef, warning: warnings.join('\n') }];
  };
  return [
    ...(spec.variables ?? []).flatMap(({ expression }, i) => check(`spec.variables[${i}].expression`, expression, ({ variables }) => variables[i])),
    ...(spec.validations ?? []).flatMap(({ expression, messageExpression }, i) => [
      ...check(`spec.validations[${i}].expression`, expression, ({ uses }) => uses),
      ...(messageExpression ? check(`spec.validations[${i}].messageExpression`, messageExpression, ({ uses }) => uses) : []),
    ]),
  ];
}

function warningOf(expression: string, { apiVersion, kind }: Kind, uses: Uses | undefined): readonly string[] {
  try {
    if (uses) compileWith(expression, uses);
    return [];
  } catch (error) {
    if (error instanceof CelCompileError) return [`${apiVersion}, Kind=${kind}: ${error.message}\n`];
    throw error;
  }
}

function typed({ variables = [], paramKind }: ValidatingAdmissionPolicySpec, kind: Kind, kinds: () => Iterable<Kind>): Typed {
  const params = paramKind && [...kinds()].find((each) => each.apiVersion === paramKind.apiVersion && each.kind === paramKind.kind);
  const base: Uses = { params: paramKind !== undefined, authorizer: true, objectType: typeOf(kind), ...(params && { paramsType: typeOf(params) }) };
  const upTo = (count: number): Uses => ({ ...base, variables: variablesType(variables.slice(0, count), base) });
  return { kind, uses: upTo(variables.length), variables: variables.map((_each, i) => upTo(i)) };
}

function typeOf({ definition, schema }: Kind): CelType {
  if (schema?.structural) return celTypeOf(schema.structural, true) ?? dynType;
  return definition === undefined ? dynType : celTypeOfDefinition(definition);
}

/** The kinds that the rules name without wildcards. */
function matchedKinds({ matchConstraints }: ValidatingAdmissionPolicySpec, kinds: () => Iterable<Kind>): readonly Kind[] {
  const rules = (matchConstraints?.resourceRules ?? []).filter(isPlain);
  const named = ({ group, version, facts }: Kind) => (rule: NamedRuleWithOperations): boolean =>
    rule.apiGroups?.includes(group) === true && rule.apiVersions?.includes(version) === true && rule.resources?.includes(facts.plural) === true;
  return rules.length === 0 ? [] : [...kinds()].filter((kind) => rules.some(named(kind))).slice(0, mostTypes);
}

const isPlain = ({ apiGroups = [], apiVersions = [], resources = [] }: NamedRuleWithOperations): boolean => ![...apiGroups, ...apiVersions, ...resources].includes('*');
