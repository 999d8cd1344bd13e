import { compileExpression } from './expression';
import type { Compiled, Run, Scope } from './scope';
import type { Expression } from './syntax';
import { accepts, dynType, formatType, hasParameter, isOptional, joined, listOf, mapOf, type CelType } from './types';
import { LiteralMap, Optional, type Value } from './values';
import { CelRuntimeError } from './errors';

type Part<N extends Expression['node']> = Expression & { readonly node: N };
type Found = { readonly value: Compiled; readonly optional: boolean };

/** `[a, ?b]`: items of one type, as upstream's environment demands. */
export function compileList({ items }: Part<'list'>, scope: Scope): Compiled {
  const found = items.map(({ value, optional }) => ({ value: compileExpression(value, scope), optional }));
  const type = common(found, items.map(({ value }) => value.at), scope) ?? { kind: 'parameter', name: '_item' };
  return {
    type: listOf(type),
    run: (run) => {
      run.budget.charge(10);
      return found.flatMap(({ value, optional }) => present(value, optional, run));
    },
  };
}

/** `{k: v, ?k: v}` */
export function compileMapLiteral({ at, entries }: Part<'map'>, scope: Scope): Compiled {
  const found = entries.map(({ key, value, optional }) => ({ key: { value: compileExpression(key, scope), optional: false }, value: { value: compileExpression(value, scope), optional } }));
  const key = common(found.map((each) => each.key), entries.map((each) => each.key.at), scope);
  const value = common(found.map((each) => each.value), entries.map((each) => each.value.at), scope);
  if (key && !['bool', 'int', 'uint', 'string', 'dyn', 'error'].includes(key.kind)) return scope.report(at, `unsupported key type: ${formatType(key)}`);
  return {
    type: mapOf(key ?? { kind: 'parameter', name: '_key' }, value ?? { kind: 'parameter', name: '_value' }),
    run: (run) => {
      run.budget.charge(30);
      return new LiteralMap(found.flatMap((each) => present(each.value.value, each.value.optional, run).map((made) => [each.key.value.run(run), made] as const)));
    },
  };
}

/** `Object{spec: …}`: a struct of a type that the environment knows. */
export function compileStruct({ at, type: name, fields }: Part<'struct'>, scope: Scope): Compiled {
  const type = scope.structs(name);
  if (type?.kind !== 'object') return scope.report(at, `undeclared reference to '${name}' (in container '')`);
  const found = fields.map((field) => {
    const value = compileExpression(field.value, scope);
    const wanted = type.field(field.name)?.type;
    const given = field.optional && isOptional(value.type) ? value.type.parameters[0] ?? dynType : value.type;
    if (!wanted) scope.report(field.at, `undefined field '${field.name}'`);
    else if (!accepts(wanted, given)) scope.report(field.at, `expected type of field '${field.name}' is '${formatType(wanted)}' but provided type is '${formatType(given)}'`);
    return { name: field.name, value, optional: field.optional };
  });
  return {
    type,
    run: (run) => {
      run.budget.charge(40);
      return new LiteralMap(found.flatMap((each) => present(each.value, each.optional, run).map((made) => [each.name, made] as const)), name);
    },
  };
}

/** The one type of all items; undefined for none. */
function common(found: readonly Found[], places: readonly number[], scope: Scope): CelType | undefined {
  let type: CelType | undefined;
  for (const [i, { value, optional }] of found.entries()) {
    const given = optional && isOptional(value.type) ? value.type.parameters[0] ?? dynType : value.type;
    if (optional && !isOptional(value.type) && value.type.kind !== 'dyn') scope.report(places[i] ?? 0, `expected type 'optional_type(_)' but found '${formatType(value.type)}'`);
    const both = type === undefined ? given : joined(type, given);
    if (both === undefined) scope.report(places[i] ?? 0, `expected type '${formatType(type ?? dynType)}' but found '${formatType(given)}'`);
    type = both ?? type;
  }
  return type !== undefined && hasParameter(type) && found.length === 0 ? undefined : type;
}

function present(value: Compiled, optional: boolean, run: Run): readonly Value[] {
  const made = value.run(run);
  if (!optional) return [made];
  if (!(made instanceof Optional)) throw new CelRuntimeError('no such overload');
  return made.value === undefined ? [] : [made.value];
}
