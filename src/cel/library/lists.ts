import { CelRuntimeError } from '../errors';
import { double, duration, fn, int, list, listOfEach, method, parameter, uint, type Overload } from '../overload';
import { boolType, doubleType, durationType, intType, listOf, stringType, timestampType, uintType, bytesType, type CelType } from '../types';
import { compare, Duration, equals, isListValue, type Value } from '../values';
import { checkedInt, checkedUint } from './operators';

const typeT: CelType = { kind: 'parameter', name: 'T' };
const item = parameter('T');
const orderedTypes = [boolType, intType, uintType, doubleType, stringType, durationType, timestampType, bytesType];

function isSorted(items: readonly Value[]): boolean {
  return items.every((each, i) => i === 0 || inOrder(items[i - 1] ?? null, each));
}

function inOrder(a: Value, b: Value): boolean {
  const order = compare(a, b);
  if (order === undefined) throw new CelRuntimeError('no such overload');
  return order <= 0;
}

/** @throws CelRuntimeError for an empty list */
function extreme(name: string, wanted: 1 | -1): (items: readonly Value[]) => Value {
  return ([first, ...rest]) => {
    if (first === undefined) throw new CelRuntimeError(`${name} called on empty list`);
    return rest.reduce((best, each) => {
      const order = compare(each, best);
      if (order === undefined) throw new CelRuntimeError('no such overload');
      return Math.sign(order) === wanted ? each : best;
    }, first);
  };
}

const flattened = (items: readonly Value[], depth: number): readonly Value[] => items.flatMap((each) => (isListValue(each) && depth > 0 ? flattened(each, depth - 1) : [each]));
const distinct = (items: readonly Value[]): readonly Value[] => items.filter((each, i) => items.findIndex((other) => equals(each, other)) === i);
const sorted = (items: readonly Value[]): readonly Value[] => items.toSorted((a, b) => {
  const order = compare(a, b);
  if (order === undefined) throw new CelRuntimeError('no such overload');
  return order;
});

function slice(items: readonly Value[], from: bigint, to: bigint): readonly Value[] {
  if (from < 0n || to < 0n) throw new CelRuntimeError(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to) throw new CelRuntimeError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (to > BigInt(items.length)) throw new CelRuntimeError(`cannot slice(${from}, ${to}), list is length ${items.length}`);
  return items.slice(Number(from), Number(to));
}

const contains = (items: readonly Value[], wanted: readonly Value[]): boolean => wanted.every((each) => items.some((other) => equals(each, other)));

/** Kubernetes' list functions, those of the lists extension, and sets. */
export const lists: readonly Overload[] = [
  ...orderedTypes.flatMap((type) => [
    method('isSorted', [list(type)], boolType, isSorted),
    method('min', [list(type)], type, extreme('min', -1)),
    method('max', [list(type)], type, extreme('max', 1)),
  ]),
  method('sum', [listOfEach(int)], intType, (items) => checkedInt(items.reduce((sum, each) => sum + each, 0n))),
  method('sum', [listOfEach(uint)], uintType, (items) => checkedUint(items.reduce((sum, { value }) => sum + value, 0n))),
  method('sum', [listOfEach(double)], doubleType, (items) => items.reduce((sum, each) => sum + each, 0)),
  method('sum', [listOfEach(duration)], durationType, (items) => new Duration(items.reduce((sum, { nanos }) => sum + nanos, 0n))),
  method('indexOf', [list(typeT), item], intType, (items, wanted) => BigInt(items.findIndex((each) => equals(each, wanted)))),
  method('lastIndexOf', [list(typeT), item], intType, (items, wanted) => BigInt(items.findLastIndex((each) => equals(each, wanted)))),
  method('slice', [list(typeT), int, int], listOf(typeT), slice),
  method('flatten', [list(listOf(typeT))], listOf(typeT), (items) => flattened(items, 1)),
  method('flatten', [list({ kind: 'dyn' }), int], listOf({ kind: 'dyn' }), (items, depth) => flattened(items, Number(depth))),
  method('distinct', [list(typeT)], listOf(typeT), distinct),
  method('reverse', [list(typeT)], listOf(typeT), (items) => items.toReversed()),
  method('sort', [list(typeT)], listOf(typeT), sorted),
  fn('lists.range', [int], listOf(intType), (count) => Array.from({ length: Math.max(0, Number(count)) }, (_each, i) => BigInt(i))),
  fn('sets.contains', [list(typeT), list(typeT)], boolType, contains),
  fn('sets.equivalent', [list(typeT), list(typeT)], boolType, (a, b) => contains(a, b) && contains(b, a)),
  fn('sets.intersects', [list(typeT), list(typeT)], boolType, (a, b) => a.some((each) => contains(b, [each]))),
];
