import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonDiff } from '../../src/kinds/unified-diff';

const linesOf = (value: unknown): string[] => JSON.stringify(value, null, 1).split('\n');

/** The later value's lines, made from the earlier ones and the difference alone. */
function patched(before: readonly string[], diff: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      while (at < start) result.push(before[at++] ?? '');
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) result.push(line.slice(1));
      at++;
    }
  }
  return [...result, ...before.slice(at)];
}

test('the difference leads from one value to the other', () => {
  const value = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 }));
  fc.assert(fc.property(value, value, (before, after) => {
    expect(patched(linesOf(before), jsonDiff(before, after))).toEqual(linesOf(after));
  }));
});

test('three lines stand around each change, and equal values have no difference', () => {
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  expect(jsonDiff(numbers, numbers)).toBe('');
  expect(jsonDiff(numbers, numbers.with(10, 99))).toBe('@@ -9,7 +9,7 @@\n  7,\n  8,\n  9,\n- 10,\n+ 99,\n  11,\n  12,\n  13,\n');
});
