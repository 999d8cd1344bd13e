import { definitions, referenced, resolved, shortName, type Schema } from '../schema/facts';
import { escapeProperty } from './escape';
import { boolType, bytesType, doubleType, durationType, dynType, intType, listOf, mapOf, stringType, timestampType, type CelField, type CelType, type ObjectType } from './types';

/** A structural schema as far as types need it: a custom resource's, or a built-in definition's. */
export type TypeSchema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, TypeSchema>>;
  readonly items?: TypeSchema;
  readonly additionalProperties?: TypeSchema | boolean;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
};

const textTypes: Readonly<Record<string, CelType>> = { byte: bytesType, date: timestampType, 'date-time': timestampType, duration: durationType };
const known = new WeakMap<TypeSchema, CelType>();

/**
 * The type that expressions see a value of this schema as. Properties are named in their escaped form; what has no fixed form (int-or-string, unknown fields alone) is dyn.
 * `isRoot`: apiVersion, kind and metadata.name/generateName can be read even when the schema does not name them.
 */
export function celTypeOf(schema: TypeSchema, isRoot = false): CelType {
  if (isRoot || schema['x-kubernetes-embedded-resource'] === true) return resourceType(schema);
  const found = known.get(schema);
  if (found) return found;
  const type = made(schema);
  known.set(schema, type);
  return type;
}

/** The type of a built-in definition by its full name (`io.k8s.api.core.v1.Pod`); dyn for an unknown one. */
export function celTypeOfDefinition(definition: string): CelType {
  const schema = definitions[definition];
  return schema ? definitionType(definition, schema) : dynType;
}

function made(schema: TypeSchema): CelType {
  if (schema.$ref !== undefined) return referredType(schema.$ref);
  if (schema['x-kubernetes-int-or-string'] === true) return dynType;
  switch (schema.type) {
    case 'array': return listOf(schema.items ? celTypeOf(schema.items) : dynType);
    case 'object': return structOrMap(schema, 'object');
    case 'string': return textTypes[schema.format ?? ''] ?? stringType;
    case 'boolean': return boolType;
    case 'integer': return intType;
    case 'number': return doubleType;
    default: return dynType;
  }
}

function structOrMap(schema: TypeSchema, name: string): CelType {
  const { properties, additionalProperties } = schema;
  if (properties && Object.keys(properties).length > 0) return structOf(name, properties);
  if (typeof additionalProperties === 'object') return mapOf(stringType, celTypeOf(additionalProperties));
  if (additionalProperties === true) return mapOf(stringType, dynType);
  return schema['x-kubernetes-preserve-unknown-fields'] === true ? dynType : structOf(name, {});
}

/** Types of fields are made when they are asked for: definitions refer to themselves. */
function structOf(name: string, properties: Readonly<Record<string, TypeSchema>>): ObjectType {
  const names = new Map<string, string>();
  for (const property of Object.keys(properties)) {
    const escaped = escapeProperty(property);
    if (escaped !== undefined) names.set(escaped, property);
    if (escaped !== property) names.set(property, property);   // between backticks a name is written as it is
  }
  const fields = new Map<string, CelField>();
  return {
    kind: 'object', name,
    field: (written) => {
      const property = names.get(written);
      const schema = property === undefined ? undefined : properties[property];
      if (property === undefined || !schema) return undefined;
      const field = fields.get(written) ?? { property, type: celTypeOf(schema) };
      fields.set(written, field);
      return field;
    },
  };
}

const metadata: TypeSchema = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } };

function resourceType(schema: TypeSchema): CelType {
  const properties = { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata };
  return structOf('object', properties);
}

function referredType($ref: string): CelType {
  const schema: Schema = { $ref };
  const definition = referenced(schema) ?? '';
  return definitionType(definition, resolved(schema));
}

const special: Readonly<Record<string, CelType>> = { IntOrString: dynType, Time: timestampType, MicroTime: timestampType, Quantity: dynType, FieldsV1: dynType, RawExtension: dynType };
const definitionTypes = new Map<string, CelType>();

function definitionType(definition: string, schema: TypeSchema): CelType {
  const found = definitionTypes.get(definition);
  if (found) return found;
  const type = special[shortName(definition)] ?? (schema.properties ? structOrMap(schema, definition) : made(schema));
  definitionTypes.set(definition, type);
  return type;
}
