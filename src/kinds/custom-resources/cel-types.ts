import { celTypeOf as typeOf, type TypeSchema } from '../../cel/schema-type';
import type { CelType } from '../../cel/types';
import { isIntOrString, preservesUnknown, type JsonSchema } from './schema';

/** The type that CEL knows values of a schema by; undefined where expressions cannot look into them. A resource has its type and its name besides. */
export function celTypeOf(schema: JsonSchema, isResource: boolean): CelType | undefined {
  return schema.type || isIntOrString(schema) ? typeOf(schema as TypeSchema, isResource) : undefined;   // structural: items and additionalProperties are schemas
}

/** What is said of rules on a schema that expressions cannot speak of. */
export const unsupportedText = (schema: JsonSchema): string =>
  `rule declared on schema that does not support validation rules type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${preservesUnknown(schema)}'`;
