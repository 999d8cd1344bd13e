import { CelMap, Duration, isListValue, Opaque, Optional, Timestamp, TypeValue, Uint, type Value } from './values';
import * as types from './types';
import { opaque, type CelType } from './types';

/** A parameter of a function: its type for the checker, and whether a value fits while it runs. */
export type Param<T extends Value> = { readonly type: CelType; is(value: Value): value is T };

/** One form of a function. `receiver`: called as `first.name(rest)`. */
export type Overload = {
  readonly name: string;
  readonly receiver: boolean;
  readonly params: readonly Param<Value>[];
  readonly result: CelType;
  run(args: readonly Value[]): Value;
};

type Values<P extends readonly Param<Value>[]> = { -readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

function overload<const P extends readonly Param<Value>[]>(receiver: boolean, name: string, params: P, result: CelType, call: (...args: Values<P>) => Value): Overload {
  // The dispatcher has asked every parameter whether its value fits.
  return { name, receiver, params, result, run: (args) => call(...(args as Values<P>)) };
}

/** A function called by its name alone: `quantity('1')`, `math.greatest(1, 2)`. */
export const fn = <const P extends readonly Param<Value>[]>(name: string, params: P, result: CelType, call: (...args: Values<P>) => Value): Overload =>
  overload(false, name, params, result, call);
/** A function called on its first argument: `'a'.contains('b')`. */
export const method = <const P extends readonly Param<Value>[]>(name: string, params: P, result: CelType, call: (...args: Values<P>) => Value): Overload =>
  overload(true, name, params, result, call);

const param = <T extends Value>(type: CelType, is: (value: Value) => value is T): Param<T> => ({ type, is });

export const str = param(types.stringType, (value) => typeof value === 'string');
export const bool = param(types.boolType, (value) => typeof value === 'boolean');
export const int = param(types.intType, (value) => typeof value === 'bigint');
export const uint = param(types.uintType, (value) => value instanceof Uint);
export const double = param(types.doubleType, (value) => typeof value === 'number');
export const bytes = param(types.bytesType, (value) => value instanceof Uint8Array);
export const nothing = param(types.nullType, (value) => value === null);
export const duration = param(types.durationType, (value) => value instanceof Duration);
export const timestamp = param(types.timestampType, (value) => value instanceof Timestamp);
export const anything = param(types.dynType, (value): value is Value => value !== undefined);
export const typeValue = param({ kind: 'type', of: types.dynType }, (value) => value instanceof TypeValue);

/** Any value, whose type the result or another parameter repeats. */
export const parameter = (name: string): Param<Value> => param({ kind: 'parameter', name }, (value): value is Value => value !== undefined);
export const list = (element: CelType): Param<readonly Value[]> => param(types.listOf(element), (value) => isListValue(value));
/** A list all of whose items fit. */
export const listOfEach = <T extends Value>(each: Param<T>): Param<readonly T[]> => param(types.listOf(each.type), (value): value is readonly T[] => isListValue(value) && value.every(each.is));
export const map = (key: CelType, value: CelType): Param<CelMap> => param(types.mapOf(key, value), (each) => each instanceof CelMap);
export const optional = (of: CelType): Param<Optional> => param(types.optionalOf(of), (value) => value instanceof Optional);

/** A library's own type, held by a class. */
export const own = <T extends Opaque>(name: string, holder: abstract new (...args: never) => T): Param<T> => param(opaque(name), (value): value is T => value instanceof holder);
