import { elements, type Element } from '../pem';
import { identifierText } from './der';
import { p256, p384, verify, type Curve } from './ecdsa';
import { sha256, sha384, sha512, toBytes, toNumber, type Digest } from './sha2';

/** The request cannot be read, or does not prove that its sender has the key. */
export class CertificateError extends Error {}

/** What a PKCS #10 request asks for. Names and key are as they were sent. */
export type CertificateRequest = {
  readonly subject: Uint8Array;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly publicKey: Uint8Array;
  /** The names beside the subject, by their kind, and the whole extension as sent. */
  readonly alternativeNames: { readonly emails: number; readonly dns: number; readonly uris: number; readonly ips: number; readonly der?: Uint8Array };
  /** Whether the one who asks has the private key. @throws CertificateError for an algorithm that is not known here. */
  isProven(): boolean;
};

const oids = { commonName: '2.5.4.3', organization: '2.5.4.10', extensions: '1.2.840.113549.1.9.14', alternativeName: '2.5.29.17', ecKey: '1.2.840.10045.2.1',
  rsaKey: '1.2.840.113549.1.1.1' } as const;
const curves: Readonly<Record<string, Curve>> = { '1.2.840.10045.3.1.7': p256, '1.3.132.0.34': p384 };
const digests: Readonly<Record<string, readonly ['EC' | 'RSA', Digest]>> = {
  '1.2.840.10045.4.3.2': ['EC', sha256], '1.2.840.10045.4.3.3': ['EC', sha384], '1.2.840.10045.4.3.4': ['EC', sha512],
  '1.2.840.113549.1.1.11': ['RSA', sha256], '1.2.840.113549.1.1.12': ['RSA', sha384], '1.2.840.113549.1.1.13': ['RSA', sha512],
};
/** What stands before a digest in a PKCS #1 signature, by the digest's length. */
const digestInfo: Readonly<Record<number, string>> = {
  32: '3031300d060960864801650304020105000420', 48: '3041300d060960864801650304020205000430', 64: '3051300d060960864801650304020305000440',
};

const part = (list: readonly Element[], at: number, tag: number): Element => {
  const found = list[at];
  if (found?.tag !== tag) throw new CertificateError('asn1: structure error: tags don\'t match');
  return found;
};
const inside = ({ content }: Element): readonly Element[] => [...elements(content)];
/** An element as it was sent, head and all. */
function sent(within: Uint8Array, { content }: Element, previous?: Element): Uint8Array {
  const from = previous ? previous.content.byteOffset + previous.content.length - within.byteOffset : 0;
  return within.subarray(from, content.byteOffset + content.length - within.byteOffset);
}

/** Reads a request in DER. @throws CertificateError */
export function parseRequest(der: Uint8Array): CertificateRequest {
  const whole = part([...elements(der)], 0, 0x30);
  const outer = inside(whole);
  const [info, algorithm, signature] = [part(outer, 0, 0x30), part(outer, 1, 0x30), part(outer, 2, 0x03)];
  const fields = inside(info);
  const [version, subject, key] = [part(fields, 0, 0x02), part(fields, 1, 0x30), part(fields, 2, 0x30)];
  const names = inside(subject).flatMap((each) => inside(each)).map(inside);
  const valuesOf = (oid: string): readonly string[] => names.filter(([type]) => type && identifierText(type.content) === oid).map(([, value]) => new TextDecoder().decode(value?.content));
  const signed = sent(whole.content, info);
  return {
    subject: sent(info.content, subject, version), commonName: valuesOf(oids.commonName).at(-1) ?? '', organizations: valuesOf(oids.organization),
    publicKey: sent(info.content, key, subject), alternativeNames: alternativeNamesOf(fields[3]),
    isProven: () => isSigned(signed, identifierText(part(inside(algorithm), 0, 0x06).content), signature.content.subarray(1), key),
  };
}

function alternativeNamesOf(attributes: Element | undefined): CertificateRequest['alternativeNames'] {
  const none = { emails: 0, dns: 0, uris: 0, ips: 0 };
  for (const attribute of attributes?.tag === 0xa0 ? inside(attributes) : []) {
    const [type, values] = inside(attribute);
    const extensions = type && identifierText(type.content) === oids.extensions && values ? inside(values)[0] : undefined;
    for (const extension of extensions ? inside(extensions) : []) {
      const found = inside(extension);
      const value = found.at(-1);
      if (!found[0] || identifierText(found[0].content) !== oids.alternativeName || value?.tag !== 0x04) continue;
      const tags = inside(part([...elements(value.content)], 0, 0x30)).map(({ tag }) => tag & 0x1f);
      const count = (tag: number): number => tags.filter((each) => each === tag).length;
      return { emails: count(1), dns: count(2), uris: count(6), ips: count(7), der: value.content };
    }
  }
  return none;
}

/** Whether the holder of the key signed these bytes. */
export function isSigned(bytes: Uint8Array, algorithm: string, signature: Uint8Array, key: Element): boolean {
  const [family, digest] = digests[algorithm] ?? [];
  const [kind, value] = inside(key);
  const [type, parameters] = kind ? inside(kind) : [];
  const keyType = type ? identifierText(type.content) : '';
  const point = value?.content.subarray(1) ?? new Uint8Array();
  if (family === 'EC' && digest && keyType === oids.ecKey) {
    const curve = curves[parameters ? identifierText(parameters.content) : ''];
    if (!curve) throw new CertificateError('keys of this elliptic curve are not verified here: only P-256 and P-384 are');
    const [r, s] = inside(part([...elements(signature)], 0, 0x30));
    if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes || !r || !s) return false;
    return verify(curve, { x: toNumber(point.subarray(1, 1 + curve.bytes)), y: toNumber(point.subarray(1 + curve.bytes)) }, digest(bytes), { r: toNumber(r.content), s: toNumber(s.content) });
  }
  if (family === 'RSA' && digest && keyType === oids.rsaKey) return isSignedByRsa(digest(bytes), signature, point);
  throw new CertificateError('this signature algorithm is not verified here: only RSA (PKCS #1) and ECDSA with SHA-256, SHA-384 or SHA-512 are');
}

function isSignedByRsa(digest: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const [modulus, exponent] = inside(part([...elements(key)], 0, 0x30)).map(({ content }) => toNumber(content));
  if (modulus === undefined || exponent === undefined || modulus === 0n || exponent >= 1n << 32n) return false;
  const size = Math.ceil(modulus.toString(16).length / 2);
  const info = Uint8Array.from((digestInfo[digest.length] ?? '').match(/../g) ?? [], (each) => Number.parseInt(each, 16));
  const padding = size - info.length - digest.length - 3;
  if (signature.length !== size || padding < 8) return false;
  const expected = Uint8Array.from([0, 1, ...Array.from({ length: padding }, () => 0xff), 0, ...info, ...digest]);
  const found = toBytes(power(toNumber(signature), exponent, modulus), size);
  return expected.every((byte, i) => byte === found[i]);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = result * result % modulus;
    if (bit === '1') result = result * base % modulus;
  }
  return result;
}
