import { CelRuntimeError, noSuchOverload } from './errors';
import { compileExpression } from './expression';
import { overloadsOf } from './library/all';
import type { Overload } from './overload';
import type { Compiled, Run, Scope } from './scope';
import type { Expression } from './syntax';
import { accepts, boolType, dynType, formatType, isOptional, joined, substitute, type Bindings, type CelType } from './types';
import { isListValue, type Value } from './values';

type Call = Expression & { readonly node: 'call' };

/** A call of a function, a method or an operator. */
export function compileCall(call: Call, scope: Scope): Compiled {
  switch (call.name) {
    case '_&&_': case '_||_': return logical(call, scope);
    case '_?_:_': return conditional(call, scope);
  }
  const namespaced = call.target && namespacedName(call.target, call.name, scope);
  const receiver = call.target !== undefined && namespaced === undefined;
  const name = namespaced ?? call.name;
  const operands = receiver && call.target ? [call.target, ...call.args] : call.args;
  const args = operands.map((each) => compileExpression(each, scope));
  return dispatched(call.at, name, receiver, args, scope);
}

/** `math.greatest(…)` is a function of that name unless `math` is a variable. */
function namespacedName(target: Expression, name: string, scope: Scope): string | undefined {
  if (target.node !== 'name' || scope.find(target.name)) return undefined;
  const full = `${target.name}.${name}`;
  return overloadsOf(full, false).length > 0 ? full : undefined;
}

function dispatched(at: number, name: string, receiver: boolean, args: readonly Compiled[], scope: Scope): Compiled {
  const known = overloadsOf(name, receiver);
  if (known.length === 0) return args.some(({ type }) => type.kind === 'error') ? { ...none } : scope.report(at, `undeclared reference to '${name}' (in container '')`);
  const fitting = known.flatMap((overload) => fit(overload, args));
  if (fitting.length === 0) return scope.report(at, noMatch(name, receiver, args.map(({ type }) => type)));
  return { type: resultOf(fitting.map(({ type }) => type)), run: (run) => invoke(fitting, args.map((each) => each.run(run)), run) };
}

const none: Compiled = { type: { kind: 'error' }, run: () => null };

type Fitting = { readonly overload: Overload; readonly type: CelType };

function fit(overload: Overload, args: readonly Compiled[]): readonly Fitting[] {
  const bindings: Bindings = new Map();
  const fits = overload.params.length === args.length && overload.params.every(({ type }, i) => accepts(type, args[i]?.type ?? dynType, bindings));
  return fits ? [{ overload, type: substitute(overload.result, bindings) }] : [];
}

/** Several forms may do for a value of unknown type; when they differ in what they give, so is that. */
function resultOf([first, ...rest]: readonly CelType[]): CelType {
  const text = formatType(first ?? dynType);
  return first && rest.every((each) => formatType(each) === text) ? first : dynType;
}

function invoke(fitting: readonly Fitting[], args: readonly Value[], run: Run): Value {
  for (const { overload } of fitting) {
    if (!overload.params.every((param, i) => param.is(args[i] ?? null))) continue;
    run.budget.charge(1 + args.reduce<number>((sum, each) => sum + traversal(each), 0));
    return overload.run(args);
  }
  throw noSuchOverload();
}

/** What reading a text or list whole costs: a tenth of its size. */
const traversal = (value: Value): number => (typeof value === 'string' || isListValue(value) ? Math.ceil(value.length / 10) : 0);

/** `found no matching overload for '_+_' applied to '(int, string)'` */
function noMatch(name: string, receiver: boolean, types: readonly CelType[]): string {
  const [first, ...rest] = types.map(formatType);
  const shown = receiver ? `${first ?? ''}.(${rest.join(', ')})` : `(${types.map(formatType).join(', ')})`;
  return `found no matching overload for '${name}' applied to '${shown}'`;
}

/** An error on one side does not count when the other decides. */
function logical({ at, name, args }: Call, scope: Scope): Compiled {
  const [left, right] = args.map((each) => compileExpression(each, scope));
  if (!left || !right) return none;
  if (!isCondition(left.type) || !isCondition(right.type)) return scope.report(at, noMatch(name, false, [left.type, right.type]));
  const deciding = name === '_||_';
  return { type: boolType, run: (run) => decide(left, right, run, deciding) };
}

const isCondition = ({ kind }: CelType): boolean => kind === 'bool' || kind === 'dyn' || kind === 'error' || kind === 'parameter';

function decide(left: Compiled, right: Compiled, run: Run, deciding: boolean): boolean {
  const first = attempt(left, run);
  if (first === deciding) return deciding;
  const second = attempt(right, run);
  if (second === deciding) return deciding;
  if (first instanceof CelRuntimeError) throw first;
  if (second instanceof CelRuntimeError) throw second;
  return !deciding;
}

function attempt(side: Compiled, run: Run): boolean | CelRuntimeError {
  try {
    const value = side.run(run);
    return typeof value === 'boolean' ? value : noSuchOverload();
  } catch (error) {
    if (error instanceof CelRuntimeError && error.name !== 'CelBudgetError') return error;
    throw error;
  }
}

function conditional({ at, args }: Call, scope: Scope): Compiled {
  const [condition, then, otherwise] = args.map((each) => compileExpression(each, scope));
  if (!condition || !then || !otherwise) return none;
  const type = joined(then.type, otherwise.type) ?? (isOptional(then.type) && isOptional(otherwise.type) ? then.type : undefined);
  if (!isCondition(condition.type) || type === undefined) return scope.report(at, noMatch('_?_:_', false, [condition.type, then.type, otherwise.type]));
  return {
    type,
    run: (run) => {
      const chosen = condition.run(run);
      if (typeof chosen !== 'boolean') throw noSuchOverload();
      return chosen ? then.run(run) : otherwise.run(run);
    },
  };
}
