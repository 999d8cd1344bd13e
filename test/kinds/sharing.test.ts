import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { change, fill, mapItems, onceEach, set } from '../../src/kinds/sharing';

describe('a value that is not changed is given back as it is', () => {
  const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer());
  test('by fill, which adds what is lacking and nothing else', () => {
    fc.assert(fc.property(record, record, (object, values) => {
      const filled = fill<Record<string, number>>(object, values);
      expect(filled).toEqual({ ...values, ...object });
      expect(filled === object).toBe(Object.keys(values).every((key) => key in object));
      expect(fill(filled, values)).toBe(filled);
    }));
  });
  test('by mapItems', () => {
    fc.assert(fc.property(fc.array(fc.integer()), fc.integer(), (list, most) => {
      const capped = mapItems(list, (item) => Math.min(item, most));
      expect(capped).toEqual(list.map((item) => Math.min(item, most)));
      expect(capped === list).toBe(list.every((item) => item <= most));
    }));
  });
  test('by set and change', () => {
    const object: { a?: number; b?: number } = Object.freeze({ a: 1 });
    expect(set(object, 'a', 1)).toBe(object);
    expect(set(object, 'b', undefined)).toBe(object);
    expect(set(object, 'a', undefined)).toEqual({});
    expect(change(object, 'b', (value) => value + 1)).toBe(object);
    expect(change(object, 'a', (value) => value + 1)).toEqual({ a: 2 });
  });
});

test('an empty text lacks a value, as in Go; a zero and false do not', () => {
  expect(fill({ text: '', number: 0, flag: false }, { text: 'x', number: 1, flag: true })).toEqual({ text: 'x', number: 0, flag: false });
});

test('onceEach works once for each value, and a result is its own result', () => {
  let calls = 0;
  const grown = onceEach((value: { readonly n: number }) => { calls++; return { n: value.n + 1 }; });
  const one = { n: 1 };
  const two = grown(one);
  expect([grown(one), grown(two)]).toEqual([two, two]);
  expect(grown(one)).toBe(two);
  expect(calls).toBe(1);
});
