import { byText, Draft, isList, isObject, type JsonObject } from '../../lib/json';
import { childOf, isEmbedded, isForbiddenNull, itemsOf, mappedList, objectFields, preservesUnknown, propertyOf, valuesOf, type JsonSchema } from './schema';

/** An object without what its schema does not know, and where that was, in order: `spec.items[0].x`. */
export type Pruned = { readonly value: JsonObject; readonly unknown: readonly string[] };

/**
 * Drops the fields that the schema of a custom resource does not name. Below a schema that preserves unknown fields only what is named is looked into.
 * Without a schema nothing but apiVersion, kind and metadata stays. What needs no pruning is given back as it is.
 */
export function prune(object: JsonObject, schema: JsonSchema | undefined): Pruned {
  const unknown: string[] = [];
  const value = pruned(object, schema, true, '', unknown);
  return { value: isObject(value) ? value : {}, unknown: unknown.sort(byText) };
}

function pruned(value: unknown, schema: JsonSchema | undefined, isRoot: boolean, path: string, unknown: string[]): unknown {
  if (schema && preservesUnknown(schema)) return withinPreserved(value, schema, isRoot, path, unknown);
  if (isList(value)) return mappedList(value, (item, at) => prunedValue(item, schema && itemsOf(schema), `${path}[${at}]`, unknown));
  return isObject(value) ? prunedFields(value, schema, isRoot, path, unknown) : value;
}

/** Embedded resources are roots of their own. */
const prunedValue = (value: unknown, schema: JsonSchema | undefined, path: string, unknown: string[]): unknown =>
  pruned(value, schema, schema !== undefined && isEmbedded(schema), path, unknown);

function prunedFields(value: JsonObject, schema: JsonSchema | undefined, isRoot: boolean, path: string, unknown: string[]): JsonObject {
  const draft = new Draft(value);
  const takesAny = schema?.additionalProperties === true;   // of what stands there nothing is known, so that only scalars stay whole
  for (const name in value) {
    if (isRoot && objectFields.has(name)) continue;
    const at = path ? `${path}.${name}` : name;
    const child = schema && childOf(schema, name);
    if (child || takesAny) draft.set(name, prunedValue(value[name], child, at, unknown));
    else { unknown.push(at); draft.delete(name); }
  }
  return draft.value;
}

function withinPreserved(value: unknown, schema: JsonSchema, isRoot: boolean, path: string, unknown: string[]): unknown {
  if (isList(value)) {
    const items = itemsOf(schema);
    return items ? mappedList(value, (item, at) => prunedValue(item, items, `${path}[${at}]`, unknown)) : value;
  }
  if (!isObject(value)) return value;
  const draft = new Draft(value);
  for (const name in value) {
    const child = isRoot && objectFields.has(name) ? undefined : childOf(schema, name);
    if (child) draft.set(name, prunedValue(value[name], child, path ? `${path}.${name}` : name, unknown));
  }
  return draft.value;
}

/** Drops nulls where the schema allows none and has no default that would take their place. */
export function withoutForbiddenNulls(value: unknown, schema: JsonSchema | undefined): unknown {
  if (!schema) return value;
  if (isList(value)) {
    const items = itemsOf(schema);
    return items ? mappedList(value, (item) => withoutForbiddenNulls(item, items)) : value;
  }
  if (!isObject(value)) return value;
  const draft = new Draft(value);
  for (const name in value) {
    const property = propertyOf(schema, name);
    const child = property ?? valuesOf(schema);
    if (!isForbiddenNull(value[name], child)) draft.set(name, withoutForbiddenNulls(value[name], child));
    else if (property?.default === undefined) draft.delete(name);
  }
  return draft.value;
}
