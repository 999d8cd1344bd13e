import { CelRuntimeError, noSuchKey } from '../errors';
import { anything, bool, bytes, double, duration, fn, int, list, map, optional, parameter, str, timestamp, uint, type Overload, type Param } from '../overload';
import { boolType, bytesType, doubleType, durationType, dynType, intType, listOf, mapOf, optionalOf, stringType, timestampType, uintType, type CelType } from '../types';
import { CelMap, compare, display, Duration, equals, isListValue, Optional, Timestamp, Uint, type Value } from '../values';

const most = 2n ** 63n - 1n;
const least = -(2n ** 63n);

/** @throws CelRuntimeError beyond 64 bits */
export function checkedInt(value: bigint): bigint {
  if (value > most || value < least) throw new CelRuntimeError('integer overflow');
  return value;
}

export function checkedUint(value: bigint): Uint {
  if (value < 0n || value >= 2n ** 64n) throw new CelRuntimeError('unsigned integer overflow');
  return new Uint(value);
}

function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelRuntimeError('division by zero');
  return a / b;
}

function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelRuntimeError('modulus by zero');
  return a % b;
}

type Arithmetic = { readonly name: string; whole(a: bigint, b: bigint): bigint; real?(a: number, b: number): number };
const arithmetic: readonly Arithmetic[] = [
  { name: '_+_', whole: (a, b) => a + b, real: (a, b) => a + b },
  { name: '_-_', whole: (a, b) => a - b, real: (a, b) => a - b },
  { name: '_*_', whole: (a, b) => a * b, real: (a, b) => a * b },
  { name: '_/_', whole: divide, real: (a, b) => a / b },
  { name: '_%_', whole: modulo },
];

const numbers: readonly Overload[] = arithmetic.flatMap(({ name, whole, real }) => [
  fn(name, [int, int], intType, (a, b) => checkedInt(whole(a, b))),
  fn(name, [uint, uint], uintType, (a, b) => checkedUint(whole(a.value, b.value))),
  ...(real ? [fn(name, [double, double], doubleType, real)] : []),
]);

const numeric: readonly Param<Value>[] = [int, uint, double];
const ordered: readonly Param<Value>[] = [bool, str, bytes, duration, timestamp];
const comparable: readonly (readonly [Param<Value>, Param<Value>])[] = [...numeric.flatMap((a) => numeric.map((b) => [a, b] as const)), ...ordered.map((each) => [each, each] as const)];
const orders: Readonly<Record<string, (order: number) => boolean>> = { '_<_': (order) => order < 0, '_<=_': (order) => order <= 0, '_>_': (order) => order > 0, '_>=_': (order) => order >= 0 };

const comparisons: readonly Overload[] = Object.entries(orders).flatMap(([name, holds]) =>
  comparable.map(([a, b]) => fn(name, [a, b], boolType, (left, right) => { const order = compare(left, right); return order !== undefined && holds(order); })));

const a = parameter('A');
const key = parameter('K');
const typeA: CelType = { kind: 'parameter', name: 'A' };
const typeK: CelType = { kind: 'parameter', name: 'K' };
const typeV: CelType = { kind: 'parameter', name: 'V' };

function itemAt(items: readonly Value[], index: bigint): Value {
  const found = items[Number(index)];
  if (found === undefined) throw new CelRuntimeError(`index out of bounds: ${index}`);
  return found;
}

function valueAt(holder: CelMap, at: Value): Value {
  const found = holder.get(at);
  if (found === undefined) throw noSuchKey(display(at));
  return found;
}

function optionalAt(holder: Value, at: Value): Optional {
  if (holder instanceof Optional) return holder.value === undefined ? Optional.none : optionalAt(holder.value, at);
  const found = isListValue(holder) && typeof at === 'bigint' ? holder[Number(at)] : holder instanceof CelMap ? holder.get(at) : undefined;
  return found === undefined ? Optional.none : new Optional(found);
}

const concatenated = (left: Uint8Array, right: Uint8Array): Uint8Array => Uint8Array.from([...left, ...right]);

/** Arithmetic, comparison, equality, indexes and membership. */
export const operators: readonly Overload[] = [
  ...numbers,
  fn('_+_', [str, str], stringType, (left, right) => left + right),
  fn('_+_', [bytes, bytes], bytesType, concatenated),
  fn('_+_', [list(typeA), list(typeA)], listOf(typeA), (left, right) => [...left, ...right]),
  fn('_+_', [duration, duration], durationType, (left, right) => new Duration(left.nanos + right.nanos)),
  fn('_+_', [timestamp, duration], timestampType, (left, right) => new Timestamp(left.nanos + right.nanos)),
  fn('_+_', [duration, timestamp], timestampType, (left, right) => new Timestamp(left.nanos + right.nanos)),
  fn('_-_', [duration, duration], durationType, (left, right) => new Duration(left.nanos - right.nanos)),
  fn('_-_', [timestamp, timestamp], durationType, (left, right) => new Duration(left.nanos - right.nanos)),
  fn('_-_', [timestamp, duration], timestampType, (left, right) => new Timestamp(left.nanos - right.nanos)),
  fn('-_', [int], intType, (value) => checkedInt(-value)),
  fn('-_', [double], doubleType, (value) => -value),
  fn('!_', [bool], boolType, (value) => !value),
  fn('_==_', [a, a], boolType, (left, right) => equals(left, right)),
  fn('_!=_', [a, a], boolType, (left, right) => !equals(left, right)),
  ...comparisons,
  fn('@in', [a, list(typeA)], boolType, (item, items) => items.some((each) => equals(each, item))),
  fn('@in', [key, map(typeK, typeV)], boolType, (at, holder) => holder.get(at) !== undefined),
  fn('_[_]', [list(typeA), int], typeA, itemAt),
  fn('_[_]', [map(typeK, typeV), key], typeV, valueAt),
  fn('_[_]', [optional(listOf(typeA)), int], optionalOf(typeA), optionalAt),
  fn('_[_]', [optional(mapOf(typeK, typeV)), key], optionalOf(typeV), optionalAt),
  fn('_[?_]', [list(typeA), int], optionalOf(typeA), optionalAt),
  fn('_[?_]', [map(typeK, typeV), key], optionalOf(typeV), optionalAt),
  fn('_[?_]', [optional(listOf(typeA)), int], optionalOf(typeA), optionalAt),
  fn('_[?_]', [optional(mapOf(typeK, typeV)), key], optionalOf(typeV), optionalAt),
  fn('dyn', [anything], dynType, (value) => value),
];
