import { equal } from '../../lib/equality';
import { isList, isObject, type JsonObject } from '../../lib/json';

/**
 * Whether two changes of an object, one after the other, give the same owners as one change would: the second sets something and takes nothing
 * back that the first did. Says no where it would be long to find out.
 */
export function goesOn(before: unknown, middle: unknown, after: unknown): boolean {
  if (!isObject(before) || !isObject(middle) || !isObject(after)) return false;
  if (!sameMetadata(before['metadata'], middle['metadata'], after['metadata'])) return false;
  for (const part in before) if (part !== 'metadata' && takesBack(before[part], middle[part], after[part])) return false;
  for (const part in after) if (part !== 'metadata' && setsSomething(middle[part], after[part])) return true;
  return false;
}

/** Whether a change does more than remove: only that counts as the writer's latest. */
function setsSomething(before: unknown, after: unknown): boolean {
  if (before === after) return false;
  if (isObject(before) && isObject(after)) {
    for (const name in after) if (setsSomething(before[name], after[name])) return true;
    return false;
  }
  if (!isList(before) || !isList(after)) return after !== undefined && !equal(before, after);
  const [named, later] = [itemsByName(before), itemsByName(after)];
  if (named && later) for (const [name, item] of later) if (setsSomething(named.get(name), item)) return true;
  return false;
}

/** All but what the server keeps. */
function sameMetadata(before: unknown, middle: unknown, after: unknown): boolean {
  if (!isObject(before) || !isObject(middle) || !isObject(after)) return false;
  if (before === middle && middle === after) return true;
  for (const field in after) if (!isKept(field) && (!equal(before[field], after[field]) || !equal(middle[field], after[field]))) return false;
  for (const field in middle) if (!isKept(field) && after[field] === undefined) return false;
  for (const field in before) if (!isKept(field) && after[field] === undefined) return false;
  return true;
}

const isKept = (field: string): boolean => field === 'resourceVersion' || field === 'generation';

/** Whether somewhere in a value there is again what was there before the first change. */
function takesBack(before: unknown, middle: unknown, after: unknown): boolean {
  if (before === middle || before === undefined) return false;   // nothing was changed; or nothing was there, and what is added is the writer's either way
  if (before === after) return true;
  if (isObject(before) && isObject(middle) && isObject(after)) {
    for (const name in before) if (takesBack(before[name], middle[name], after[name])) return true;
    return emptied(before, after);
  }
  if (isList(before) && isList(middle) && isList(after)) return listTakesBack(before, middle, after);
  // One of them is of another form: only if nothing of what was before is there is it sure that nothing came back.
  return isLeaf(before) && isLeaf(after) ? false : !isLeaf(before) && !isLeaf(after);
}

/** Items are told apart by what names them. Where something does not, nothing can be said. */
function listTakesBack(before: readonly unknown[], middle: readonly unknown[], after: readonly unknown[]): boolean {
  if (before.length === 0) return after.length === 0;
  const [named, between, later] = [itemsByName(before), itemsByName(middle), itemsByName(after)];
  if (!named || !between || !later) return true;
  for (const [name, item] of named) if (takesBack(item, between.get(name), later.get(name))) return true;
  return false;
}

/** Undefined when two have one name, or one has none. */
function itemsByName(items: readonly unknown[]): ReadonlyMap<unknown, unknown> | undefined {
  const named = new Map<unknown, unknown>();
  for (const item of items) {
    const name = isObject(item) ? item['type'] ?? item['name'] ?? item['ip'] : undefined;
    if (typeof name !== 'string' || named.has(name)) return undefined;
    named.set(name, item);
  }
  return named;
}

const emptied = (before: JsonObject, after: JsonObject): boolean => Object.keys(before).length === 0 && Object.keys(after).length === 0;
const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null;
