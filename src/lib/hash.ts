import { isList, isObject } from './json';

/** FNV-1a, 32 bits, over UTF-8. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** FNV-1, 32 bits, over UTF-8: multiplies before it mixes. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

const safeLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Letters and digits that spell no words, one for each character, as upstream's rand.SafeEncodeString. */
export const safeEncodeString = (text: string): string =>
  [...text].map((character) => safeLetters.charAt((character.codePointAt(0) ?? 0) % safeLetters.length)).join('');

/** A short name for a value that does not depend on the order of its keys; `collisionCount` gives another one when a name is taken. */
export const hashOf = (value: unknown, collisionCount?: number): string =>
  safeEncodeString(String(fnv32a(canonical(value) + (collisionCount === undefined ? '' : `#${collisionCount}`))));

/** JSON with the keys in order. */
export function canonical(value: unknown): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
