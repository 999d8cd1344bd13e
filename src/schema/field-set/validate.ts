import { formatGo, goType } from '../../lib/go-format';
import { isList, isObject } from '../../lib/json';
import { fieldElement, indexElement, printElement, type Element } from './element';
import { formOf } from './form';
import { elementOf, NoElement } from './items';
import type { ListShape, MapShape, ScalarKind, Shape } from './shape';

/** What does not fit its shape, as upstream says it; empty when all does. */
export function shapeErrors(shape: Shape, value: unknown): string {
  const errors = [...errorsOf(shape, value, '')];
  return errors.length < 2 ? errors.join('') : ['errors:', ...errors.map((each) => `  ${each}`)].join('\n');
}

const at = (path: string, message: string): string => (path ? `${path}: ${message}` : message);
const below = (path: string, element: Element): string => `${path}${printElement(element)}`;

function* errorsOf(shape: Shape, value: unknown, path: string): Generator<string> {
  if (value === null || value === undefined) return;
  const form = formOf(shape, value);
  if ('scalar' in form) {
    const error = scalarError(form.scalar, value);
    if (error) yield at(path, error);
  } else if ('map' in form) {
    if (isObject(value)) yield* mapErrors(form.map, value, path);
    else yield at(path, `expected map, got &{${formatGo(value)}}`);
  } else if (isList(value)) yield* listErrors(form.list, value, path);
  else yield at(path, `expected list, got &{${formatGo(value)}}`);
}

/** The server looks at no further field of a map after one that it does not know. */
function* mapErrors(map: MapShape, value: Readonly<Record<string, unknown>>, path: string): Generator<string> {
  for (const name in value) {
    const shape = map.field(name)?.shape ?? map.others();
    if (!shape) { yield at(below(path, fieldElement(name)), 'field not declared in schema'); return; }
    yield* errorsOf(shape, value[name], below(path, fieldElement(name)));
  }
}

function* listErrors(list: ListShape, value: readonly unknown[], path: string): Generator<string> {
  const seen = new Set<Element>();
  for (const [index, item] of value.entries()) {
    if (list.type === 'atomic') { yield* errorsOf(list.item(), item, below(path, indexElement(index))); continue; }
    const element = placeOf(list, item);
    if (element instanceof NoElement) { yield at(path, `element ${index}: ${element.message}`); return; }
    if (seen.has(element)) yield at(path, `duplicate entries for key ${printElement(element)}`);
    seen.add(element);
    yield* errorsOf(list.item(), item, below(path, element));
  }
}

function placeOf(list: ListShape, item: unknown): Element | NoElement {
  try { return elementOf(list, item); } catch (error) {
    if (error instanceof NoElement) return error;
    throw error;
  }
}

function scalarError(kind: ScalarKind, value: unknown): string | undefined {
  const given = typeof value;
  switch (kind) {
    case 'string': return given === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'numeric': return given === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'boolean': return given === 'boolean' ? undefined : `expected boolean, got &{${formatGo(value)}}`;
    case 'untyped': return given === 'object' ? `expected any scalar, got &{${formatGo(value)}}` : undefined;
  }
}


/** Go's `%#v` of a JSON value. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isObject(value)) {
    const entries = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`);
    return `map[string]interface {}{${entries.join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : formatGo(value);
}
