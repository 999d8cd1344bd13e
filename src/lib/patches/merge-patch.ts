import { equal } from '../equality';
import { jsonKind } from '../go-format';
import { Draft, isObject, type JsonObject } from '../json';
import { PatchError } from './patch-error';

/**
 * JSON merge patch (RFC 7386): objects merge, null removes, all else replaces. Branches that do not change keep their identity.
 * @throws PatchError with the server's text when the patch is no object.
 */
export function applyMergePatch(document: JsonObject, patch: unknown): JsonObject {
  if (patch === null) throw new PatchError(400, 'Invalid JSON Patch');
  if (!isObject(patch)) throw new PatchError(400, `error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`);
  return merge(document, patch);
}

function merge(target: unknown, patch: JsonObject): JsonObject {
  const result = new Draft(isObject(target) ? target : {});
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (isObject(value)) result.set(key, merge(result.get(key), value));
    else if (!equal(result.get(key), value)) result.set(key, value);
  }
  return result.value;
}

/** The merge patch that turns `original` into `modified`. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (Object.is(before, value)) continue;
    if (isObject(before) && isObject(value)) {
      const inner = createMergePatch(before, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!equal(before, value)) {
      patch[key] = value;
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null;
  return patch;
}

/**
 * What `kubectl apply` sends for kinds it has no schema of: all that differs between `current` and `modified`, and the removal of what
 * `original` (last applied) had and `modified` has no more. What others added to `current` stays.
 */
export function createThreeWayJsonMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const additions = keepValues(createMergePatch(current, modified));
  const deletions = keepNulls(createMergePatch(original, modified));
  return mergePatches(deletions, additions);
}

function keepValues(patch: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) continue;
    if (!isObject(value)) { kept[key] = value; continue; }
    const inner = keepValues(value);
    // An object that is empty because it only removed things says nothing; one that was sent empty does.
    if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) kept[key] = inner;
  }
  return kept;
}

function keepNulls(patch: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) kept[key] = null;
    else if (isObject(value)) {
      const inner = keepNulls(value);
      if (Object.keys(inner).length > 0) kept[key] = inner;
    }
  }
  return kept;
}

/** Both patches as one; nulls stay. */
function mergePatches(first: JsonObject, second: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? mergePatches(before, value) : value;
  }
  return result;
}
