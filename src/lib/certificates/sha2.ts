/** SHA-2 as FIPS 180-4 has it. Small and slow, for a few certificates. */
export type Digest = (bytes: Uint8Array) => Uint8Array;

type Variant = { readonly bits: 32 | 64; readonly rounds: number; readonly outputBytes: number; readonly firstPrime: number; readonly sums: readonly (readonly [number, number, number])[] };
const short: Omit<Variant, 'outputBytes'> = { bits: 32, rounds: 64, firstPrime: 0, sums: [[2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]] };
const long: Omit<Variant, 'outputBytes' | 'firstPrime'> = { bits: 64, rounds: 80, sums: [[28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]] };

const primes: readonly number[] = Array.from({ length: 410 }, (_, i) => i).filter((n) => n > 1 && Array.from({ length: Math.floor(Math.sqrt(n)) - 1 }, (_, i) => i + 2).every((d) => n % d !== 0));

/** The whole part of a root. */
function root(of: bigint, degree: bigint): bigint {
  let [low, high] = [0n, 1n << BigInt(Math.ceil(of.toString(2).length / Number(degree)) + 1)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= of) low = middle; else high = middle;
  }
  return low;
}
/** The first bits behind the point of a prime's root: where all constants come from. */
const fraction = (prime: number, degree: bigint, bits: number): bigint => root(BigInt(prime) << (BigInt(bits) * degree), degree) & ((1n << BigInt(bits)) - 1n);

function digest({ bits, rounds, outputBytes, firstPrime, sums }: Variant): Digest {
  const wordBytes = bits / 8;
  const mask = (1n << BigInt(bits)) - 1n;
  const constants = primes.slice(0, rounds).map((prime) => fraction(prime, 3n, bits));
  const first = primes.slice(firstPrime, firstPrime + 8).map((prime) => fraction(prime, 2n, bits));
  const turned = (word: bigint, by: number): bigint => ((word >> BigInt(by)) | (word << BigInt(bits - by))) & mask;
  const sum = (which: number, word: bigint): bigint => {
    const [a, b, c] = sums[which] ?? [0, 0, 0];
    return turned(word, a) ^ turned(word, b) ^ (which < 2 ? turned(word, c) : word >> BigInt(c));
  };
  const block = (state: readonly bigint[], words: bigint[]): readonly bigint[] => {
    const word = (at: number): bigint => words[at] ?? 0n;
    for (let i = 16; i < rounds; i++) words[i] = (sum(3, word(i - 2)) + word(i - 7) + sum(2, word(i - 15)) + word(i - 16)) & mask;
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < rounds; i++) {
      const one = h + sum(1, e) + ((e & f) ^ (~e & mask & g)) + (constants[i] ?? 0n) + word(i);
      const two = sum(0, a) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
    }
    return [a, b, c, d, e, f, g, h].map((each, i) => (each + (state[i] ?? 0n)) & mask);
  };
  return (bytes) => {
    const blockBytes = wordBytes * 16;
    const padded = new Uint8Array(Math.ceil((bytes.length + 1 + 2 * wordBytes) / blockBytes) * blockBytes);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
    let state: readonly bigint[] = first;
    for (let at = 0; at < padded.length; at += blockBytes)
      state = block(state, Array.from({ length: 16 }, (_, i) => toNumber(padded.subarray(at + i * wordBytes, at + (i + 1) * wordBytes))));
    return Uint8Array.from(state.flatMap((word) => [...toBytes(word, wordBytes)])).subarray(0, outputBytes);
  };
}

/** The number that big-endian bytes are. */
export function toNumber(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}
/** The number in so many bytes, big-endian. */
export const toBytes = (number: bigint, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => Number((number >> BigInt(8 * (length - 1 - i))) & 0xffn));

export const sha256: Digest = digest({ ...short, outputBytes: 32 });
export const sha384: Digest = digest({ ...long, outputBytes: 48, firstPrime: 8 });
export const sha512: Digest = digest({ ...long, outputBytes: 64, firstPrime: 0 });
