import type { JSONSchema, SchemasSettings } from 'monaco-yaml';
import type { Descriptions } from '../../../src/schema/explain';
import { shortName, type GroupVersionKind } from '../../../src/schema/facts';
import { jsonSchemaOf, type JsonSchema } from '../../../src/schema/json-schema';
import type { Resources } from '../../../src/kubectl/resources';

/** What each document of the text says it is; undefined where it says nothing known. */
export type DocumentKinds = readonly (GroupVersionKind | undefined)[];

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

/** A document that has not said what it is: any kind there is. */
const anyKind = ({ all }: Resources): JsonSchema => ({
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', enum: unique(all.map(({ apiVersion }) => apiVersion)), description: 'The group and version of the kind.' },
    kind: { type: 'string', enum: unique(all.map(({ kind }) => kind)), description: 'What this object is.' },
    metadata: { type: 'object', description: 'Its name, namespace, labels and annotations.' },
  },
});

/** Reads the kinds line by line: a text that is being written is seldom whole YAML. */
export function kindsIn(text: string, resources: Resources): DocumentKinds {
  const documents = text.split(/^---.*$/m);
  const first = documents[0]?.replace(/^\s*(#.*)?$/gm, '').trim();
  return (first === '' && documents.length > 1 ? documents.slice(1) : documents).map((document) => {
    const apiVersion = /^apiVersion:\s*["']?([\w./-]+)/m.exec(document)?.[1];
    const kind = /^kind:\s*["']?(\w+)/m.exec(document)?.[1];
    const row = resources.ofKind(apiVersion ?? '', kind ?? '');
    return row && { group: row.group, version: row.version, kind: row.kind };
  });
}

/** What schemas of custom resources go by. */
export const kindKey = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;

/** The schema of a text with these documents: each of them is one of these kinds, told apart by what it says of itself. */
export function manifestSchema(kinds: DocumentKinds, descriptions: Descriptions, resources: Resources, custom: ReadonlyMap<string, JsonSchema>): SchemasSettings {
  const definitions: Record<string, JsonSchema & { title: string }> = {};
  const anyOf = [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()].map((kind) => {
    const schema = kind && (jsonSchemaOf(kind, descriptions) ?? custom.get(kindKey(kind)));
    if (!schema) return kind ? { type: 'object', properties: { apiVersion: {}, kind: {} } } : anyKind(resources);
    const { definitions: own = {}, ...rest } = schema;
    for (const [name, definition] of Object.entries(own)) definitions[name] = { ...definition, title: shortName(name) };
    return rest;
  });
  const schema: unknown = { definitions, anyOf };
  return { uri: 'https://podarium.invalid/manifest.json', fileMatch: ['**/*.yaml'], schema: schema as JSONSchema };   // ours is read-only, theirs is not
}
