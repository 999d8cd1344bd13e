import { equal } from '../equality';
import { formatGo, goType } from '../go-format';
import { byText, isList, isObject, type JsonObject } from '../json';
import { deletePrefix, directive, noMergeFacts, orderPrefix, retainKeys, type FieldMergeFacts, type MergeFacts } from './merge-facts';
import { holdObjects, inOrder, mergeValue, objectOrThrow } from './merge-lists';
import { mergeObjects } from './strategic-merge-patch';

/** Which half of a difference is wanted. */
type Wanted = { readonly changes: boolean; readonly deletions: boolean };

/** The strategic merge patch that turns `original` into `modified`: what `kubectl edit` sends. @throws PatchError */
export const createTwoWayMergePatch = (original: JsonObject, modified: JsonObject, facts: MergeFacts): JsonObject =>
  diffObjects(original, modified, facts, { changes: true, deletions: true }, false);

/**
 * What `kubectl apply` sends: all that differs between `current` and `modified`, and the removal of what `original` (last applied) had
 * and `modified` has no more. What others added to `current` stays. An empty patch means nothing to do.
 * @throws PatchError
 */
export function createThreeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject, facts: MergeFacts): JsonObject {
  const changes = diffObjects(current, modified, facts, { changes: true, deletions: false }, false);
  const deletions = diffObjects(original, modified, facts, { changes: false, deletions: true }, false);
  return mergeObjects(deletions, changes, facts, 'combine');
}

function diffObjects(original: JsonObject, modified: JsonObject, facts: MergeFacts, wanted: Wanted, retains: boolean): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (before === value) continue;
    if (before !== undefined && goType(before) === goType(value)) diffValues(patch, key, before, value, facts.field(key), wanted);
    else if (wanted.changes) patch[key] = value;
  }
  const missing = Object.keys(original).filter((key) => !Object.hasOwn(modified, key));
  if (wanted.deletions) for (const key of missing) patch[key] = null;
  if (!retains || (Object.keys(patch).length === 0 && missing.every((key) => original[key] === null))) return patch;
  const kept = Object.keys(modified).filter((key) => modified[key] !== null);
  if (kept.length > 0) patch[retainKeys] = kept.sort(byText);
  return patch;
}

function diffValues(patch: Record<string, unknown>, key: string, before: unknown, value: unknown, known: FieldMergeFacts | undefined, wanted: Wanted): void {
  if (isObject(before) && isObject(value) && !known?.replace) {
    const inner = diffObjects(before, value, known?.facts ?? noMergeFacts, wanted, known?.retainKeys ?? false);
    if (Object.keys(inner).length > 0) patch[key] = inner;
  } else if (isList(before) && isList(value) && known?.merge) {
    diffLists(patch, key, before, value, known, wanted);
  } else if (wanted.changes && !equal(before, value)) {
    patch[key] = value;
  }
}

function diffLists(patch: Record<string, unknown>, key: string, before: readonly unknown[], value: readonly unknown[], known: FieldMergeFacts, wanted: Wanted): void {
  if (before.length === 0) {
    if (value.length > 0 && wanted.changes) patch[key] = value;
    return;
  }
  const { mergeKey } = known;
  const objects = holdObjects(before, value) && mergeKey !== undefined;
  const { changes, order } = objects ? diffObjectLists(before, value, mergeKey, known, wanted) : diffScalarLists(patch, key, before, value, wanted);
  if (changes.length > 0) patch[key] = changes;
  if (order.length > 0) patch[`${orderPrefix}/${key}`] = order;
}

type ListDifference = { readonly changes: readonly unknown[]; readonly order: readonly unknown[] };

function diffObjectLists(before: readonly unknown[], value: readonly unknown[], mergeKey: string, known: FieldMergeFacts, wanted: Wanted): ListDifference {
  const text = (item: unknown): string => formatGo(mergeValue(item, mergeKey));
  const old = new Map(before.map((item) => [text(item), objectOrThrow(item)]));
  const now = new Map(value.map((item) => [text(item), objectOrThrow(item)]));
  const changes: JsonObject[] = [];
  for (const [name, item] of now) {
    const previous = old.get(name);
    if (!previous) {
      if (wanted.changes) changes.push(item);
      continue;
    }
    const inner = diffObjects(previous, item, known.facts ?? noMergeFacts, wanted, known.retainKeys ?? false);
    if (Object.keys(inner).length > 0) changes.push({ ...inner, [mergeKey]: item[mergeKey] });
  }
  const gone = wanted.deletions ? [...old].filter(([name]) => !now.has(name)).sort(([a], [b]) => byText(a, b)) : [];
  const all = [...inOrder(changes, value, mergeKey), ...gone.map(([, item]) => ({ [directive]: 'delete', [mergeKey]: item[mergeKey] }))];
  const sameOrder = before.length === value.length && value.every((item, at) => mergeValue(item, mergeKey) === mergeValue(before[at], mergeKey));
  const ordered = all.length > 0 || (wanted.changes && !sameOrder);
  return { changes: all, order: ordered ? value.map((item) => ({ [mergeKey]: mergeValue(item, mergeKey) })) : [] };
}

function diffScalarLists(patch: Record<string, unknown>, key: string, before: readonly unknown[], value: readonly unknown[], wanted: Wanted): ListDifference {
  const old = new Set(before);
  const now = new Set(value);
  const gone = wanted.deletions ? [...old].filter((item) => !now.has(item)).sort((a, b) => byText(String(a), String(b))) : [];
  if (gone.length > 0) patch[`${deletePrefix}/${key}`] = gone;
  const changes = wanted.changes ? [...now].filter((item) => !old.has(item)) : [];
  return { changes, order: gone.length > 0 || (wanted.changes && !equal(before, value)) ? value : [] };
}
