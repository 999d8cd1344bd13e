import {
  boolType, bytesType, doubleType, durationType, dynType, intType, listOf, mapOf, objectOf, stringType, timestampType, type CelField, type CelType, type ObjectType,
} from '../../cel/types';
import { isEmbedded, isIntOrString, itemsOf, preservesUnknown, valuesOf, type JsonSchema } from './schema';

const reserved: ReadonlySet<string> = new Set([
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]);
const escapes: Readonly<Record<string, string>> = { '__': '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/** A property's name as CEL expressions write it; undefined for one that they cannot name. */
export function escaped(property: string): string | undefined {
  if (reserved.has(property)) return `__${property}__`;
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(property)) return undefined;
  return property.replace(/__|[.\-/]/g, (found) => escapes[found] ?? found);
}

const resourceMeta = objectOf('object', { name: stringType, generateName: stringType });

const known = new WeakMap<JsonSchema, CelType | null>();
const knownRoots = new WeakMap<JsonSchema, CelType | null>();

/** The type that CEL knows values of a schema by; undefined where expressions cannot look into them. A resource has its type and its name besides. */
export function celTypeOf(schema: JsonSchema, isResource = isEmbedded(schema)): CelType | undefined {
  const types = isResource ? knownRoots : known;
  const before = types.get(schema);
  if (before !== undefined) return before ?? undefined;
  const type = made(schema, isResource);
  types.set(schema, type ?? null);
  return type;
}

const textTypes: Readonly<Record<string, CelType>> = { byte: bytesType, duration: durationType, date: timestampType, 'date-time': timestampType };

function made(schema: JsonSchema, isResource: boolean): CelType | undefined {
  if (isIntOrString(schema)) return dynType;
  switch (schema.type) {
    case 'object': return objectTypeOf(schema, isResource);
    case 'array': {
      const items = itemsOf(schema);
      const element = items && celTypeOf(items);
      return element && listOf(element);
    }
    case 'string': return textTypes[schema.format ?? ''] ?? stringType;
    case 'boolean': return boolType;
    case 'number': return doubleType;
    case 'integer': return intType;
    default: return undefined;
  }
}

function objectTypeOf(schema: JsonSchema, isResource: boolean): CelType | undefined {
  const values = valuesOf(schema);
  if (values) {
    const value = celTypeOf(values);
    return value && mapOf(stringType, value);
  }
  const fields = new Map<string, CelField>();
  if (isResource) for (const property of ['apiVersion', 'kind']) fields.set(property, { type: stringType, property });
  for (const [property, child] of Object.entries(schema.properties ?? {})) {
    const name = escaped(property);
    const type = isResource && property === 'metadata' ? undefined : celTypeOf(child);
    if (name !== undefined && type) fields.set(name, { type, property });
  }
  if (isResource) fields.set('metadata', { type: resourceMeta, property: 'metadata' });
  return { kind: 'object', name: 'object', field: (name) => fields.get(name) } satisfies ObjectType;
}

/** Whether rules may stand on a schema: what CEL has no type for cannot be spoken of. */
export const unsupportedText = (schema: JsonSchema): string =>
  `rule declared on schema that does not support validation rules type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${preservesUnknown(schema)}'`;
