import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { authorityCertificate, signRequest } from '../../../src/lib/certificates/authority';
import { parseRequest } from '../../../src/lib/certificates/request';
import { sha256, sha384, sha512 } from '../../../src/lib/certificates/sha2';
import { pemBlock } from '../../../src/lib/pem';

const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));

type KeyKind = 'RSA 2048' | 'P-256' | 'P-384' | 'Ed25519';
function requestOf(kind: KeyKind, subject = '/CN=jane/O=developers', more: readonly string[] = [], digest = 'sha256'): Uint8Array {
  const key = kind === 'RSA 2048' ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : kind === 'Ed25519' ? generateKeyPairSync('ed25519').privateKey : generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'request.pem')];
  writeFileSync(keyFile, key.export({ type: 'pkcs8', format: 'pem' }));
  execFileSync('openssl', ['req', '-new', '-key', keyFile, `-${digest}`, '-subj', subject, '-out', file, ...more], { stdio: 'pipe' });
  return pemBlock(readFileSync(file, 'utf8'), 'CERTIFICATE REQUEST') ?? new Uint8Array();
}
const signing = { usages: ['client auth', 'digital signature'], durationMs: 86_400_000, now: Date.UTC(2026, 0, 1), serial: 0x1234n };

test('SHA-2 gives what it should', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    for (const [name, digest] of [['sha256', sha256], ['sha384', sha384], ['sha512', sha512]] as const)
      expect(Buffer.from(digest(bytes)).toString('hex')).toBe(createHash(name).update(bytes).digest('hex'));
  }), { numRuns: 30 });
});

describe('the cluster\'s authority', () => {
  const authority = new X509Certificate(authorityCertificate());

  test('has a certificate that is its own, the same every time', () => {
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe('CN=kubernetes');
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(authorityCertificate()).toBe(authorityCertificate());
  });

  test.each(['RSA 2048', 'P-256', 'P-384'] as const)('signs a request with a key of %s', (kind) => {
    const request = parseRequest(requestOf(kind, '/CN=jane/O=developers/O=testers', ['-addext', 'subjectAltName=DNS:jane.example.com,IP:10.0.0.1,email:j@example.com']));
    expect(request).toMatchObject({ commonName: 'jane', organizations: ['developers', 'testers'], alternativeNames: { emails: 1, dns: 1, uris: 0, ips: 1 } });
    const certificate = new X509Certificate(signRequest(request, signing));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.subject.split('\n').sort()).toEqual(['CN=jane', 'O=developers', 'O=testers']);
    expect(certificate.subjectAltName).toBe('DNS:jane.example.com, IP Address:10.0.0.1, email:j@example.com');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect([certificate.validFrom, certificate.validTo]).toEqual(['Dec 31 23:55:00 2025 GMT', 'Jan  1 23:55:00 2026 GMT']);
    expect(certificate.serialNumber).toBe('1234');
  });

  test('openssl accepts the chain', () => {
    const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')];
    writeFileSync(ca, authorityCertificate());
    writeFileSync(leaf, signRequest(parseRequest(requestOf('P-256')), { ...signing, durationMs: 365 * 86_400_000 }));
    expect(execFileSync('openssl', ['verify', '-attime', String(signing.now / 1_000), '-purpose', 'sslclient', '-CAfile', ca, leaf], { encoding: 'utf8' })).toContain(': OK');
  });

  test('signs nothing for one who does not have the key', () => {
    for (const kind of ['RSA 2048', 'P-256'] as const) {
      const der = Uint8Array.from(requestOf(kind, '/CN=jane'));
      const at = Buffer.from(der).indexOf('jane');
      der[at] = 'k'.charCodeAt(0);
      expect(() => signRequest(parseRequest(der), signing)).toThrow('unable to verify certificate request signature');
    }
  });

  test('says which keys it cannot judge', () => {
    expect(() => signRequest(parseRequest(requestOf('Ed25519')), signing)).toThrow('this signature algorithm is not verified here');
    expect(() => parseRequest(Uint8Array.of(1, 2, 3))).toThrow('asn1');
    expect(parseRequest(requestOf('P-384', '/CN=x', [], 'sha512')).isProven()).toBe(true);
  });
});
