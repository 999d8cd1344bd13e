import type { JSONSchema, SchemasSettings } from 'monaco-yaml';
import type { Descriptions } from '../../../src/schema/explain';
import { shortName, type GroupVersionKind } from '../../../src/schema/facts';
import { jsonSchemaOf, type JsonSchema } from '../../../src/schema/json-schema';
import { allResources } from '../../../src/schema/resources';

/** What each document of the text says it is; undefined where it says nothing known. */
export type DocumentKinds = readonly (GroupVersionKind | undefined)[];

const apiVersionOf = ({ group, version }: { readonly group: string; readonly version: string }): string => (group ? `${group}/${version}` : version);
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

/** A document that has not said what it is: any kind there is. */
const anyKind: JsonSchema = {
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', enum: unique(allResources.map(apiVersionOf)), description: 'The group and version of the kind.' },
    kind: { type: 'string', enum: unique(allResources.map(({ kind }) => kind)), description: 'What this object is.' },
    metadata: { type: 'object', description: 'Its name, namespace, labels and annotations.' },
  },
};

/** Reads the kinds line by line: a text that is being written is seldom whole YAML. */
export function kindsIn(text: string): DocumentKinds {
  const documents = text.split(/^---.*$/m);
  const first = documents[0]?.replace(/^\s*(#.*)?$/gm, '').trim();
  return (first === '' && documents.length > 1 ? documents.slice(1) : documents).map((document) => {
    const apiVersion = /^apiVersion:\s*["']?([\w./-]+)/m.exec(document)?.[1];
    const kind = /^kind:\s*["']?(\w+)/m.exec(document)?.[1];
    const row = allResources.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    return row && { group: row.group, version: row.version, kind: row.kind };
  });
}

/** The schema of a text with these documents: each of them is one of these kinds, told apart by what it says of itself. */
export function manifestSchema(kinds: DocumentKinds, descriptions: Descriptions): SchemasSettings {
  const definitions: Record<string, JsonSchema & { title: string }> = {};
  const anyOf = [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()].map((kind) => {
    const schema = kind && jsonSchemaOf(kind, descriptions);
    if (!schema) return anyKind;
    const { definitions: own = {}, ...rest } = schema;
    for (const [name, definition] of Object.entries(own)) definitions[name] = { ...definition, title: shortName(name) };
    return rest;
  });
  const schema: unknown = { definitions, anyOf };
  return { uri: 'https://podarium.invalid/manifest.json', fileMatch: ['**/*.yaml'], schema: schema as JSONSchema };   // ours is read-only, theirs is not
}
