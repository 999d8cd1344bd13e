import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, hmacSha256 } from '../../src/lib/sha256';

test('HMAC-SHA-256 is that of the standard', () => {
  fc.assert(fc.property(fc.string({ maxLength: 100, unit: 'binary' }), fc.string({ maxLength: 200, unit: 'binary' }), (key, text) => {
    expect(hex(hmacSha256(key, text))).toBe(createHmac('sha256', Buffer.from(key, 'utf8')).update(text, 'utf8').digest('hex'));
  }));
});
