import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCel } from '../../src/cel/compile';
import { dynType, intType, listOf, stringType } from '../../src/cel/types';
import { addQuantities, compareQuantities } from '../../src/lib/quantity';

const list = { variables: { xs: listOf(intType) } };
const ints = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }));

describe('what holds of any list', () => {
  const sum = compileCel('xs.sum()', list);
  const sorted = compileCel('xs.isSorted()', list);
  const bounds = compileCel('xs.size() == 0 || (xs.all(x, x >= xs.min() && x <= xs.max()) && xs.min() in xs && xs.max() in xs)', list);
  const both = compileCel('xs.exists(x, x > 0) == !xs.all(x, !(x > 0))', list);
  const split = compileCel('xs.filter(x, x > 0).size() + xs.filter(x, x <= 0).size() == xs.size()', list);

  test('a sum is the sum', () => fc.assert(fc.property(ints, (xs) => { expect(sum.evaluateToJson({ xs })).toBe(xs.reduce((a, b) => a + b, 0)); })));
  test('sorted is what is in order', () => fc.assert(fc.property(ints, (xs) => {
    expect(sorted.evaluate({ xs: xs.toSorted((a, b) => a - b) })).toBe(true);
    expect(sorted.evaluate({ xs })).toBe(xs.every((x, i) => i === 0 || (xs[i - 1] ?? 0) <= x));
  })));
  test('the least and the most are of the list and bound it', () => fc.assert(fc.property(ints, (xs) => { expect(bounds.evaluate({ xs })).toBe(true); })));
  test('exists is not all not; a filter and its opposite make the whole', () => fc.assert(fc.property(ints, (xs) => {
    expect(both.evaluate({ xs })).toBe(true);
    expect(split.evaluate({ xs })).toBe(true);
  })));
});

test('quantities add and compare as those of the API', () => {
  const strings = { variables: { a: stringType, b: stringType } };
  const added = compileCel('string(quantity(a).add(quantity(b)))', strings);
  const undone = compileCel('quantity(a).add(quantity(b)).sub(quantity(b)) == quantity(a)', strings);
  const order = compileCel('quantity(a).compareTo(quantity(b))', strings);
  const quantity = fc.tuple(fc.integer({ min: -10_000, max: 10_000 }), fc.constantFrom('', 'm', 'k', 'Ki', 'Mi', 'M', 'G')).map(([number, suffix]) => `${number}${suffix}`);
  fc.assert(fc.property(quantity, quantity, (a, b) => {
    expect(added.evaluate({ a, b })).toBe(addQuantities(a, b));
    expect(undone.evaluate({ a, b })).toBe(true);
    expect(order.evaluateToJson({ a, b })).toBe(Math.sign(compareQuantities(a, b)));
  }));
});

test('any text either compiles or is refused with its place, never anything else', () => {
  const pieces = fc.array(fc.constantFrom('object', '.', 'a', '(', ')', '[', ']', '{', '}', '?', ':', '+', '-', '==', '&&', '||', '!', ' ', '1', '2u', '1.5', "'s'",
    'all', 'map', 'x', ',', 'has', 'in', 'true', '"', '`', '\n'), { maxLength: 14 });
  fc.assert(fc.property(pieces, (parts) => {
    try {
      compileCel(parts.join(''), { variables: { object: dynType } });
    } catch (error) { expect(error).toMatchObject({ name: 'CelCompileError', message: expect.stringMatching(/^ERROR: <input>:\d+:\d+: /) }); }
  }), { numRuns: 2_000 });
});
