import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonSize } from '../../src/lib/json-size';

test('is never below half of the text and never much above it, remembered or not', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const { length } = JSON.stringify(value);
    const size = jsonSize(value);
    expect(size).toBeGreaterThanOrEqual(length / 8);
    expect(size).toBeLessThanOrEqual(4 * length + 8);
    expect(jsonSize(value)).toBe(size);
  }));
});

test('plain text counts letter for letter', () => {
  expect(jsonSize({ data: { a: 'x'.repeat(2_000_000) } })).toBeGreaterThan(2_000_000);
});
