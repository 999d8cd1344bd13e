import { createPublicKey, createVerify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64url } from '../../src/lib/base64';
import { bytesOf, keyPairOf, signES256, verifyES256 } from '../../src/lib/p256';
import { hex } from '../../src/lib/sha256';

const pair = keyPairOf('podarium 1');
const jwk = { kty: 'EC', crv: 'P-256', x: base64url(bytesOf(pair.public.x)), y: base64url(bytesOf(pair.public.y)) };

describe('ES256', () => {
  test('what is signed here is verified by a library that was not written here', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (message) => {
      const verifier = createVerify('SHA256').update(message);
      return verifier.verify({ key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, signES256(pair, message));
    }), { numRuns: 12 });
  });

  test('the test vector of RFC 6979 for P-256, SHA-256 and the message "sample"', () => {
    const secret = 0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n;
    expect(hex(signES256({ secret, public: pair.public }, 'sample'))).toBe(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8');
  });

  test('a signature holds for its message, its key and itself alone', () => {
    const signature = signES256(pair, 'a message');
    expect(verifyES256(pair.public, 'a message', signature)).toBe(true);
    expect(verifyES256(pair.public, 'another message', signature)).toBe(false);
    expect(verifyES256(keyPairOf('podarium 2').public, 'a message', signature)).toBe(false);
    expect(verifyES256(pair.public, 'a message', signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))).toBe(false);
    expect(verifyES256(pair.public, 'a message', new Uint8Array(64))).toBe(false);
    expect(verifyES256({ x: 1n, y: 1n }, 'a message', signature)).toBe(false);
  });

  test('a text stands for one key pair', () => {
    expect(keyPairOf('podarium 1')).toEqual(pair);
    expect(keyPairOf('podarium 2')).not.toEqual(pair);
  });
});
