/** Tags of one image as a rule: version numbers in a range, each with or without a suffix, and names. */
export type TagRule = {
  /** Inclusive, as `1.7.9`; what is left out is any. */
  readonly from: string;
  readonly to: string;
  /** The highest number allowed after the given ones: `1.27.15`. */
  readonly patch?: number;
  /** `alpine` allows `1.27-alpine`, `1.27-alpine3.20` and the bare `alpine`. */
  readonly suffixes?: readonly string[];
  readonly names?: readonly string[];
  /** `v` for tags like `v1.2.3`. */
  readonly prefix?: string;
};

/** A test of tags by rule. `latest` always exists. */
export const tagsOf = ({ from, to, patch = 30, suffixes = [], names = [], prefix = '' }: TagRule): ((tag: string) => boolean) => {
  const lowest = numbers(from);
  const highest = numbers(to);
  const suffix = suffixes.length > 0 ? `(?:(?:${suffixes.join('|')})[0-9.]*)` : '(?!)';
  const version = new RegExp(`^${prefix}(\\d+(?:\\.\\d+){0,3})(?:-${suffix})*$`);
  const bare = new RegExp(`^(?:latest|${[...names, '(?!)'].join('|')})$|^(?:(?:${[...names, '(?!)'].join('|')})-)?${suffix}$`);
  return (tag) => {
    const digits = version.exec(tag)?.[1];
    if (digits === undefined) return bare.test(tag);
    const parts = numbers(digits);
    const inside = compare(parts, lowest) >= 0 && compare(parts, highest) <= 0;
    return inside && parts.slice(highest.length).every((part) => part <= patch);
  };
};

const numbers = (text: string): readonly number[] => text.split('.').map(Number);

/** By the numbers both have: `1` and `1.9` are equal. */
const compare = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

const versions = new Map<string, string>();

/** The version a tag stands for: its own number, filled up to three parts, or `fallback` for names like `latest`. Few tags are ever asked for. */
export const versionOf = (tag: string, fallback: string): string => {
  const key = `${tag} ${fallback}`;
  const known = versions.get(key) ?? version(tag, fallback);
  versions.set(key, known);
  return known;
};

const version = (tag: string, fallback: string): string => {
  const digits = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1];
  if (digits === undefined) return fallback;
  if (digits.split('.').length >= 3) return digits;
  return fallback.startsWith(`${digits}.`) ? fallback : `${digits}${'.0'.repeat(3 - digits.split('.').length)}`;
};
