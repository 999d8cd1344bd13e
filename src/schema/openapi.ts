import type { Descriptions } from './explain';
import { definitions, referenced, type Schema } from './facts';

/** A piece of an OpenAPI v3 document: any JSON object. */
export type OpenApiSchema = { readonly [key: string]: unknown };
/** The component schemas a kind brings along, by name; `definition` is that of the kind itself, and `${definition}List` that of its list. */
export type OpenApiOfKind = { readonly definition: string; readonly schemas: Readonly<Record<string, OpenApiSchema>> };

const v2Prefix = '#/definitions/';
export const componentPrefix = '#/components/schemas/';
export const referenceTo = (definition: string): OpenApiSchema => ({ $ref: `${componentPrefix}${definition}` });

/** A built-in definition as OpenAPI v3 has it, with its texts; undefined when there is none of that name. */
export function componentSchema(definition: string, descriptions: Descriptions): OpenApiSchema | undefined {
  const schema = definitions[definition];
  if (!schema) return undefined;
  const { text, fields = {} } = descriptions[definition] ?? {};
  const { properties, ...rest } = schema;
  return {
    ...(text !== undefined && { description: text }), ...converted(rest),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, described(property, fields[name] ?? textOfStruct(property, descriptions))])) }),
  };
}

/** A field whose type is a struct often has no text of its own: the struct's is shown instead, as `explain` does. */
function textOfStruct(property: Schema, descriptions: Descriptions): string | undefined {
  const definition = referenced(property);
  return definition === undefined ? undefined : descriptions[definition]?.text;
}

/** In v3 nothing may stand beside a reference: it is wrapped when there is more to say. */
function described(schema: Schema, text: string | undefined): OpenApiSchema {
  const { $ref, ...beside } = schema;
  const said = { ...(text !== undefined && { description: text }), ...converted(beside) };
  if ($ref === undefined) return said;
  return Object.keys(said).length === 0 ? converted({ $ref }) : { ...said, allOf: [converted({ $ref })] };
}

function converted(schema: Schema): OpenApiSchema {
  const { $ref, items, additionalProperties, ...rest } = schema;
  return {
    ...rest, ...($ref !== undefined && { $ref: $ref.replace(v2Prefix, componentPrefix) }),
    ...(items && { items: described(items, undefined) }), ...(additionalProperties && { additionalProperties: described(additionalProperties, undefined) }),
  };
}

/** The definitions that one refers to directly. */
export function referencesIn(schema: Schema | OpenApiSchema): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('$ref' in value && typeof value.$ref === 'string') found.push(referenced({ $ref: value.$ref.replace(componentPrefix, v2Prefix) }) ?? '');
    Object.values(value).forEach(visit);
  };
  visit(schema);
  return found;
}
