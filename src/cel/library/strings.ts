import { quoteGo } from '../../lib/go-format';
import { CelRuntimeError } from '../errors';
import { fn, int, list, listOfEach, method, str, type Overload } from '../overload';
import { boolType, dynType, intType, listOf, stringType } from '../types';
import { formatted } from './string-format';

const outOfRange = (index: bigint): CelRuntimeError => new CelRuntimeError(`index out of range: ${index}`);

/** CEL counts code points. */
const points = (text: string): readonly string[] => [...text];

function charAt(text: string, index: bigint): string {
  const all = points(text);
  if (index < 0n || index > BigInt(all.length)) throw outOfRange(index);
  return all[Number(index)] ?? '';
}

function substring(text: string, from: bigint, to?: bigint): string {
  const all = points(text);
  const end = to ?? BigInt(all.length);
  if (from < 0n || from > BigInt(all.length)) throw outOfRange(from);
  if (end < 0n || end > BigInt(all.length)) throw outOfRange(end);
  if (from > end) throw new CelRuntimeError(`invalid substring range. start: ${from}, end: ${end}`);
  return all.slice(Number(from), Number(end)).join('');
}

const indexIn = (all: readonly string[], part: readonly string[], from: number, step: 1 | -1): bigint => {
  for (let i = from; i >= 0 && i + part.length <= all.length; i += step) if (part.every((char, j) => char === all[i + j])) return BigInt(i);
  return -1n;
};

function indexOf(text: string, part: string, from = 0n): bigint {
  const all = points(text);
  if (from < 0n || from > BigInt(all.length)) throw outOfRange(from);
  return indexIn(all, points(part), Number(from), 1);
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const [all, wanted] = [points(text), points(part)];
  if (from !== undefined && (from < 0n || from > BigInt(all.length))) throw outOfRange(from);
  return indexIn(all, wanted, Math.min(Number(from ?? all.length), all.length - wanted.length), -1);
}

function replaced(text: string, old: string, by: string, times = -1n): string {
  const pieces = text.split(old);
  if (times < 0n || times >= BigInt(pieces.length - 1)) return pieces.join(by);
  const changed = pieces.slice(0, Number(times) + 1).join(by);
  return [changed, ...pieces.slice(Number(times) + 1)].join(old);
}

function split(text: string, by: string, limit = -1n): readonly string[] {
  const pieces = by === '' ? [...points(text)] : text.split(by);
  if (limit < 0n || BigInt(pieces.length) <= limit) return pieces;
  if (limit === 0n) return [];
  return [...pieces.slice(0, Number(limit) - 1), pieces.slice(Number(limit) - 1).join(by)];
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
const upper = (text: string): string => text.replace(/[a-z]/g, (char) => char.toUpperCase());

/** The standard methods of strings and the strings extension. */
export const strings: readonly Overload[] = [
  method('contains', [str, str], boolType, (text, part) => text.includes(part)),
  method('startsWith', [str, str], boolType, (text, part) => text.startsWith(part)),
  method('endsWith', [str, str], boolType, (text, part) => text.endsWith(part)),
  method('charAt', [str, int], stringType, charAt),
  method('indexOf', [str, str], intType, indexOf),
  method('indexOf', [str, str, int], intType, indexOf),
  method('lastIndexOf', [str, str], intType, lastIndexOf),
  method('lastIndexOf', [str, str, int], intType, lastIndexOf),
  method('lowerAscii', [str], stringType, lower),
  method('upperAscii', [str], stringType, upper),
  method('replace', [str, str, str], stringType, replaced),
  method('replace', [str, str, str, int], stringType, replaced),
  method('split', [str, str], listOf(stringType), split),
  method('split', [str, str, int], listOf(stringType), split),
  method('substring', [str, int], stringType, substring),
  method('substring', [str, int, int], stringType, substring),
  method('trim', [str], stringType, (text) => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')),
  method('reverse', [str], stringType, (text) => points(text).toReversed().join('')),
  method('join', [listOfEach(str)], stringType, (items) => items.join('')),
  method('join', [listOfEach(str), str], stringType, (items, by) => items.join(by)),
  method('format', [str, list(dynType)], stringType, formatted),
  fn('strings.quote', [str], stringType, quoteGo),
];
