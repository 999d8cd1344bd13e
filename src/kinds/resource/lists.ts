import { duplicate, tooMany } from '../../api/status';
import type { Errors } from '../rule-parts';

type ItemRules<T> = (item: T, at: string) => Errors;

/** A list that is not too long, each of whose items is right. */
export function* listRules<T>(items: readonly T[], most: number, rules: ItemRules<T>, at: string): Errors {
  if (items.length > most) yield tooMany(at, items.length, most);
  for (const [i, item] of items.entries()) yield* rules(item, `${at}[${i}]`);
}

/** The same, where no two items may have one key. */
export function* setRules<T>(items: readonly T[], most: number, rules: ItemRules<T>, keyOf: (item: T) => string, at: string): Errors {
  yield* listRules(items, most, rules, at);
  const keys = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (keys.has(key)) yield duplicate(`${at}[${i}]`, key);
    keys.add(key);
  }
}
