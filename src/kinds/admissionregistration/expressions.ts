import { compileCel, type CelProgram } from '../../cel/compile';
import { CelCompileError } from '../../cel/errors';
import { authorizerType, resourceCheckType } from '../../cel/library/authorizer';
import { celTypeOfDefinition } from '../../cel/schema-type';
import { boolType, dynType, formatType, listOf, mapOf, nullType, objectOf, stringType, type CelType, type ObjectType } from '../../cel/types';
import { invalidValue, type FieldError } from '../../api/status';
import { jsonPatchType, patchStructs } from './patch-types';

const groupVersionKind = objectOf('kubernetes.GroupVersionKind', { group: stringType, version: stringType, kind: stringType });
const groupVersionResource = objectOf('kubernetes.GroupVersionResource', { group: stringType, version: stringType, resource: stringType });
const userInfo = objectOf('kubernetes.UserInfo', { username: stringType, uid: stringType, groups: listOf(stringType), extra: mapOf(stringType, listOf(stringType)) });

/** The type of the variable `request`. */
const requestType = objectOf('kubernetes.AdmissionRequest', {
  kind: groupVersionKind, resource: groupVersionResource, subResource: stringType, requestKind: groupVersionKind, requestResource: groupVersionResource, requestSubResource: stringType,
  name: stringType, namespace: stringType, operation: stringType, userInfo, dryRun: boolType, options: dynType, uid: stringType,
});
const namespaceType = celTypeOfDefinition('io.k8s.api.core.v1.Namespace');

/** What an expression of a policy or a match condition may use beside the request and its objects. */
export type Uses = {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** The composed variables declared before it. */
  readonly variables?: ObjectType;
  /** JSONPatch and Object, in mutations. */
  readonly patchTypes?: boolean;
  /** The type of the objects, where it is known: for type checking. */
  readonly objectType?: CelType;
  readonly paramsType?: CelType;
};

export const celVariables = ({ params, authorizer, variables, objectType = dynType, paramsType = dynType }: Uses): Readonly<Record<string, CelType>> => ({
  object: objectType, oldObject: objectType, request: requestType, namespaceObject: namespaceType,
  ...(params && { params: paramsType }),
  ...(authorizer && { authorizer: authorizerType, 'authorizer.requestResource': resourceCheckType }),
  ...(variables && { variables }),
});

const compiled = new WeakMap<Uses, Map<string, CelProgram>>();
const mostRemembered = 1_000;

/** An expression's program, remembered with the uses it was compiled for. @throws CelCompileError */
export function compileWith(source: string, uses: Uses): CelProgram {
  const known = compiled.get(uses) ?? new Map<string, CelProgram>();
  compiled.set(uses, known);
  const before = known.get(source);
  if (before) return before;
  if (known.size >= mostRemembered) known.clear();
  const program = compileCel(source, { variables: celVariables(uses), ...(uses.patchTypes && { structs: patchStructs }) });
  known.set(source, program);
  return program;
}

/** What the conditions of webhooks, and of policies with and without parameters, may use. */
export const conditionUses = (params: boolean): Uses => (params ? withParams : withoutParams);
const withoutParams: Uses = { params: false, authorizer: true };
const withParams: Uses = { params: true, authorizer: true };

/** What an expression must give; no type stands for any. */
export const returns = {
  condition: [boolType], message: [stringType], annotation: [stringType, nullType], variable: [], applyConfiguration: [patchStructs('Object') ?? dynType], jsonPatch: [listOf(jsonPatchType)],
} satisfies Readonly<Record<string, readonly CelType[]>>;

const sameType = (a: CelType, b: CelType): boolean => formatType(a) === formatType(b) || (a.kind === 'list' && b.kind === 'list' && a.element.kind === 'parameter');
const shown = (type: CelType): string => (type.kind === 'null' ? 'null_type' : formatType(type));

/** An expression compiled, or what is wrong with it as the field's error says. */
export type Outcome = { readonly program: CelProgram } | { readonly problem: string };

export function compileAs(source: string, uses: Uses, wanted: readonly CelType[]): Outcome {
  try {
    const program = compileWith(source, uses);
    if (wanted.length === 0 || wanted.some((each) => sameType(each, program.type))) return { program };
    const [only] = wanted;
    const problem = wanted.length === 1 && only ? `must evaluate to ${shown(only)} but got ${shown(program.type)}` : `must evaluate to one of [${wanted.map(shown).join(' ')}]`;
    return { problem };
  } catch (error) {
    if (error instanceof CelCompileError) return { problem: `compilation failed: ${error.message}` };
    throw error;
  }
}

/** The field's error for an expression that does not compile. */
export function* expressionRules(at: string, source: string, uses: Uses, wanted: readonly CelType[]): Iterable<FieldError> {
  const outcome = compileAs(source, uses, wanted);
  if ('problem' in outcome) yield invalidValue(at, source, outcome.problem);
}

type Declared = { readonly name: string; readonly expression: string };
/** The type of `variables` from those declared, each typed by what it gives; those that do not compile are dyn. */
export function variablesType(declared: readonly Declared[], uses: Omit<Uses, 'variables'>): ObjectType {
  const fields: Record<string, CelType> = {};
  for (const { name, expression } of declared) {
    const outcome = compileAs(expression, { ...uses, variables: objectOf('kubernetes.variables', fields) }, returns.variable);
    fields[name] = 'program' in outcome ? outcome.program.type : dynType;
  }
  return objectOf('kubernetes.variables', fields);
}
