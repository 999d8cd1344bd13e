import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32, hex, sha256 } from '../../src/lib/sha256';

describe('sha256', () => {
  test('is what every other implementation answers', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      expect(hex(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'));
    }));
  });
});

describe('base32', () => {
  test.each([['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']])(
    '%j is %j, as RFC 4648 has it', (text, encoded) => expect(base32(new TextEncoder().encode(text))).toBe(encoded),
  );
});
