import { CelRuntimeError, noSuchOverload } from './errors';
import { compileExpression } from './expression';
import type { Compiled, Run, Scope } from './scope';
import type { Comprehension, Fold, OptionalMap } from './syntax';
import { boolType, dynType, formatType, intType, isOptional, listOf, mapOf, optionalOf, type CelType } from './types';
import { CelMap, isListValue, LiteralMap, Optional, type Value } from './values';

/** One step of a macro: what the variables stand for is in the run already. */
type Step = { readonly key: Value; readonly value: Value };
type Parts = { readonly condition: ((run: Run) => boolean) | undefined; readonly body: Compiled; set(run: Run, step: Step): void };

export function compileComprehension(macro: Comprehension, scope: Scope): Compiled {
  const range = compileExpression(macro.range, scope);
  const items = itemTypes(range.type, macro.second !== undefined);
  if (!items) return scope.report(macro.range.at, `expression of type '${formatType(range.type)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
  const first = scope.with(macro.first, items.first);
  const second = macro.second === undefined ? undefined : first.scope.with(macro.second, items.second);
  const inner = second?.scope ?? first.scope;
  const condition = macro.condition && compileExpression(macro.condition, inner);
  const body = compileExpression(macro.body, inner);
  if (condition && !isBool(condition.type)) scope.report(macro.condition?.at ?? macro.at, mustBeBool(condition.type));
  if (tests.has(macro.fold) && !isBool(body.type)) scope.report(macro.body.at, mustBeBool(body.type));
  const parts: Parts = {
    condition: condition && ((run) => truth(condition.run(run))),
    body,
    set: ({ locals }, { key, value }) => {
      locals[first.slot] = second ? key : value;
      if (second) locals[second.slot] = value;
    },
  };
  const fold = folds[macro.fold];
  return { type: resultType(macro.fold, items, body.type), run: (run) => fold(steps(range.run(run), macro.second !== undefined), parts, run) };
}

const tests: ReadonlySet<Fold> = new Set(['all', 'exists', 'existsOne', 'filter']);
const isBool = ({ kind }: CelType): boolean => kind === 'bool' || kind === 'dyn' || kind === 'error';
const mustBeBool = (type: CelType): string => `expected type 'bool' but found '${formatType(type)}'`;

type ItemTypes = { readonly first: CelType; readonly second: CelType; readonly key: CelType };

/** One variable stands for an item or a key; two for index and item, or key and value. */
function itemTypes(range: CelType, pairs: boolean): ItemTypes | undefined {
  switch (range.kind) {
    case 'dyn': case 'error': case 'parameter': return { first: dynType, second: dynType, key: dynType };
    case 'list': return { first: pairs ? intType : range.element, second: range.element, key: intType };
    case 'map': return { first: range.key, second: range.value, key: range.key };
    default: return undefined;
  }
}

function resultType(fold: Fold, { first, key }: ItemTypes, body: CelType): CelType {
  switch (fold) {
    case 'map': case 'transformList': return listOf(body);
    case 'filter': return listOf(first);
    case 'transformMap': return mapOf(key, body);
    case 'transformMapEntry': return body.kind === 'map' ? body : mapOf(dynType, dynType);
    default: return boolType;
  }
}

function steps(range: Value, pairs: boolean): readonly Step[] {
  if (isListValue(range)) return range.map((value, i) => ({ key: BigInt(i), value }));
  if (range instanceof CelMap) return range.keys().map((key) => ({ key, value: pairs ? range.get(key) ?? null : key }));
  throw noSuchOverload();
}

function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

const folds: Readonly<Record<Fold, (steps: readonly Step[], parts: Parts, run: Run) => Value>> = {
  all: (range, parts, run) => quantified(range, parts, run, false),
  exists: (range, parts, run) => quantified(range, parts, run, true),
  existsOne: (range, parts, run) => kept(range, parts, run, ({ body }) => truth(body.run(run))).length === 1,
  filter: (range, parts, run) => kept(range, parts, run, ({ body }) => truth(body.run(run))).map(({ value }) => value),
  map: (range, parts, run) => made(range, parts, run).map(([, value]) => value),
  transformList: (range, parts, run) => made(range, parts, run).map(([, value]) => value),
  transformMap: (range, parts, run) => new LiteralMap(made(range, parts, run)),
  transformMapEntry: (range, parts, run) => new LiteralMap(made(range, parts, run).flatMap(([, entry]) => entriesOf(entry))),
};

/** Stops at the first item that decides; an error counts only when no item does. */
function quantified(range: readonly Step[], { body, set }: Parts, run: Run, deciding: boolean): boolean {
  let problem: CelRuntimeError | undefined;
  for (const step of range) {
    run.budget.charge(2);
    set(run, step);
    try {
      if (truth(body.run(run)) === deciding) return deciding;
    } catch (error) {
      if (!(error instanceof CelRuntimeError) || error.name === 'CelBudgetError') throw error;
      problem ??= error;
    }
  }
  if (problem) throw problem;
  return !deciding;
}

function kept(range: readonly Step[], parts: Parts, run: Run, test: (parts: Parts) => boolean): readonly Step[] {
  return range.filter((step) => {
    run.budget.charge(2);
    parts.set(run, step);
    return test(parts);
  });
}

function made(range: readonly Step[], parts: Parts, run: Run): readonly (readonly [Value, Value])[] {
  return range.flatMap((step) => {
    run.budget.charge(2);
    parts.set(run, step);
    return parts.condition && !parts.condition(run) ? [] : [[step.key, parts.body.run(run)] as const];
  });
}

function entriesOf(entry: Value): readonly (readonly [Value, Value])[] {
  if (!(entry instanceof CelMap)) throw noSuchOverload();
  return entry.keys().map((key) => [key, entry.get(key) ?? null] as const);
}

/** `optional.optMap(x, …)`: the body for the value, if there is one. */
export function compileOptionalMap({ at, target, variable, body, flat }: OptionalMap, scope: Scope): Compiled {
  const operand = compileExpression(target, scope);
  const of = isOptional(operand.type) ? operand.type.parameters[0] ?? dynType : dynType;
  if (!isOptional(operand.type) && operand.type.kind !== 'dyn' && operand.type.kind !== 'error')
    return scope.report(at, `found no matching overload for '${flat ? 'optFlatMap' : 'optMap'}' applied to '${formatType(operand.type)}'`);
  const inner = scope.with(variable, of);
  const compiled = compileExpression(body, inner.scope);
  return {
    type: flat ? compiled.type : optionalOf(compiled.type),
    run: (run) => {
      const optional = operand.run(run);
      if (!(optional instanceof Optional)) throw noSuchOverload();
      if (optional.value === undefined) return Optional.none;
      run.locals[inner.slot] = optional.value;
      const made = compiled.run(run);
      return flat ? made : new Optional(made);
    },
  };
}
