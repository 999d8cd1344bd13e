import { base64url } from '../../lib/base64';
import { isObject, type JsonObject } from '../../lib/json';
import { bytesOf, keyPairOf, signES256, verifyES256, type KeyPair } from '../../lib/p256';
import { sha256 } from '../../lib/sha256';
import type { Random } from '../../sim/random';

/** The cluster as its tokens name it, and the audience of tokens that name none. */
export const serviceAccountIssuer = 'https://kubernetes.default.svc.cluster.local';

/** The claims of a service account token, as upstream has them. */
export type Claims = {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: BoundClaim;
    readonly pod?: BoundClaim;
    readonly secret?: BoundClaim;
    readonly serviceaccount: BoundClaim;
    readonly warnafter?: number;
  };
  readonly nbf: number;
  readonly sub: string;
};
export type BoundClaim = { readonly name: string; readonly uid: string };

const encoded = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
/** DER around a P-256 point: SubjectPublicKeyInfo of id-ecPublicKey, uncompressed. */
const keyInfoPrefix = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0, 4];
/** Signatures that were found good, so that each is calculated once. */
const mostKnown = 1_000;

/** Signs service account tokens with a key of the cluster's own (ES256), and tells whether a token is one of them. */
export class TokenIssuer {
  readonly #known = new Map<string, Claims>();
  readonly #seed: string;
  #made: { readonly pair: KeyPair; readonly id: string } | undefined;

  constructor(private readonly random: Random) { this.#seed = random.uuid(); }

  /** The id of the next token. */
  nextId(): string { return this.random.uuid(); }

  sign(claims: Claims): string {
    const { pair, id } = this.#key();
    const text = `${encoded({ alg: 'ES256', kid: id })}.${encoded(claims)}`;
    return `${text}.${base64url(signES256(pair, text))}`;
  }

  /** The claims of a token that was signed here; whether they hold at the moment is another question. */
  read(token: string): Claims | undefined {
    const known = this.#known.get(token);
    if (known) return known;
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    if (more.length > 0 || field(decoded(header), 'alg') !== 'ES256' || field(decoded(header), 'kid') !== this.#key().id) return undefined;
    const bytes = bytesIn(signature);
    if (!bytes || !verifyES256(this.#key().pair.public, `${header}.${payload}`, bytes)) return undefined;
    const claims = decoded(payload) as Claims | undefined;   // signed here, so made here
    if (claims && this.#known.size >= mostKnown) this.#known.clear();
    if (claims) this.#known.set(token, claims);
    return claims;
  }

  /** The public key, as `/openid/v1/jwks` publishes it. */
  keySet(): JsonObject {
    const { pair: { public: { x, y } }, id } = this.#key();
    return { keys: [{ use: 'sig', kty: 'EC', kid: id, crv: 'P-256', alg: 'ES256', x: base64url(bytesOf(x)), y: base64url(bytesOf(y)) }] };
  }

  /** Made when first needed. Its id is the digest of the public key, as upstream's. */
  #key(): { readonly pair: KeyPair; readonly id: string } {
    if (this.#made) return this.#made;
    const pair = keyPairOf(this.#seed);
    return this.#made = { pair, id: base64url(sha256(Uint8Array.from([...keyInfoPrefix, ...bytesOf(pair.public.x), ...bytesOf(pair.public.y)]))) };
  }
}

function bytesIn(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function decoded(part: string): unknown {
  const bytes = bytesIn(part);
  if (!bytes) return undefined;
  try { return JSON.parse(new TextDecoder().decode(bytes)); } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
