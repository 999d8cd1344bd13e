import { CelRuntimeError } from '../errors';
import { fn, list, method, optional, parameter, type Overload } from '../overload';
import { boolType, listOf, optionalOf, type CelType } from '../types';
import { CelMap, Duration, isListValue, Optional, Timestamp, Uint, type Value } from '../values';

const typeT: CelType = { kind: 'parameter', name: 'T' };
const value = parameter('T');

function required(given: Optional): Value {
  if (given.value === undefined) throw new CelRuntimeError('optional.none() dereference');
  return given.value;
}

function isZero(given: Value): boolean {
  if (isListValue(given) || given instanceof Uint8Array) return given.length === 0;
  if (given instanceof CelMap) return given.size === 0;
  if (given instanceof Duration || given instanceof Timestamp) return given.nanos === 0n;
  if (given instanceof Uint) return given.value === 0n;
  if (given instanceof Optional) return given.value === undefined;
  return given === null || given === false || given === '' || given === 0 || given === 0n;
}

/** Optional values. */
export const optionals: readonly Overload[] = [
  fn('optional.of', [value], optionalOf(typeT), (given) => new Optional(given)),
  fn('optional.ofNonZeroValue', [value], optionalOf(typeT), (given) => (isZero(given) ? Optional.none : new Optional(given))),
  fn('optional.none', [], optionalOf(typeT), () => Optional.none),
  method('hasValue', [optional(typeT)], boolType, (given) => given.value !== undefined),
  method('value', [optional(typeT)], typeT, required),
  method('or', [optional(typeT), optional(typeT)], optionalOf(typeT), (given, other) => (given.value === undefined ? other : given)),
  method('orValue', [optional(typeT), value], typeT, (given, other) => given.value ?? (given.value === undefined ? other : null)),
  fn('optional.unwrap', [list(optionalOf(typeT))], listOf(typeT), (items) => items.flatMap(present)),
  method('unwrapOpt', [list(optionalOf(typeT))], listOf(typeT), (items) => items.flatMap(present)),
];

const present = (given: Value): readonly Value[] => (given instanceof Optional && given.value !== undefined ? [given.value] : []);
