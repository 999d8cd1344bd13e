import type { Descriptions } from './explain';
import { definitionOf, definitions, referenced, shortName, type GroupVersionKind, type Schema } from './facts';

/** JSON schema, draft 7, as far as the editor needs it. */
export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
};

const special: Readonly<Record<string, JsonSchema>> = { Quantity: { type: ['string', 'number'] }, IntOrString: { type: ['integer', 'string'] } };

/** The schema of one kind, complete with all it refers to. Structs take no unknown fields. Undefined for kinds that are not built in. */
export function jsonSchemaOf(kind: GroupVersionKind, descriptions: Descriptions = {}): JsonSchema | undefined {
  const root = definitionOf(kind);
  if (root === undefined) return undefined;
  const found = new Map<string, JsonSchema>();
  collect(root, found, descriptions);
  const { properties = {}, ...rest } = found.get(root) ?? {};
  found.delete(root);
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  return {
    ...rest, required: ['apiVersion', 'kind', ...(rest.required ?? [])],
    properties: { ...properties, apiVersion: { ...properties['apiVersion'], const: apiVersion }, kind: { ...properties['kind'], const: kind.kind } },
    definitions: Object.fromEntries(found),
  };
}

function collect(definition: string, found: Map<string, JsonSchema>, descriptions: Descriptions): void {
  if (found.has(definition)) return;
  found.set(definition, {});   // holds the place while what it refers to is collected: definitions refer to themselves
  const { text, fields = {} } = descriptions[definition] ?? {};
  const schema = definitions[definition] ?? {};
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, converted(property, fields[name], found, descriptions)] as const);
  found.set(definition, {
    ...(text !== undefined && { description: text }),
    ...(special[shortName(definition)] ?? {
      ...(schema.type && { type: schema.type }),
      ...(schema.properties && { properties: Object.fromEntries(properties), additionalProperties: false }),
      ...(schema.required && { required: schema.required }),
    }),
  });
}

/** Draft 7 ignores what stands beside a `$ref`: a field's own text goes around it. */
function converted(schema: Schema, text: string | undefined, found: Map<string, JsonSchema>, descriptions: Descriptions): JsonSchema {
  const described = text === undefined ? {} : { description: text };
  const reference = referenced(schema);
  if (reference !== undefined) {
    collect(reference, found, descriptions);
    const target: JsonSchema = { $ref: `#/definitions/${reference}` };
    return text === undefined ? target : { ...described, anyOf: [target] };
  }
  return {
    ...described, ...(schema.type && { type: schema.type }), ...(schema.enum && { enum: schema.enum }),
    ...(schema.items && { items: converted(schema.items, undefined, found, descriptions) }),
    ...(schema.additionalProperties && { additionalProperties: converted(schema.additionalProperties, undefined, found, descriptions) }),
  };
}
