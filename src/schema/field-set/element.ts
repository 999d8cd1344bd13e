import { byText, isObject, type JsonObject } from '../../lib/json';

/**
 * One step of a path, in the form FieldsV1 writes it: `f:name` a field, `k:{"name":"a"}` the list item with these keys, `v:"a"` the item of a set
 * that has this value, `i:0` an item by its place.
 */
export type Element = string;

export const fieldElement = (name: string): Element => `f:${name}`;
export const valueElement = (value: unknown): Element => `v:${JSON.stringify(value)}`;
export const keyElement = (keys: JsonObject): Element => `k:${JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => byText(a, b))))}`;
export const indexElement = (index: number): Element => `i:${index}`;

/** The name of a field element; undefined for items of lists. */
export const fieldName = (element: Element): string | undefined => (element.startsWith('f:') ? element.slice(2) : undefined);

/** Reads an element in anybody's spelling. Undefined when it is none that is known; upstream passes over such. */
export function parseElement(text: string): Element | undefined {
  const rest = text.slice(2);
  try {
    switch (text.slice(0, 2)) {
      case 'f:': return text;
      case 'v:': return valueElement(JSON.parse(rest));
      case 'k:': { const keys: unknown = JSON.parse(rest); return isObject(keys) ? keyElement(keys) : undefined; }
      case 'i:': return /^-?\d+$/.test(rest) ? indexElement(Number(rest)) : undefined;
      default: return undefined;
    }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** As paths are shown in conflicts: `.spec`, `[name="a"]`, `[="x"]`, `[0]`. */
export function printElement(element: Element): string {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:': return `.${rest}`;
    case 'v:': return `[=${rest}]`;
    case 'k:': return `[${Object.entries(keysOf(element)).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    default: return `[${rest}]`;
  }
}

const ranks: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };
const keysOf = (element: Element): JsonObject => JSON.parse(element.slice(2)) as JsonObject;   // keyElement made it

/** The order of elements: fields, then items by key, by value and by place; each by their content. */
export function byElement(a: Element, b: Element): number {
  if (a === b) return 0;
  const rank = (ranks[a.charAt(0)] ?? 0) - (ranks[b.charAt(0)] ?? 0);
  if (rank !== 0) return rank;
  switch (a.charAt(0)) {
    case 'f': return byText(a, b);
    case 'k': return byKeys(keysOf(a), keysOf(b));
    case 'v': return byValue(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
    default: return Number(a.slice(2)) - Number(b.slice(2));
  }
}

function byKeys(a: JsonObject, b: JsonObject): number {
  const [left, right] = [Object.entries(a), Object.entries(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [[nameA, valueA], [nameB, valueB]] = [left[at] ?? ['', null], right[at] ?? ['', null]];
    const order = byText(nameA, nameB) || byValue(valueA, valueB);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Numbers stand before texts, texts before booleans, and null last. */
const kindsInOrder = ['number', 'string', 'boolean', 'object'];

function byValue(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return byText(a, b);
  if (typeof a === typeof b) return Number(a) - Number(b);
  return kindsInOrder.indexOf(typeof a) - kindsInOrder.indexOf(typeof b);
}
