import { isList, isObject, put } from '../../lib/json';
import { fieldElement } from './element';
import { formOf } from './form';
import { elementIn } from './items';
import { noFields, type FieldSet } from './set';
import { shapeUnder, type Shape } from './shape';

/** The value without the fields and items of a set. A list or map of which nothing is left becomes null, as upstream leaves it. */
export function withoutItems(shape: Shape, value: unknown, gone: FieldSet): unknown {
  if (gone.size === 0) return value;
  const form = formOf(shape, value);
  if ('scalar' in form) return value;
  if ('map' in form) {
    if (!isObject(value) || form.map.atomic) return null;
    const made: Record<string, unknown> = {};
    for (const name in value) {
      const node = gone.get(fieldElement(name));
      if (node?.member) continue;
      const below = node?.below ?? noFields;
      put(made, name, below.size === 0 ? value[name] : withoutItems(shapeUnder(form.map, name) ?? {}, value[name], below));
    }
    return Object.keys(made).length === 0 ? null : made;
  }
  if (!isList(value) || form.list.type === 'atomic') return null;
  const made: unknown[] = [];
  for (const item of value) {
    const element = elementIn(form.list, item);
    const node = element === undefined ? undefined : gone.get(element);
    if (node?.member) continue;
    const below = node?.below ?? noFields;
    made.push(below.size === 0 ? item : withoutItems(form.list.item(), item, below));
  }
  return made.length === 0 ? null : made;
}
