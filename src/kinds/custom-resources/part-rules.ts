import { duplicate, invalidValue, required, type FieldError } from '../../api/status';
import { isDNS1035Label, isPathSegmentName } from '../../lib/names';
import { isList, isObject, type JsonObject } from '../../lib/json';
import type { ObjectMeta } from '../../schema/types';
import { labelsRules, annotationsRules } from '../object-meta';
import { childOf, isEmbedded, itemsOf, propertyOf, type JsonSchema } from './schema';
import { mapKey } from './value-rules';

type Errors = Iterable<FieldError>;

/** Lists whose items must differ: sets as a whole, maps by their keys. */
export function* listRules(value: unknown, schema: JsonSchema | undefined, path = ''): Errors {
  if (!schema) return;
  if (isList(value)) {
    const items = itemsOf(schema);
    yield* uniqueItems(value, schema, path);
    for (const [at, item] of value.entries()) yield* listRules(item, items, `${path}[${at}]`);
  } else if (isObject(value)) {
    for (const name in value) {
      const at = propertyOf(schema, name) ? (path ? `${path}.${name}` : name) : `${path}[${name}]`;
      yield* listRules(value[name], childOf(schema, name), at);
    }
  }
}

function* uniqueItems(list: readonly unknown[], schema: JsonSchema, path: string): Errors {
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (type !== 'set' && type !== 'map') return;
  const items = itemsOf(schema);
  const seen = new Set<string>();
  for (const [at, item] of list.entries()) {
    const identity = type === 'set' ? canonical(item) : mapKey(item, keys, items);
    if (seen.has(identity)) yield duplicate(`${path}[${at}]`, type === 'set' ? item : keysOf(item, keys));
    seen.add(identity);
  }
}

const canonical = (value: unknown): string => {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
};

const keysOf = (item: unknown, keys: readonly string[]): JsonObject =>
  (isObject(item) ? Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]])) : {});

/** Objects inside an object: they say what they are, and their metadata is metadata. */
export function* embeddedRules(value: unknown, schema: JsonSchema | undefined, path = '', isRoot = true): Errors {
  if (!schema) return;
  if (isObject(value)) {
    if (isEmbedded(schema) && !isRoot) yield* resourceRules(value, path);
    for (const name in value) yield* embeddedRules(value[name], childOf(schema, name), path ? `${path}.${name}` : name, false);
  } else if (isList(value)) {
    for (const [at, item] of value.entries()) yield* embeddedRules(item, itemsOf(schema), `${path}[${at}]`, false);
  }
}

function* resourceRules(value: JsonObject, path: string): Errors {
  for (const name of ['apiVersion', 'kind']) if (!Object.hasOwn(value, name)) yield required(`${path}.${name}`, 'must not be empty');
  const { apiVersion, kind, metadata } = value;
  if (apiVersion !== undefined) {
    if (typeof apiVersion !== 'string') yield invalidValue(`${path}.apiVersion`, apiVersion, 'must be a string');
    else if (apiVersion.split('/').length > 2) yield invalidValue(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
    else if (apiVersion === '') yield required(`${path}.apiVersion`, 'must not be empty');
  }
  if (kind !== undefined) {
    if (typeof kind !== 'string') yield invalidValue(`${path}.kind`, kind, 'must be a string');
    else if (kind === '') yield required(`${path}.kind`, 'must not be empty');
    else {
      const wrong = isDNS1035Label(kind.toLowerCase());
      if (wrong.length > 0) yield invalidValue(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
    }
  }
  if (isObject(metadata)) yield* embeddedMetadata(metadata, `${path}.metadata`);
}

function* embeddedMetadata({ name, labels, annotations }: Partial<ObjectMeta>, path: string): Errors {
  if (typeof name === 'string') for (const message of isPathSegmentName(name)) yield invalidValue(`${path}.name`, name, message);
  yield* labelsRules(labels, `${path}.labels`);
  yield* annotationsRules(annotations, `${path}.annotations`);
}
