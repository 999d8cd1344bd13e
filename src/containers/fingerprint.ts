import { Random } from '../sim/random';

/** Hexadecimal digits that depend on `text` alone: digests and ids that look the part. */
export const hexDigits = (text: string, length: number): string => {
  const random = new Random(0).stream(text);
  let digits = '';
  while (digits.length < length) digits += random.below(2 ** 32).toString(16).padStart(8, '0');
  return digits.slice(0, length);
};

/** A number in [0, 1) that depends on `text` alone. */
export const fraction = (text: string): number => new Random(1).stream(text).next();
