import type { JsonSchema } from '../../../src/schema/json-schema';
import { shortName } from '../../../src/schema/facts';
import { StatusError } from '../../../src/api/status';
import { isObject, type JsonObject } from '../../../src/lib/json';
import type { PageKind } from '../kinds';
import type { Door } from '../door';

const reference = '#/components/schemas/';

/** The schema of a custom resource as the server publishes it, complete with all it refers to. Undefined where it publishes none. */
export async function customSchema(door: Door, { group, version, kind, apiVersion }: PageKind): Promise<JsonSchema | undefined> {
  try {
    const { body } = await door.call({ verb: 'get', resource: '', path: `/openapi/v3/apis/${group}/${version}` });
    const document: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    const schemas = isObject(document) && isObject(document['components']) ? document['components']['schemas'] : undefined;
    return isObject(schemas) ? schemaOf(schemas, { group, version, kind }, apiVersion) : undefined;
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

function schemaOf(schemas: JsonObject, wanted: { readonly group: string; readonly version: string; readonly kind: string }, apiVersion: string): JsonSchema | undefined {
  const isIt = (schema: unknown): schema is JsonObject => isObject(schema) && listOf(schema['x-kubernetes-group-version-kind'])
    .some((each) => isObject(each) && each['group'] === wanted.group && each['version'] === wanted.version && each['kind'] === wanted.kind);
  const [name, root] = Object.entries(schemas).find(([, schema]) => isIt(schema)) ?? [];
  if (name === undefined || !isObject(root)) return undefined;
  const properties = isObject(root['properties']) ? root['properties'] : {};
  const { [name]: _self, ...others } = schemas;
  return converted({
    ...root, type: 'object', additionalProperties: root['x-kubernetes-preserve-unknown-fields'] === true,
    properties: { ...properties, apiVersion: { type: 'string', const: apiVersion }, kind: { type: 'string', const: wanted.kind } }, required: ['apiVersion', 'kind'],
    definitions: Object.fromEntries(Object.entries(others).map(([each, schema]) => [each, isObject(schema) ? { ...schema, title: shortName(each) } : schema])),
  }) as JsonSchema;   // OpenAPI's schemas are JSON schemas but for where they refer to
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** References lead to `definitions`; an integer or a string is either. */
function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (!isObject(value)) return value;
  if (value['x-kubernetes-int-or-string'] === true) return { ...(typeof value['description'] === 'string' && { description: value['description'] }), type: ['integer', 'string'] };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) =>
    [key, key === '$ref' && typeof inner === 'string' ? inner.replace(reference, '#/definitions/') : converted(inner)]));
}
