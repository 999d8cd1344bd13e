import type { FieldMergeFacts, MergeFacts } from '../lib/patches/merge-facts';
import data from './data/kubernetes-1.36-schema.json';

/** One piece of the OpenAPI v2 document, structure only. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
};
export type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };

/** All definitions of Kubernetes 1.36 by their full name (`io.k8s.api.core.v1.Pod`). */
export const { definitions } = data as { readonly definitions: Readonly<Record<string, Schema>> };

const kindText = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;
const byKind = new Map<string, string>();
for (const [name, schema] of Object.entries(definitions)) {
  for (const kind of schema['x-kubernetes-group-version-kind'] ?? []) byKind.set(kindText(kind), name);
}

/** The name of the definition that describes a kind; undefined for kinds that are not built in. */
export const definitionOf = (kind: GroupVersionKind): string | undefined => byKind.get(kindText(kind));

const prefix = '#/definitions/';
/** The definition that a `$ref` points at. */
export const referenced = ({ $ref }: Pick<Schema, '$ref'>): string | undefined => $ref?.slice(prefix.length);

/** The schema itself, or the one it refers to. @throws Error for a reference into the void. */
export function resolved(schema: Schema): Schema {
  const name = referenced(schema);
  if (name === undefined) return schema;
  const found = definitions[name];
  if (!found) throw new Error(`no definition ${name}`);
  return found;
}

/** `Pod` of `io.k8s.api.core.v1.Pod`. */
export const shortName = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

const knownMergeFacts = new Map<Schema, MergeFacts>();

/** How values of a definition merge in a strategic merge patch. */
export const mergeFactsOf = (definition: string): MergeFacts => mergeFacts(definitions[definition] ?? {});

function mergeFacts(schema: Schema): MergeFacts {
  const target = resolved(schema);
  const known = knownMergeFacts.get(target);
  if (known) return known;
  const fields = new Map<string, FieldMergeFacts | undefined>();
  const made: MergeFacts = {
    field: (name) => {
      if (!fields.has(name)) fields.set(name, fieldMergeFacts(target, name));
      return fields.get(name);
    },
  };
  knownMergeFacts.set(target, made);
  return made;
}

function fieldMergeFacts(parent: Schema, name: string): FieldMergeFacts | undefined {
  const schema = Object.hasOwn(parent.properties ?? {}, name) ? parent.properties?.[name] : parent.additionalProperties;
  if (!schema) return undefined;
  const strategies = schema['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  const target = resolved(schema);
  return {
    ...(strategies.includes('merge') && { merge: true }), ...(strategies.includes('replace') && { replace: true }), ...(strategies.includes('retainKeys') && { retainKeys: true }),
    ...(mergeKey !== undefined && { mergeKey }), facts: mergeFacts(target.items ?? target),
  };
}
