import { goRegExp, GoRegExpError } from '../../lib/go-regexp';
import { CelRuntimeError } from '../errors';
import { int, method, fn, str, type Overload } from '../overload';
import { boolType, listOf, stringType } from '../types';

function pattern(text: string): RegExp {
  try {
    return goRegExp(text);
  } catch (error) {
    if (error instanceof GoRegExpError) throw new CelRuntimeError(error.message);
    throw error;
  }
}

const matches = (text: string, regex: string): boolean => pattern(regex).test(text);

function findAll(text: string, regex: string, limit = -1n): readonly string[] {
  const { source, flags } = pattern(regex);
  const found = [...text.matchAll(new RegExp(source, `${flags}g`))].map(([match]) => match);
  return limit < 0n ? found : found.slice(0, Number(limit));
}

/** Regular expressions, in RE2's syntax. */
export const regularExpressions: readonly Overload[] = [
  method('matches', [str, str], boolType, matches),
  fn('matches', [str, str], boolType, matches),
  method('find', [str, str], stringType, (text, regex) => pattern(regex).exec(text)?.[0] ?? ''),
  method('findAll', [str, str], listOf(stringType), findAll),
  method('findAll', [str, str, int], listOf(stringType), findAll),
];
