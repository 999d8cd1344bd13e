import { equal } from '../equality';
import { formatGo, goType } from '../go-format';
import { Draft, isList, isObject, sameList, type JsonObject } from '../json';
import { deletePrefix, directive, noMergeFacts, orderPrefix, parallelField, retainKeys, type FieldMergeFacts, type MergeFacts } from './merge-facts';
import { arrange, holdObjects, isDeletion, listOrThrow, mergeValue, objectOrThrow, withoutMergeKey } from './merge-lists';
import { PatchError } from './patch-error';

/**
 * Applies a strategic merge patch as the API server does: lists merge by their merge key where the facts say so, and the directives
 * `$patch`, `$retainKeys`, `$setElementOrder/x` and `$deleteFromPrimitiveList/x` are obeyed. What does not change keeps its identity.
 * @throws PatchError with the server's text and code.
 */
export function applyStrategicMergePatch(document: JsonObject, patch: unknown, facts: MergeFacts): JsonObject {
  if (!isObject(patch)) throw new PatchError(400, `json: cannot unmarshal ${jsonName(patch)} into Go value of type map[string]interface {}`);
  return mergeObjects(document, patch, facts, 'apply');
}

const jsonName = (value: unknown): string => (isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

/** `apply` obeys the directives; `combine` puts two patches together and keeps them. */
export type MergeMode = 'apply' | 'combine';

export function mergeObjects(original: JsonObject, patch: JsonObject, facts: MergeFacts, mode: MergeMode): JsonObject {
  if (Object.hasOwn(patch, directive)) return directed(patch, mode);
  const result = new Draft(original);
  retain(result, patch, mode);
  const done = reorder(result, patch, facts, mode);
  for (const [key, value] of Object.entries(patch)) {
    if (key === retainKeys || key.startsWith(orderPrefix) || done.has(key)) continue;
    if (key.startsWith(deletePrefix)) {
      if (mode === 'combine') result.set(key, value);
      else removeScalars(result, fieldOf(key, deletePrefix), value);
    } else {
      mergeField(result, key, value, facts.field(key), mode);
    }
  }
  return result.value;
}

/** A whole object under `$patch`. */
function directed(patch: JsonObject, mode: MergeMode): JsonObject {
  const { [directive]: word, ...rest } = patch;
  if (word === 'replace') return mode === 'apply' ? withoutNulls(rest) : rest;
  if (word === 'delete') return {};
  throw unknownDirective(patch);
}

const unknownDirective = (patch: JsonObject): PatchError => new PatchError(500, `unknown patch type: ${formatGo(patch[directive])} in map: ${formatGo(patch)}`);

const badRetainKeys = (): PatchError => new PatchError(400, 'invalid patch format of retainKeys');

/** `$retainKeys` names all fields that stay; each field the patch sets must be among them. */
function retain(result: Draft, patch: JsonObject, mode: MergeMode): void {
  if (!Object.hasOwn(patch, retainKeys)) return;
  const keys = patch[retainKeys];
  if (mode === 'combine') {
    const own = result.get(retainKeys);
    if (own !== undefined && !equal(own, keys)) {
      throw new PatchError(500, `${formatGo(own)} and ${formatGo(keys)} are not deep equal: this may happen when calculating the 3-way diff patch`);
    }
    result.set(retainKeys, keys);
    return;
  }
  if (!isList(keys)) throw badRetainKeys();
  const kept = new Set(keys);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key === retainKeys || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)) continue;
    if (!kept.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(result.value)) if (!kept.has(key)) result.delete(key);
}

const badOrder = (): PatchError => new PatchError(400, 'invalid patch format of setElementOrder list');

function fieldOf(key: string, prefix: string): string {
  const field = parallelField(key, prefix);
  if (field !== undefined) return field;
  throw prefix === orderPrefix ? badOrder() : new PatchError(400, 'invalid patch format of primitive list');
}

/** Obeys each `$setElementOrder/x` together with the patch's own `x`; the fields so done are not merged again. */
function reorder(result: Draft, patch: JsonObject, facts: MergeFacts, mode: MergeMode): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    if (mode === 'combine') {
      if (result.has(key) && !equal(result.get(key), value)) throw badOrder();
      result.set(key, value);
    }
    const order = listOrThrow(value);
    const field = fieldOf(key, orderPrefix);
    const live = result.has(field) ? listOrThrow(result.get(field)) : undefined;
    const change = Object.hasOwn(patch, field) ? listOrThrow(patch[field]) : undefined;
    const known = facts.field(field);
    checkOrder(change ?? [], order, known?.mergeKey);
    if (!live && !change) continue;
    const merged = live && change ? mergeLists(live, change, known, mode) : (live ?? cleanItems(change ?? [], mode));
    holdObjects(live ?? [], change ?? []);
    const arranged = arrange(merged, order, live ?? [], known?.mergeKey);
    result.set(field, live ? sameList(live, arranged) : arranged);
    done.add(field);
  }
  return done;
}

/** The items of the patch must all be in the order list, in that order; deletions need not. @throws PatchError */
function checkOrder(change: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  if (order.length === 0 || change.length === 0) return;
  const wanted = mergeKey === undefined ? change : change.filter((item) => !isDeletion(objectOrThrow(item)));
  let at = 0;
  let place = 0;
  for (; at < wanted.length && place < order.length;) {
    const item = wanted[at];
    if (isObject(item) && Object.hasOwn(item, directive)) { at++; continue; }
    const same = mergeKey === undefined ? item === order[place] : mergeValue(item, mergeKey) === mergeValue(order[place], mergeKey);
    if (same) at++;
    place++;
  }
  if (at < wanted.length) throw new PatchError(500, `The order in patch list:\n${formatGo(change)}\n doesn't match ${orderPrefix} list:\n${formatGo(order)}\n`);
}

function removeScalars(result: Draft, field: string, value: unknown): void {
  const current = result.get(field);
  if (!isList(current) || !isList(value)) return;
  const gone = new Set(value);
  result.set(field, sameList(current, current.filter((item) => !gone.has(item))));
}

function mergeField(result: Draft, key: string, value: unknown, known: FieldMergeFacts | undefined, mode: MergeMode): void {
  if (value === null) {
    result.delete(key);
    if (mode === 'combine') result.set(key, null);
    return;
  }
  const current = result.get(key);
  if (!result.has(key) || goType(current) !== goType(value)) {
    const clean = mode === 'apply' ? cleaned(value) : value;
    if (clean === undefined) result.delete(key);
    else result.set(key, clean);
  } else if (isObject(current) && isObject(value)) {
    result.set(key, known?.replace ? value : mergeObjects(current, value, known?.facts ?? noMergeFacts, mode));
  } else if (isList(current) && isList(value)) {
    const merged = known?.merge ? mergeLists(current, value, known, mode) : cleanItems(value, mode);
    result.set(key, equal(current, merged) ? current : sameList(current, merged));
  } else {
    result.set(key, value);
  }
}

function mergeLists(original: readonly unknown[], patch: readonly unknown[], known: FieldMergeFacts | undefined, mode: MergeMode): readonly unknown[] {
  if (!known?.merge) return cleanItems(patch, mode);
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey, facts = noMergeFacts } = known;
  if (!holdObjects(original, patch)) return sameList(original, arrange([...new Set([...original, ...patch])], patch, original, undefined));
  if (mergeKey === undefined) throw new PatchError(500, 'cannot merge lists without merge key for type struct');
  const { live, changes } = obeyItems(original, patch, mergeKey, mode);
  const merged = [...live];
  for (const change of changes) {
    const wanted = mergeValue(change, mergeKey);
    const at = merged.findIndex((item) => objectOrThrow(item)[mergeKey] === wanted);
    const found = at < 0 ? undefined : merged[at];
    if (isObject(found)) merged[at] = mergeObjects(found, change, facts, mode);
    else merged.push(mode === 'apply' ? cleaned(change) : change);
  }
  return sameList(original, arrange(merged, changes, live, mergeKey));
}

type Obeyed = { readonly live: readonly unknown[]; readonly changes: readonly JsonObject[] };

/** Takes the items with `$patch` out of the patch and does what they say. */
function obeyItems(original: readonly unknown[], patch: readonly unknown[], mergeKey: string, mode: MergeMode): Obeyed {
  let live = original;
  let replaced = false;
  const changes: JsonObject[] = [];
  for (const item of patch.map(objectOrThrow)) {
    const word = item[directive];
    if (!Object.hasOwn(item, directive)) changes.push(item);
    else if (word === 'replace') replaced = true;
    else if (word === 'merge') throw new PatchError(500, 'merging lists cannot yet be specified in the patch');
    else if (word !== 'delete') throw unknownDirective(item);
    else if (!Object.hasOwn(item, mergeKey)) throw withoutMergeKey(item, mergeKey);
    else live = live.filter((other) => objectOrThrow(other)[mergeKey] !== item[mergeKey]);
  }
  return replaced ? { live: cleanItems(changes, mode), changes: [] } : { live, changes };
}

const cleanItems = (items: readonly unknown[], mode: MergeMode): readonly unknown[] =>
  mode === 'apply' ? items.map(cleaned).filter((item) => item !== undefined) : items;

/** A value that is new to the object: without nulls and directives. Undefined when it was but a directive. */
function cleaned(value: unknown): unknown {
  if (isList(value)) return sameList(value, value.map(cleaned).filter((item) => item !== undefined));
  if (!isObject(value)) return value;
  return Object.hasOwn(value, directive) ? undefined : withoutNulls(value);
}

function withoutNulls(object: JsonObject): JsonObject {
  const result = new Draft(object);
  for (const [key, value] of Object.entries(object)) {
    const clean = value === null || key === retainKeys || key.startsWith(orderPrefix) || key.startsWith(deletePrefix) ? undefined : cleaned(value);
    if (clean === undefined) result.delete(key);
    else result.set(key, clean);
  }
  return result.value;
}
