import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenSigner } from '../../src/cluster/token';
import { hex, hmacSha256 } from '../../src/lib/sha256';
import type { Pod } from '../../src/schema/types';

test('HMAC-SHA-256 is that of the standard', () => {
  fc.assert(fc.property(fc.string({ maxLength: 100, unit: 'binary' }), fc.string({ maxLength: 200, unit: 'binary' }), (key, text) => {
    expect(hex(hmacSha256(key, text))).toBe(createHmac('sha256', Buffer.from(key, 'utf8')).update(text, 'utf8').digest('hex'));
  }));
});

test('a token names its account, its pod and its times, and is signed as its header says', () => {
  const pod = { metadata: { name: 'p', namespace: 'dev', uid: 'u' }, spec: { serviceAccountName: 'builder', containers: [] } } as unknown as Pod;   // what the signer reads
  const [header = '', claims = '', signature] = tokenSigner(7, () => 1_000_500)(pod, 3_607, undefined).split('.');
  expect(JSON.parse(atob(header))).toMatchObject({ alg: 'HS256' });
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    sub: 'system:serviceaccount:dev:builder', iat: 1_000, exp: 4_607, 'kubernetes.io': { pod: { name: 'p', uid: 'u' } },
  });
  expect(signature).toBe(createHmac('sha256', 'podarium 7').update(`${header}.${claims}`).digest('base64url'));
});
