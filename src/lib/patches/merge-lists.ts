import { formatGo, goType } from '../go-format';
import { isList, isObject, type JsonObject } from '../json';
import { directive } from './merge-facts';
import { PatchError, rejected } from './patch-error';

export const withoutMergeKey = (item: JsonObject, key: string): PatchError => new PatchError(500, `map: ${formatGo(item)} does not contain declared merge key: ${key}`);
export const wrongType = (expected: string, actual: unknown): PatchError => new PatchError(500, `expected a ${expected}, but received a ${goType(actual)}`);

export const listOrThrow = (value: unknown): readonly unknown[] => {
  if (!isList(value)) throw wrongType('[]interface {}', value);
  return value;
};
export const objectOrThrow = (value: unknown): JsonObject => {
  if (!isObject(value)) throw wrongType('map[string]interface {}', value);
  return value;
};

/** The value of the merge key of a list item. @throws PatchError when it has none. */
export function mergeValue(item: unknown, key: string): unknown {
  const object = objectOrThrow(item);
  if (!Object.hasOwn(object, key)) throw withoutMergeKey(object, key);
  return object[key];
}

/** Whether the items are objects; all items of all lists must be of one type. @throws PatchError */
export function holdObjects(...lists: readonly (readonly unknown[])[]): boolean {
  let type: string | undefined;
  for (const item of lists.flat(1)) {
    if (isList(item)) throw rejected();   // lists of lists are not supported
    const found = goType(item);
    if (type !== undefined && type !== found) throw new PatchError(500, `list element types are not identical: ${formatGo(lists)}`);
    type = found;
  }
  if (type === undefined) throw new PatchError(500, 'no elements in any of the given slices');
  return type === 'map[string]interface {}';
}

/** Where an item that is the same by merge key, or the same scalar, stands in `list`; -1 when nowhere. */
export const position = (list: readonly unknown[], item: unknown, mergeKey: string | undefined): number =>
  mergeKey === undefined ? list.indexOf(item) : list.findIndex((other) => isObject(other) && isObject(item) && other[mergeKey] === item[mergeKey]);

export const isDeletion = (item: unknown): boolean => isObject(item) && item[directive] === 'delete';

/** `items` in the order of `order`, deletions last. @throws PatchError when an item of either has no merge key. */
export function inOrder(items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): readonly unknown[] {
  if (mergeKey !== undefined) for (const item of [...items, ...order]) mergeValue(item, mergeKey);
  const places = new Map(items.map((item) => [item, position(order, item, mergeKey)]));
  const place = (item: unknown): number => places.get(item) ?? -1;
  const kept = items.filter((item) => !isDeletion(item)).sort((a, b) => (place(a) >= 0 && place(b) >= 0 ? place(a) - place(b) : 0));
  return [...kept, ...items.filter(isDeletion)];
}

/**
 * The items of a merged list in their final order: those named in `order` in that order, the others as `live` has them;
 * an item of the others goes before the first named one that follows it in `live`.
 */
export function arrange(merged: readonly unknown[], order: readonly unknown[], live: readonly unknown[], mergeKey: string | undefined): readonly unknown[] {
  if (mergeKey !== undefined) for (const item of merged) mergeValue(item, mergeKey);
  const named = inOrder(merged.filter((item) => position(order, item, mergeKey) >= 0), order, mergeKey);
  const others = inOrder(merged.filter((item) => position(order, item, mergeKey) < 0), live, mergeKey);
  const result: unknown[] = [];
  let at = 0;
  for (const item of named) {
    const place = position(live, item, mergeKey);
    for (; at < others.length; at++) {
      const other = position(live, others[at], mergeKey);
      if (place < 0 || other < 0 || other > place) break;
      result.push(others[at]);
    }
    result.push(item);
  }
  return [...result, ...others.slice(at)];
}
