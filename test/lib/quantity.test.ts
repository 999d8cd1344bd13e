import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addQuantities, canonicalQuantity, compareQuantities, milliQuantity, milliValue, parseQuantity, QuantityError, subtractQuantities, value, wholeQuantity } from '../../src/lib/quantity';

describe('the canonical form', () => {
  test.each([
    ['0', '0'], ['0m', '0'], ['000', '0'], ['1000m', '1'], ['1500m', '1500m'], ['0.5', '500m'], ['.5', '500m'], ['1.5', '1500m'], ['100', '100'],
    ['1024Mi', '1Gi'], ['1.5Gi', '1536Mi'], ['0.5Mi', '512Ki'], ['1000Ki', '1000Ki'], ['512Ki', '512Ki'], ['0.1Gi', '107374182400m'], ['1Ki', '1Ki'],
    ['1000k', '1M'], ['1e3', '1e3'], ['1e4', '10e3'], ['12E', '12E'], ['1000E', '1e21'], ['-5', '-5'], ['-1000m', '-1'], ['0.0000000001', '1n'],
    ['100m', '100m'], ['0.1', '100m'], ['1n', '1n'], ['2500u', '2500u'], ['1.500', '1.500'], ['0.100', '100m'],
  ])('%s is stored as %s', (text, stored) => expect(canonicalQuantity(text)).toBe(stored));
});

describe('refused', () => {
  const wrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  test.each([
    ['', wrong], ['abc', wrong], ['big', wrong], ['1 Gi', wrong], ['1.2.3', wrong],
    ['1Gii', "unable to parse quantity's suffix"], ['5e', "unable to parse quantity's suffix"],
    ['1KM', "unable to parse quantity's suffix"], ['5-3', "unable to parse quantity's suffix"],
  ])(
    '%j: %s', (text, message) => expect(() => parseQuantity(text)).toThrow(new QuantityError(message)));
});

describe('numbers', () => {
  test.each([['1', 1000], ['250m', 250], ['0.1', 100], ['1u', 1], ['2k', 2_000_000]])('%s is %i thousandths', (text, milli) => expect(milliValue(text)).toBe(milli));
  test.each([['1Gi', 2 ** 30], ['1500m', 2], ['-1500m', -2], ['110', 110], ['1e3', 1000], ['64M', 64_000_000]])('%s is %i whole', (text, whole) => expect(value(text)).toBe(whole));
  test('an absurd exponent neither fills the memory nor fails', () => {
    expect(compareQuantities('1e999999999', '1')).toBeGreaterThan(0);
    expect(compareQuantities('-1e999999999', '1')).toBeLessThan(0);
    expect(addQuantities('1e999999999', '1')).toBe('1e999999999');
    expect(value('1e-999999999')).toBe(1);
  });
});

const amount = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'u')).map(([number, suffix]) => `${number}${suffix}`);

test('the canonical form is the same quantity, and canonical', () => {
  fc.assert(fc.property(amount, (text) => {
    const stored = canonicalQuantity(text);
    expect(compareQuantities(stored, text)).toBe(0);
    expect(canonicalQuantity(stored)).toBe(stored);
  }));
});

test('what is added can be taken away again', () => {
  fc.assert(fc.property(amount, amount, (a, b) => { expect(compareQuantities(subtractQuantities(addQuantities(a, b), b), a)).toBe(0); }));
});

test('the order agrees with the numbers', () => {
  fc.assert(fc.property(amount, amount, (a, b) => { expect(Math.sign(compareQuantities(a, b)) + Math.sign(compareQuantities(b, a))).toBe(0); }));
  fc.assert(fc.property(fc.integer(), fc.integer(), (a, b) => { expect(Math.sign(compareQuantities(`${a}m`, `${b}m`))).toBe(Math.sign(a - b)); }));
});

test('a number printed and read is the number', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (number) => {
    expect(milliValue(milliQuantity(number))).toBe(number);
    expect(value(wholeQuantity(number))).toBe(number);
  }));
});
