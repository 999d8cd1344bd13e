import { isObject, type JsonObject } from '../../lib/json';
import type { JSONSchemaProps } from '../../schema/types';

/** The schema of a custom resource or of a part of it, as its definition has it. */
export type JsonSchema = JSONSchemaProps;

const schemaIn = (value: unknown): JsonSchema | undefined => (isObject(value) ? value : undefined);

/** The schema of a list's items. */
export const itemsOf = ({ items }: JsonSchema): JsonSchema | undefined => schemaIn(items);
/** The schema of a map's values. */
export const valuesOf = ({ additionalProperties }: JsonSchema): JsonSchema | undefined => schemaIn(additionalProperties);
/** The schema of a field that is named. */
export const propertyOf = ({ properties }: JsonSchema, name: string): JsonSchema | undefined =>
  (properties && Object.hasOwn(properties, name) ? properties[name] : undefined);
/** The schema of what stands under `name`: a field's own, or that of a map's values. */
export const childOf = (schema: JsonSchema, name: string): JsonSchema | undefined => propertyOf(schema, name) ?? valuesOf(schema);

export const preservesUnknown = (schema: JsonSchema): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true;
export const isEmbedded = (schema: JsonSchema): boolean => schema['x-kubernetes-embedded-resource'] === true;
export const isIntOrString = (schema: JsonSchema): boolean => schema['x-kubernetes-int-or-string'] === true;
/** Null where the schema allows none: it counts as not given. */
export const isForbiddenNull = (value: unknown, schema: JsonSchema | undefined): boolean => value === null && schema !== undefined && schema.nullable !== true;

/** What every object has beside its schema. */
export const objectFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** The same list where nothing differs, so that unchanged parts keep their identity. */
export function mappedList(list: readonly unknown[], change: (item: unknown, at: number) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const next = change(list[at], at);
    if (!Object.is(next, list[at])) (copy ??= [...list])[at] = next;
  }
  return copy ?? list;
}

/** Visits a schema and all schemas below it, value validations included. True as soon as `test` is. */
export function someSchema(schema: JsonSchema | undefined, test: (schema: JsonSchema) => boolean): boolean {
  if (!schema) return false;
  return test(schema) || below(schema).some((each) => someSchema(each, test));
}

function below(schema: JsonSchema): readonly (JsonSchema | undefined)[] {
  const { properties = {}, allOf = [], anyOf = [], oneOf = [], not } = schema;
  return [itemsOf(schema), ...allOf, ...anyOf, ...oneOf, not, ...Object.values(properties), valuesOf(schema)];
}

export type { JsonObject };
