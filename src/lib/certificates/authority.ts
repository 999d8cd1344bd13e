import { ascii, bitString, element, identifier, integer, octets, pem, sequence, set, time, yes } from './der';
import { p256, publicKey, sign } from './ecdsa';
import { CertificateError, type CertificateRequest } from './request';
import { sha256, toBytes, toNumber } from './sha2';

/**
 * The authority of every cluster made here. Its key is worked out from these words, so everybody can have it: what it signs proves nothing outside of
 * a cluster that is played with, and must be trusted by nobody.
 */
const key = toNumber(sha256(ascii('the certificate authority of a Kubernetes cluster behind glass'))) % p256.order;
const name = sequence(set(sequence(identifier('2.5.4.3'), element(0x0c, ascii('kubernetes')))));
const from = Date.UTC(2025, 0, 1);
/** The authority's own certificate ends then, and so does whatever it signs. */
const until = Date.UTC(2125, 0, 1);
const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));

/** Which bit of a certificate's key usage each usage is, or which extended usage. */
const keyUsages: Readonly<Record<string, number>> = {
  signing: 0, 'digital signature': 0, 'content commitment': 1, 'key encipherment': 2, 'data encipherment': 3, 'key agreement': 4, 'cert sign': 5, 'crl sign': 6, 'encipher only': 7, 'decipher only': 8,
};
const extendedUsages: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0', 'server auth': '1.3.6.1.5.5.7.3.1', 'client auth': '1.3.6.1.5.5.7.3.2', 'code signing': '1.3.6.1.5.5.7.3.3',
    'email protection': '1.3.6.1.5.5.7.3.4', 's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5', 'ipsec tunnel': '1.3.6.1.5.5.7.3.6', 'ipsec user': '1.3.6.1.5.5.7.3.7', timestamping: '1.3.6.1.5.5.7.3.8', 'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3', 'netscape sgc': '2.16.840.1.113730.4.1',
};

const extension = (oid: string, isCritical: boolean, value: Uint8Array): Uint8Array => sequence(identifier(oid), ...(isCritical ? [yes] : []), octets(value));

function usageBits(bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits);
  const bytes = new Uint8Array(Math.floor(last / 8) + 1);
  for (const bit of bits) { const at = Math.floor(bit / 8); bytes[at] = (bytes[at] ?? 0) | (0x80 >> bit % 8); }
  return bitString(bytes, 7 - last % 8);
}

function subjectKey(): Uint8Array {
  const point = publicKey(p256, key);
  const bytes = Uint8Array.from([4, ...toBytes(point?.x ?? 0n, 32), ...toBytes(point?.y ?? 0n, 32)]);
  return sequence(sequence(identifier('1.2.840.10045.2.1'), identifier('1.2.840.10045.3.1.7')), bitString(bytes));
}
/** What certificates point at their authority's key by. */
const keyIdentifier = (): Uint8Array => sha256(subjectKey()).subarray(0, 20);

type Content = { readonly serial: bigint; readonly notBefore: number; readonly notAfter: number; readonly subject: Uint8Array; readonly publicKey: Uint8Array;
  readonly extensions: readonly Uint8Array[] };

function signed({ serial, notBefore, notAfter, subject, publicKey: itsKey, extensions }: Content): string {
  const content = sequence(element(0xa0, integer(2n)), integer(serial), ecdsaWithSha256, name, sequence(time(notBefore), time(notAfter)), subject, itsKey, element(0xa3, sequence(...extensions)));
  const { r, s } = sign(p256, key, sha256(content));
  return pem('CERTIFICATE', sequence(content, ecdsaWithSha256, bitString(sequence(integer(r), integer(s)))));
}

/** The authority's own certificate. */
export const authorityCertificate = (): string => signed({
  serial: 1n, notBefore: from, notAfter: until, subject: name, publicKey: subjectKey(),
  extensions: [
    extension('2.5.29.15', true, usageBits([0, 2, 5])), extension('2.5.29.19', true, sequence(yes)), extension('2.5.29.14', false, octets(keyIdentifier())),
    extension('2.5.29.17', false, sequence(element(0x82, ascii('kubernetes')))),
  ],
});

const backdateMs = 5 * 60_000;
/** A certificate for less than this is not shortened by its being backdated. */
const shortMs = 8 * 3_600_000;

export type Signing = { readonly usages: readonly string[]; readonly durationMs: number; readonly now: number; readonly serial: bigint };

/** The certificate that was asked for, signed by the cluster's authority. @throws CertificateError when the request does not prove that its sender has the key. */
export function signRequest(request: CertificateRequest, { usages, durationMs, now, serial }: Signing): string {
  if (!request.isProven()) throw new CertificateError('unable to verify certificate request signature: x509: signature does not match');
  const bits = [...new Set(usages.flatMap((usage) => keyUsages[usage] ?? []))];
  const extended = [...new Set(usages.flatMap((usage) => extendedUsages[usage] ?? []))];
  const notBefore = now - backdateMs;
  const { der } = request.alternativeNames;
  return signed({
    serial, notBefore, notAfter: Math.min(until, durationMs < shortMs ? now + durationMs : notBefore + durationMs), subject: request.subject, publicKey: request.publicKey,
    extensions: [
      ...(bits.length > 0 ? [extension('2.5.29.15', true, usageBits(bits))] : []),
      ...(extended.length > 0 ? [extension('2.5.29.37', false, sequence(...extended.map(identifier)))] : []),
      extension('2.5.29.19', true, sequence()), extension('2.5.29.35', false, sequence(element(0x80, keyIdentifier()))),
      ...(der ? [extension('2.5.29.17', request.subject.length <= 2, der)] : []),
    ],
  });
}
