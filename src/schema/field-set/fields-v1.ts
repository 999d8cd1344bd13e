import { isObject, put, type JsonObject } from '../../lib/json';
import { byElement, parseElement, type Element } from './element';
import { leaf, noFields, type FieldNode, type FieldSet } from './set';

const self = '.';

/** The set as `fieldsV1` of a managedFields entry: `.` first and then the elements in order, as encoded JSON sorts them. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const made: Record<string, unknown> = {};
  // JavaScript moves keys that look like whole numbers to the front; no element does, as each begins with a letter.
  for (const [element, node] of [...set].sort(([a], [b]) => byElement(a, b))) put(made, element, fieldsOfNode(node));
  return made;
}

const fieldsOfNode = ({ member, below }: FieldNode): JsonObject => (member && below.size > 0 ? { [self]: {}, ...toFieldsV1(below) } : toFieldsV1(below));

/** Reads `fieldsV1`; elements of an unknown kind are passed over, as upstream does. */
export const fromFieldsV1 = (fields: unknown): FieldSet => (isObject(fields) ? readBelow(fields) : noFields);

function readBelow(fields: JsonObject): FieldSet {
  const below = new Map<Element, FieldNode>();
  for (const key in fields) {
    const element = key === self ? undefined : parseElement(key);
    if (element !== undefined) below.set(element, readNode(fields[key]));
  }
  return below.size === 0 ? noFields : below;
}

function readNode(value: unknown): FieldNode {
  const below = isObject(value) ? readBelow(value) : noFields;
  return below.size === 0 ? leaf : { member: isObject(value) && Object.hasOwn(value, self), below };
}
