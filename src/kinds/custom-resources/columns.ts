import { isObject } from '../../lib/json';
import { findJsonPath, JsonPathError, printJsonPath, shown } from '../../lib/json-path';
import type { KubeObject } from '../../api/types';
import type { CustomResourceColumnDefinition } from '../../schema/types';
import { age } from '../columns';
import type { Column } from '../define';

const nameText = 'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an '
  + 'appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. '
  + 'More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const createdText = 'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate '
  + 'operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. '
  + 'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const ageColumn: CustomResourceColumnDefinition = { name: 'Age', type: 'date', description: createdText, jsonPath: '.metadata.creationTimestamp' };

/** The columns of a version's table: the name, then what its definition asks for, or else the age. */
export function customColumns(asked: readonly CustomResourceColumnDefinition[] = []): readonly Column<KubeObject>[] {
  return [{ name: 'Name', format: 'name', description: nameText, value: ({ metadata }) => metadata.name }, ...(asked.length > 0 ? asked : [ageColumn]).map(columnOf)];
}

function columnOf({ name, type, format, description, jsonPath, priority }: CustomResourceColumnDefinition): Column<KubeObject> {
  const template = `{${jsonPath}}`;
  return {
    name, type: typeOf(type), priority: priority ? 1 : 0,
    ...(format && { format }), description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    value: (object, now) => cellOf(typeOf(type), template, object, now),
  };
}

type ColumnType = NonNullable<Column<KubeObject>['type']>;
const types: Readonly<Record<string, ColumnType>> = { string: 'string', integer: 'integer', number: 'number', boolean: 'boolean', date: 'date' };
const typeOf = (type: string): ColumnType => types[type] ?? 'string';

type Cell = string | number | boolean | null;

/** A value of another type than its column's shows nothing; text columns show anything. */
function cellOf(type: ColumnType, template: string, object: KubeObject, now: number): Cell {
  const value = valueAt(template, object);
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string': return isObject(value) || Array.isArray(value) ? shown(value) : printJsonPath('{@}', value);
    case 'integer': return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number': return typeof value === 'number' ? value : null;
    case 'boolean': return typeof value === 'boolean' ? value : null;
    case 'date': return typeof value !== 'string' ? null : Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now);
  }
}

function valueAt(template: string, object: KubeObject): unknown {
  try { return findJsonPath(template, object, { allowMissingKeys: false })[0]?.[0]; } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}
