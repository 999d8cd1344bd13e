import { CelRuntimeError } from '../errors';
import { double, fn, int, list, uint, type Overload, type Param } from '../overload';
import { boolType, doubleType, dynType, intType, uintType } from '../types';
import { compare, Uint, type Value } from '../values';
import { checkedInt } from './operators';

const numeric: readonly Param<Value>[] = [int, uint, double];

const extreme = (name: string, wanted: 1 | -1) => (values: readonly Value[]): Value => {
  const [first, ...rest] = values;
  if (first === undefined) throw new CelRuntimeError(`math.@${wanted < 0 ? 'min' : 'max'}(list) argument must not be empty`);
  return rest.reduce((best, each) => {
    const order = compare(each, best);
    if (order === undefined) throw new CelRuntimeError(`no such overload: ${name}`);
    return Math.sign(order) === wanted ? each : best;
  }, first);
};

function extremes(name: string, wanted: 1 | -1): readonly Overload[] {
  const pick = extreme(name, wanted);
  return [
    ...numeric.map((each) => fn(name, [each], each.type, (value) => value)),
    ...numeric.flatMap((a) => numeric.map((b) => fn(name, [a, b], a === b ? a.type : dynType, (left, right) => pick([left, right])))),
    ...numeric.map((each) => fn(name, [each, each, each], each.type, (a, b, c) => pick([a, b, c]))),
    ...numeric.map((each) => fn(name, [list(each.type)], each.type, pick)),
  ];
}

const absolute = (value: bigint): bigint => checkedInt(value < 0n ? -value : value);
const halfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

/** The math extension. */
export const mathematics: readonly Overload[] = [
  ...extremes('math.greatest', 1),
  ...extremes('math.least', -1),
  fn('math.abs', [int], intType, absolute),
  fn('math.abs', [uint], uintType, (value) => value),
  fn('math.abs', [double], doubleType, Math.abs),
  fn('math.sign', [int], intType, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  fn('math.sign', [uint], uintType, ({ value }) => new Uint(value > 0n ? 1n : 0n)),
  fn('math.sign', [double], doubleType, Math.sign),
  fn('math.ceil', [double], doubleType, Math.ceil),
  fn('math.floor', [double], doubleType, Math.floor),
  fn('math.round', [double], doubleType, halfAway),
  fn('math.trunc', [double], doubleType, Math.trunc),
  fn('math.isNaN', [double], boolType, Number.isNaN),
  fn('math.isInf', [double], boolType, (value) => Math.abs(value) === Infinity),
  fn('math.isFinite', [double], boolType, Number.isFinite),
];
