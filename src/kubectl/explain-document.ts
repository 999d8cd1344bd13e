import { NoSuchField, type Explained, type FieldFacts } from '../schema/explain';
import { componentPrefix } from '../schema/openapi';
import type { Connection } from './connection';
import type { Mapping } from './resources';
import { isRecord, recordAt, textAt, type JsonRecord } from './values';

/** Explains kinds from the OpenAPI document of a group version, as a server describes it: custom resources are known from nowhere else. */
export class DocumentExplainer {
  readonly #schemas: JsonRecord;
  readonly #root: JsonRecord;

  private constructor(document: JsonRecord, private readonly mapping: Mapping) {
    this.#schemas = recordAt(document, 'components', 'schemas');
    this.#root = Object.values(this.#schemas).filter(isRecord).find((schema) => this.#isOf(schema)) ?? {};
  }

  /** Throws StatusError when the server has no such document. */
  static async of(connection: Connection, mapping: Mapping): Promise<DocumentExplainer> {
    const path = `/openapi/v3/${mapping.group ? `apis/${mapping.apiVersion}` : `api/${mapping.version}`}`;
    const body = await connection.call({ verb: 'get', resource: '', path });
    const document: unknown = typeof body === 'string' ? JSON.parse(body || '{}') : body;
    return new DocumentExplainer(isRecord(document) ? document : {}, mapping);
  }

  #isOf(schema: JsonRecord): boolean {
    const kinds = schema['x-kubernetes-group-version-kind'];
    return Array.isArray(kinds) && kinds.some((each: unknown) =>
      isRecord(each) && each['kind'] === this.mapping.kind && each['group'] === this.mapping.group && each['version'] === this.mapping.version);
  }

  /** What is at a path of the kind. @throws NoSuchField */
  explain(path: readonly string[]): Explained {
    let schema = this.#root;
    let field: FieldFacts | undefined;
    for (const name of path) {
      const property = recordAt(schema, 'properties')[name];
      if (!isRecord(property)) throw new NoSuchField(`field "${name}" does not exist`);
      field = this.#field(schema, name, property);
      schema = this.#innermost(property);
    }
    const { group, version, kind } = this.mapping;
    const description = textAt(schema, 'description');
    const fields = Object.entries(recordAt(schema, 'properties')).filter((entry): entry is [string, JsonRecord] => isRecord(entry[1]));
    return { group, version, kind, ...(field && { field }), ...(description && { description }), fields: fields.map(([name, property]) => this.#field(schema, name, property)) };
  }

  #field(parent: JsonRecord, name: string, property: JsonRecord): FieldFacts {
    const required = parent['required'];
    const values = property['enum'];
    const description = textAt(property, 'description') || textAt(this.#innermost(property), 'description');
    return {
      name, type: this.#typeName(property), required: Array.isArray(required) && required.includes(name),
      nested: Object.keys(recordAt(this.#innermost(property), 'properties')).length > 0,
      ...(Array.isArray(values) && { enum: values.map(String) }), ...(description && { description }),
    };
  }

  /** What a schema refers to, alone or within allOf. */
  #reference(schema: JsonRecord): string | undefined {
    const [wrapped]: readonly unknown[] = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
    const reference = textAt(schema, '$ref') || (isRecord(wrapped) ? textAt(wrapped, '$ref') : '');
    return reference ? reference.slice(componentPrefix.length) : undefined;
  }

  #resolved(schema: JsonRecord): JsonRecord {
    const reference = this.#reference(schema);
    return reference === undefined ? schema : recordAt(this.#schemas, reference);
  }

  /** What a list or map holds, or the schema itself. */
  #innermost(schema: JsonRecord): JsonRecord {
    const resolved = this.#resolved(schema);
    const inner = resolved['items'] ?? resolved['additionalProperties'];
    return isRecord(inner) ? this.#innermost(inner) : resolved;
  }

  #typeName(schema: JsonRecord): string {
    const reference = this.#reference(schema);
    if (reference !== undefined) return this.#resolved(schema)['type'] === 'string' ? 'string' : reference.slice(reference.lastIndexOf('.') + 1);
    const { items, additionalProperties } = schema;
    if (isRecord(items)) return `[]${this.#typeName(items)}`;
    if (isRecord(additionalProperties)) return `map[string]${this.#typeName(additionalProperties)}`;
    const type = textAt(schema, 'type');
    return type === 'object' || type === '' ? 'Object' : type;
  }
}
