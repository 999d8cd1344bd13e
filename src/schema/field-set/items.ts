import { isList, isObject } from '../../lib/json';
import { keyElement, valueElement, type Element } from './element';
import type { ListShape } from './shape';

/** An item that has no place in a list of its type; the message is upstream's. */
export class NoElement extends Error {
  override readonly name = 'NoElement';
}

/** Which item of a set, or of a list with keys, this one is. A key that is absent has its default. Throws NoElement. */
export function elementOf({ type, keys, item }: ListShape, value: unknown): Element {
  if (type === 'set' || keys.length === 0) return elementOfSet(value);
  if (value === null || value === undefined) throw new NoElement('associative list with keys may not have a null element');
  if (!isObject(value)) throw new NoElement('associative list with keys may not have non-map elements');
  const fields: Record<string, unknown> = {};
  for (const key of keys) {
    const given = Object.hasOwn(value, key) ? value[key] : item().map?.field(key)?.default;
    if (given === undefined) throw new NoElement(`associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`);
    fields[key] = given;
  }
  return keyElement(fields);
}

function elementOfSet(value: unknown): Element {
  if (isObject(value)) throw new NoElement("associative list without keys has an element that's a map type");
  if (isList(value)) throw new NoElement('not supported: associative list with lists as elements');
  if (value === null || value === undefined) throw new NoElement("associative list without keys has an element that's an explicit null");
  return valueElement(value);
}

/** The items of a list by their elements, in order; an element that comes more than once has several. Items without an element are left out. */
export function itemsByElement(list: ListShape, values: readonly unknown[]): ReadonlyMap<Element, readonly unknown[]> {
  const found = new Map<Element, unknown[]>();
  for (const value of values) {
    const element = elementIn(list, value);
    if (element === undefined) continue;
    const same = found.get(element);
    if (same) same.push(value); else found.set(element, [value]);
  }
  return found;
}

/** The same, undefined for an item that has no place. */
export function elementIn(list: ListShape, value: unknown): Element | undefined {
  try { return elementOf(list, value); } catch (error) {
    if (error instanceof NoElement) return undefined;
    throw error;
  }
}
