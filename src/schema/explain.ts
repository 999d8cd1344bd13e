import { definitionOf, definitions, referenced, resolved, shortName, type GroupVersionKind, type Schema } from './facts';

/** Description texts by definition: of the kind itself, and of its fields. Loaded apart, because they are large. */
export type Descriptions = Readonly<Record<string, { readonly text?: string; readonly fields?: Readonly<Record<string, string>> }>>;

/** One field as `kubectl explain` and completion list it; `type` is kubectl's name without the angle brackets: `[]Container`. */
export type FieldFacts = {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly enum?: readonly string[];
  readonly description?: string;
  /** Whether there are fields below this one. */
  readonly nested: boolean;
};

/** What is at a path of a kind: the kind itself, or one field, and the fields below. */
export type Explained = GroupVersionKind & { readonly field?: FieldFacts; readonly description?: string; readonly fields: readonly FieldFacts[] };

/** No such field, in kubectl's words. */
export class NoSuchField extends Error {
  override readonly name = 'NoSuchField';
}

/**
 * Explains a kind or, with a path such as `['spec', 'containers']`, one of its fields. Undefined for kinds that are not built in.
 * @throws NoSuchField
 */
export function explain(kind: GroupVersionKind, path: readonly string[] = [], descriptions: Descriptions = {}): Explained | undefined {
  let definition = definitionOf(kind);
  let schema = definition === undefined ? undefined : definitions[definition];
  if (!schema) return undefined;
  let field: FieldFacts | undefined;
  for (const name of path) {
    const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (!property) throw new NoSuchField(`field "${name}" does not exist`);
    field = fieldFacts(definition, schema, name, property, descriptions);
    const inner = innermost(property);
    definition = referenced(inner);
    schema = resolved(inner);
  }
  const description = definition === undefined ? undefined : descriptions[definition]?.text;
  return {
    group: kind.group, version: kind.version, kind: kind.kind, ...(field && { field }), ...(description !== undefined && { description }),
    fields: fieldsOf(definition, schema, descriptions),
  };
}

function fieldsOf(definition: string | undefined, schema: Schema, descriptions: Descriptions): readonly FieldFacts[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => fieldFacts(definition, schema, name, property, descriptions));
}

function fieldFacts(definition: string | undefined, parent: Schema, name: string, property: Schema, descriptions: Descriptions): FieldFacts {
  const target = referenced(innermost(property));
  const own = definition === undefined ? undefined : descriptions[definition]?.fields?.[name];
  // A field whose type is a struct often has no text of its own: the struct's is shown instead.
  const description = own ?? (target === undefined ? undefined : descriptions[target]?.text);
  return {
    name, type: typeName(property), required: parent.required?.includes(name) ?? false, nested: resolved(innermost(property)).properties !== undefined,
    ...(property.enum && { enum: property.enum }), ...(description !== undefined && { description }),
  };
}

/** What a list or map holds, or the schema itself. */
const innermost = (schema: Schema): Schema => {
  const inner = schema.items ?? schema.additionalProperties;
  return inner ? innermost(inner) : schema;
};

/** `[]Container`, `map[string]string`, `ObjectMeta`; times are strings. */
function typeName(schema: Schema): string {
  const reference = referenced(schema);
  if (reference !== undefined) return definitions[reference]?.type === 'string' ? 'string' : shortName(reference);
  if (schema.items) return `[]${typeName(schema.items)}`;
  if (schema.additionalProperties) return `map[string]${typeName(schema.additionalProperties)}`;
  return schema.type === 'object' || schema.type === undefined ? 'Object' : schema.type;
}
