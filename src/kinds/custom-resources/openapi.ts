import type { OpenApiOfKind, OpenApiSchema } from '../../schema/openapi';
import { referenceTo } from '../../schema/openapi';
import { isEmbedded, itemsOf, valuesOf, type JsonSchema } from './schema';

const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const listMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

const typeMeta = {
  apiVersion: {
    description: 'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, '
      + `and may reject unrecognized values. More info: ${conventions}#resources`,
    type: 'string',
  },
  kind: {
    description: 'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. '
      + `Cannot be updated. In CamelCase. More info: ${conventions}#types-kinds`,
    type: 'string',
  },
};
const metadata = { description: `Standard object's metadata. More info: ${conventions}#metadata`, allOf: [referenceTo(objectMeta)] };

type Published = {
  readonly group: string; readonly version: string; readonly kind: string; readonly listKind: string; readonly plural: string; readonly structural: JsonSchema | undefined;
};

/** The schemas that a version of a custom resource publishes: its own, with what every object has, and its list's. */
export function customOpenApi({ group, version, kind, listKind, plural, structural }: Published): OpenApiOfKind {
  const definition = [...group.split('.').reverse(), version, kind].join('.');
  const gvk = (name: string): OpenApiSchema => ({ 'x-kubernetes-group-version-kind': [{ group, kind: name, version }] });
  const own: OpenApiSchema = structural ? withObjectFields(withEmbedded(structural)) : { type: 'object' };
  const list: OpenApiSchema = {
    description: `${listKind} is a list of ${kind}`, type: 'object', required: ['items'],
    properties: {
      ...typeMeta,
      items: { description: `List of ${plural}. More info: ${conventions}`, type: 'array', items: referenceTo(definition) },
      metadata: { description: `Standard list metadata. More info: ${conventions}#types-kinds`, allOf: [referenceTo(listMeta)] },
    },
  };
  return { definition, schemas: { [definition]: { ...own, ...gvk(kind) }, [`${definition}List`]: { ...list, ...gvk(listKind) } } };
}

const withObjectFields = (schema: JsonSchema): JsonSchema => ({ ...schema, properties: { ...schema.properties, ...typeMeta, metadata } });

/** Resources inside a resource have these fields too. */
function withEmbedded(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const deep: JsonSchema = {
    ...schema,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, withEmbedded(each)])) }),
    ...(items && { items: withEmbedded(items) }), ...(values && { additionalProperties: withEmbedded(values) }),
  };
  return isEmbedded(schema) ? withObjectFields(deep) : deep;
}
