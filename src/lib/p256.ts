import { hmacSha256Bytes, sha256 } from './sha256';

/** The curve NIST P-256: y² = x³ - 3x + b over the field of `prime`, with `order` points in the group of `base`. */
const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const baseX = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n;
const baseY = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n;
const fieldBytes = 32;

export type Point = { readonly x: bigint; readonly y: bigint };
/** Jacobian coordinates: x/z², y/z³; z = 0 is the point at infinity. */
type Jacobian = { readonly x: bigint; readonly y: bigint; readonly z: bigint };
const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };
const base: Jacobian = { x: baseX, y: baseY, z: 1n };

const modulo = (value: bigint, modulus: bigint): bigint => { const rest = value % modulus; return rest < 0n ? rest + modulus : rest; };
const inField = (value: bigint): bigint => modulo(value, prime);

/** By the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current, before, factor] = [modulus, modulo(value, modulus), 0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, factor] = [factor, before - quotient * factor];
  }
  return modulo(before, modulus);
}

function double({ x, y, z }: Jacobian): Jacobian {
  if (z === 0n) return infinity;
  const zz = inField(z * z);
  const yy = inField(y * y);
  const xyy = inField(4n * x * yy);
  const slope = inField(3n * (x - zz) * (x + zz));
  const nextX = inField(slope * slope - 2n * xyy);
  return { x: nextX, y: inField(slope * (xyy - nextX) - 8n * yy * yy), z: inField(2n * y * z) };
}

function add(left: Jacobian, right: Jacobian): Jacobian {
  if (left.z === 0n) return right;
  if (right.z === 0n) return left;
  const leftZZ = inField(left.z * left.z);
  const rightZZ = inField(right.z * right.z);
  const leftX = inField(left.x * rightZZ);
  const leftY = inField(left.y * rightZZ * right.z);
  const acrossX = inField(right.x * leftZZ - leftX);
  const acrossY = inField(right.y * leftZZ * left.z - leftY);
  if (acrossX === 0n) return acrossY === 0n ? double(left) : infinity;
  const square = inField(acrossX * acrossX);
  const cube = inField(square * acrossX);
  const x = inField(acrossY * acrossY - cube - 2n * leftX * square);
  return { x, y: inField(acrossY * (leftX * square - x) - leftY * cube), z: inField(left.z * right.z * acrossX) };
}

function multiply(point: Jacobian, scalar: bigint): Jacobian {
  let product = infinity;
  for (const bit of scalar.toString(2)) {
    product = double(product);
    if (bit === '1') product = add(product, point);
  }
  return product;
}

function affine({ x, y, z }: Jacobian): Point {
  const inverted = inverse(z, prime);
  const square = inField(inverted * inverted);
  return { x: inField(x * square), y: inField(y * square * inverted) };
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** A number below the field's size as 32 bytes, the highest first. */
export function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(fieldBytes);
  let rest = value;
  for (let i = fieldBytes - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export type KeyPair = { readonly secret: bigint; readonly public: Point };

/** The key pair that a text stands for: the same for the same text, and no secret to whoever knows the text. */
export function keyPairOf(seed: string): KeyPair {
  const secret = modulo(numberOf(sha256(seed)), order - 1n) + 1n;
  return { secret, public: affine(multiply(base, secret)) };
}

/** ECDSA over SHA-256: r and s, 64 bytes, as JWTs' ES256 has them. The nonce comes from key and message (RFC 6979), so the same message is signed the same. */
export function signES256({ secret }: KeyPair, message: string): Uint8Array {
  const digest = sha256(message);
  for (const nonce of nonces(secret, digest)) {
    const r = modulo(affine(multiply(base, nonce)).x, order);
    const s = modulo(inverse(nonce, order) * (numberOf(digest) + r * secret), order);
    if (r === 0n || s === 0n) continue;
    const signature = new Uint8Array(2 * fieldBytes);
    signature.set(bytesOf(r));
    signature.set(bytesOf(s), fieldBytes);
    return signature;
  }
  throw new Error('no nonce was left');
}

export function verifyES256(key: Point, message: string, signature: Uint8Array): boolean {
  if (signature.length !== 2 * fieldBytes || !isOnCurve(key)) return false;
  const r = numberOf(signature.subarray(0, fieldBytes));
  const s = numberOf(signature.subarray(fieldBytes));
  if (r === 0n || s === 0n || r >= order || s >= order) return false;
  const inverted = inverse(s, order);
  const sum = add(
    multiply(base, modulo(numberOf(sha256(message)) * inverted, order)),
    multiply({ ...key, z: 1n }, modulo(r * inverted, order)),
  );
  return sum.z !== 0n && modulo(affine(sum).x, order) === r;
}

const isOnCurve = ({ x, y }: Point): boolean => inField(y * y) === inField(x * x * x - 3n * x + b);

/** RFC 6979, section 3.2: candidates for the nonce, drawn from the secret and the digest. */
function* nonces(secret: bigint, digest: Uint8Array): Generator<bigint> {
  const seed = [...bytesOf(secret), ...bytesOf(modulo(numberOf(digest), order))];
  let value: Uint8Array = new Uint8Array(fieldBytes).fill(1);
  let key: Uint8Array = new Uint8Array(fieldBytes);
  const stir = (mark: number, more: readonly number[]) => {
    key = hmacSha256Bytes(key, Uint8Array.from([...value, mark, ...more]));
    value = hmacSha256Bytes(key, value);
  };
  stir(0, seed);
  stir(1, seed);
  for (;;) {
    value = hmacSha256Bytes(key, value);
    const candidate = numberOf(value);
    if (candidate > 0n && candidate < order) yield candidate;
    stir(0, []);
  }
}
