import { Draft, isList, isObject, type JsonObject } from '../../lib/json';
import { decode, type Decoded } from '../../schema/decode';
import { prune, withoutForbiddenNulls } from './prune';
import { childOf, isEmbedded, itemsOf, mappedList, type JsonSchema } from './schema';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * A body as an object of the schema: unknown fields gone (and named in `problems`), nulls that mean nothing gone, metadata decoded, here and in embedded
 * resources. Without a schema only metadata and type stay. @throws DecodeError for metadata of the wrong types.
 */
export function coerced(body: JsonObject, schema: JsonSchema | undefined): Decoded {
  const { value: whole, problems } = withMetadata(body, '');
  const { value, unknown } = prune(whole, schema);
  const embedded: string[] = [];
  const complete = withEmbedded(withoutForbiddenNulls(value, schema), schema, '', true, embedded);
  return { value: isObject(complete) ? complete : value, problems: [...problems, ...unknown.map(unknownField), ...embedded] };
}

const unknownField = (path: string): string => `unknown field "${path}"`;

/** Decodes the metadata of a resource; `at` is where the resource stands. */
export function withMetadata(resource: JsonObject, at: string): Decoded {
  const { metadata } = resource;
  if (metadata === undefined || metadata === null) return { value: resource, problems: [] };
  const { value, problems } = decode(objectMeta, metadata);
  const path = at ? `${at}.metadata` : 'metadata';
  return { value: value === metadata ? resource : { ...resource, metadata: value }, problems: problems.map((problem) => problem.replace('"', `"${path}.`)) };
}

function withEmbedded(value: unknown, schema: JsonSchema | undefined, path: string, isRoot: boolean, problems: string[]): unknown {
  if (!schema) return value;
  if (isList(value)) {
    const items = itemsOf(schema);
    return mappedList(value, (item, at) => withEmbedded(item, items, `${path}[${at}]`, false, problems));
  }
  if (!isObject(value)) return value;
  const draft = new Draft(value);
  for (const name in value) draft.set(name, withEmbedded(value[name], childOf(schema, name), path ? `${path}.${name}` : name, false, problems));
  if (isRoot || !isEmbedded(schema)) return draft.value;
  const decoded = withMetadata(draft.value, path);
  problems.push(...decoded.problems);
  return decoded.value;
}
