import { Random } from '../sim/random';

/** Hexadecimal digits that depend on `text` alone: digests and ids that look the part. */
export const hexDigits = (text: string, length: number): string => {
  const random = new Random(0).stream(text);
  const codes: number[] = [];
  for (let bits = 0; codes.length < length;) {
    if (codes.length % 8 === 0) bits = random.below(2 ** 32);
    codes.push(digits.charCodeAt((bits >>> (28 - 4 * (codes.length % 8))) & 15));
  }
  return String.fromCharCode(...codes);
};
const digits = '0123456789abcdef';

/** A number in [0, 1) that depends on `text` alone. */
export const fraction = (text: string): number => new Random(1).stream(text).next();
