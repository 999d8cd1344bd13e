import { noMergeFacts, type FieldMergeFacts, type MergeFacts } from '../lib/patches/merge-facts';
import schema from '../schema/data/kubernetes-1.36-schema.json';

type Node = {
  readonly $ref?: string; readonly items?: Node; readonly additionalProperties?: Node; readonly properties?: Readonly<Record<string, Node>>;
  readonly 'x-kubernetes-patch-strategy'?: string; readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
};
const { definitions } = schema as { readonly definitions: Readonly<Record<string, Node>> };
const byKind = new Map(Object.values(definitions).flatMap((node) => (node['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }) => [`${group ? `${group}/` : ''}${version} ${kind}`, node] as const)));

/** How objects of a kind merge, by the schema. */
export const mergeFactsOf = (apiVersion: string, kind: string): MergeFacts => factsOf(byKind.get(`${apiVersion} ${kind}`));

const resolved = (node: Node | undefined): Node | undefined => (node?.$ref ? definitions[node.$ref.slice('#/definitions/'.length)] : node);

function factsOf(node: Node | undefined): MergeFacts {
  const target = resolved(node);
  if (!target) return noMergeFacts;
  return { field: (name) => fieldOf(target.properties?.[name] ?? target.additionalProperties) };
}

function fieldOf(field: Node | undefined): FieldMergeFacts | undefined {
  if (!field) return undefined;
  const strategies = (field['x-kubernetes-patch-strategy'] ?? '').split(',');
  const mergeKey = field['x-kubernetes-patch-merge-key'];
  return {
    merge: strategies.includes('merge'), replace: strategies.includes('replace'), retainKeys: strategies.includes('retainKeys'),
    ...(mergeKey && { mergeKey }), facts: factsOf(field.items ?? field),
  };
}
