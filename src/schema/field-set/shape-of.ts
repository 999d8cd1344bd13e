import { isObject } from '../../lib/json';
import { definitions, referenced } from '../facts';
import { deduced, untyped, type FieldShape, type ListShape, type MapShape, type Shape } from './shape';

/** What is read of a schema: of the built-in definitions, and of the OpenAPI v3 schema of a custom resource. */
export type OwnedSchema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, OwnedSchema>>;
  readonly additionalProperties?: OwnedSchema | boolean;
  readonly items?: OwnedSchema;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
};

const anyScalar: Shape = { scalar: 'untyped' };
const wholeScalars: ReadonlySet<string> = new Set(['io.k8s.apimachinery.pkg.api.resource.Quantity', 'io.k8s.apimachinery.pkg.runtime.RawExtension']);

const known = new Map<string, Shape>();

/** How the fields of a built-in definition are owned. */
export function shapeOfDefinition(definition: string): Shape {
  const made = known.get(definition) ?? (wholeScalars.has(definition) ? anyScalar : shapeOf(definitions[definition] ?? {}, false));
  known.set(definition, made);
  return made;
}

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const text: FieldShape = { shape: { scalar: 'string' } };

/** How the fields of a custom resource are owned, by the schema of its version; without one by what its objects look like. */
export function shapeOfCustomResource(schema: OwnedSchema | undefined): Shape {
  const root = schema === undefined ? deduced : shapeOf({ type: 'object', ...schema }, false);
  const { map } = root;
  if (!map) return deduced;
  const metadata: FieldShape = { shape: shapeOfDefinition(objectMeta) };
  const common: Readonly<Record<string, FieldShape>> = { apiVersion: text, kind: text, metadata };
  const field = (name: string): FieldShape | undefined => (Object.hasOwn(common, name) ? common[name] : map.field(name));
  return { map: { atomic: false, field, others: () => map.others() } };
}

/** `open`: something above preserves unknown fields, so that they are allowed here too. */
function shapeOf(schema: OwnedSchema, open: boolean): Shape {
  const opened = open || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const { type, format } = schema;
  switch (type) {
    case 'object': return { map: mapShape(schema, opened) };
    case 'array': return { list: listShape(schema, opened) };
    case 'integer': case 'number': return { scalar: 'numeric' };
    case 'boolean': return { scalar: 'boolean' };
    case 'string': return { scalar: format === undefined ? 'string' : 'untyped' };
    default: return schema['x-kubernetes-int-or-string'] ? anyScalar : { scalar: 'untyped', list: listShape(schema, opened), map: mapShape(schema, opened) };
  }
}

function mapShape(schema: OwnedSchema, open: boolean): MapShape {
  const { properties, additionalProperties } = schema;
  const fields = new Map<string, FieldShape>();
  const field = (name: string): FieldShape | undefined => {
    const property = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) return undefined;
    const made = fields.get(name) ?? { shape: shapeAt(property, open), ...(property.default !== undefined && { default: property.default }) };
    fields.set(name, made);
    return made;
  };
  const isStruct = properties !== undefined && Object.keys(properties).length > 0;
  const others = lazy((): Shape | undefined => {
    if (isObject(additionalProperties)) return shapeAt(additionalProperties, open);
    if (additionalProperties === undefined) return open || !isStruct ? deduced : undefined;
    return additionalProperties ? deduced : undefined;
  });
  return { atomic: schema['x-kubernetes-map-type'] === 'atomic', field, others };
}

function listShape(schema: OwnedSchema, open: boolean): ListShape {
  const { items } = schema;
  const stated = schema['x-kubernetes-list-type'];
  const type = stated === 'set' || stated === 'map' ? stated : 'atomic';
  return { type, keys: schema['x-kubernetes-list-map-keys'] ?? [], item: lazy(() => (items ? shapeAt(items, open) : untyped)) };
}

/** A property or item: a reference to a definition may say beside it that the map is to be owned otherwise. */
function shapeAt(schema: OwnedSchema, open: boolean): Shape {
  const reference = referenced(schema);
  if (reference === undefined) return shapeOf(schema, open);
  const target = shapeOfDefinition(reference);
  const mapType = schema['x-kubernetes-map-type'];
  return mapType === undefined || !target.map ? target : { ...target, map: { ...target.map, atomic: mapType === 'atomic' } };
}

/** Schemas refer to themselves: what is below is looked at when it is asked for. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
