import { sha512, toBytes, toNumber } from './sha2';

/** A curve of NIST: y² = x³ - 3x + b over the field of `prime`. */
export type Curve = { readonly prime: bigint; readonly b: bigint; readonly order: bigint; readonly x: bigint; readonly y: bigint; readonly bytes: number };
/** Undefined stands for the point at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;

export const p256: Curve = {
  bytes: 32,
  prime: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};
export const p384: Curve = {
  bytes: 48,
  prime: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
};

const modulo = (number: bigint, by: bigint): bigint => { const rest = number % by; return rest < 0n ? rest + by : rest; };

function inverse(number: bigint, by: bigint): bigint {
  let [a, b, u, v] = [modulo(number, by), by, 1n, 0n];
  while (b !== 0n) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
  return modulo(u, by);
}

export const isOnCurve = ({ prime, b }: Curve, { x, y }: NonNullable<Point>): boolean => x < prime && y < prime && modulo(y * y - x * x * x + 3n * x - b, prime) === 0n;

function sum({ prime }: Curve, first: Point, second: Point): Point {
  if (!first || !second) return first ?? second;
  const isSame = first.x === second.x;
  if (isSame && modulo(first.y + second.y, prime) === 0n) return undefined;
  const slope = modulo(isSame ? (3n * first.x * first.x - 3n) * inverse(2n * first.y, prime) : (second.y - first.y) * inverse(second.x - first.x, prime), prime);
  const x = modulo(slope * slope - first.x - second.x, prime);
  return { x, y: modulo(slope * (first.x - x) - first.y, prime) };
}

function times(curve: Curve, point: Point, factor: bigint): Point {
  let result: Point;
  for (const bit of factor.toString(2)) {
    result = sum(curve, result, result);
    if (bit === '1') result = sum(curve, result, point);
  }
  return result;
}

export const publicKey = (curve: Curve, key: bigint): Point => times(curve, curve, key);

/** The leftmost bits of a digest, as many as the order has. */
const truncated = ({ order, bytes }: Curve, digest: Uint8Array): bigint => modulo(toNumber(digest.subarray(0, bytes)), order);

/** Signs a digest. The secret number of each signature is drawn from key and digest, so that the same are signed alike. */
export function sign(curve: Curve, key: bigint, digest: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const { order, bytes } = curve;
  for (let attempt = 0; ; attempt++) {
    const secret = modulo(toNumber(sha512(Uint8Array.from([...toBytes(key, bytes), ...digest, attempt]))), order - 1n) + 1n;
    const r = modulo(publicKey(curve, secret)?.x ?? 0n, order);
    const s = modulo(inverse(secret, order) * (truncated(curve, digest) + r * key), order);
    if (r !== 0n && s !== 0n) return { r, s };
  }
}

export function verify(curve: Curve, point: NonNullable<Point>, digest: Uint8Array, { r, s }: { readonly r: bigint; readonly s: bigint }): boolean {
  const { order } = curve;
  if (!isOnCurve(curve, point) || r <= 0n || s <= 0n || r >= order || s >= order) return false;
  const w = inverse(s, order);
  const found = sum(curve, times(curve, curve, modulo(truncated(curve, digest) * w, order)), times(curve, point, modulo(r * w, order)));
  return found !== undefined && modulo(found.x, order) === r;
}
