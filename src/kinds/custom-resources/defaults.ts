import { Draft, isList, isObject, type JsonObject } from '../../lib/json';
import { isForbiddenNull, itemsOf, mappedList, propertyOf, valuesOf, type JsonSchema } from './schema';

/** Fills in the defaults of the schema, deep, also below values that were defaulted. An object that lacks none is given back as it is. */
export function withDefaults(object: JsonObject, schema: JsonSchema): JsonObject {
  const value = hasDefaults(schema) ? defaulted(object, schema) : object;
  return isObject(value) ? value : object;
}

function defaulted(value: unknown, schema: JsonSchema | undefined): unknown {
  if (!schema || !hasDefaults(schema)) return value;
  if (isList(value)) {
    const items = itemsOf(schema);
    return mappedList(value, (item) => defaulted(orDefault(item, items), items));
  }
  if (!isObject(value)) return value;
  const draft = new Draft(value);
  const { properties = {} } = schema;
  for (const name in properties) {
    const property = properties[name];
    if (property?.default !== undefined && (!draft.has(name) || isForbiddenNull(draft.get(name), property))) draft.set(name, property.default);
  }
  for (const name in draft.value) {
    const property = propertyOf(schema, name);
    const child = property ?? valuesOf(schema);
    draft.set(name, defaulted(property ? draft.get(name) : orDefault(draft.get(name), child), child));
  }
  return draft.value;
}

const orDefault = (value: unknown, schema: JsonSchema | undefined): unknown =>
  (isForbiddenNull(value, schema) && schema?.default !== undefined ? schema.default : value);

const known = new WeakMap<JsonSchema, boolean>();

/** Whether there is a default in the schema or below it; asked of every part of every object. */
function hasDefaults(schema: JsonSchema): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const children = [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)];
  const has = children.some((child) => child !== undefined && (child.default !== undefined || hasDefaults(child)));
  known.set(schema, has);
  return has;
}
