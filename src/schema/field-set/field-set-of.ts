import { isList, isObject } from '../../lib/json';
import { fieldElement, fieldName, type Element } from './element';
import { formOf } from './form';
import { itemsByElement } from './items';
import { leaf, noFields, type FieldNode, type FieldSet } from './set';
import { shapeUnder, type ListShape, type MapShape, type Shape } from './shape';

/** Every leaf and item that a value mentions: what whoever applies it claims. */
export const fieldSetOf = (shape: Shape, value: unknown): FieldSet => nodeOf(shape, value)?.below ?? noFields;

function nodeOf(shape: Shape, value: unknown): FieldNode | undefined {
  const form = formOf(shape, value);
  if ('scalar' in form) return leaf;
  if ('map' in form) return form.map.atomic ? leaf : inner(false, ofMap(form.map, value));
  return form.list.type === 'atomic' ? leaf : inner(false, ofList(form.list, value));
}

const inner = (member: boolean, below: FieldSet): FieldNode | undefined => (below.size > 0 ? { member, below } : member ? leaf : undefined);

function ofMap(map: MapShape, value: unknown): FieldSet {
  if (!isObject(value)) return noFields;
  const made = new Map<Element, FieldNode>();
  for (const name in value) {
    const item = value[name];
    const shape = shapeUnder(map, name);
    if (!shape || item === undefined) continue;
    const node = nodeOf(shape, item);
    // Entries of a map that are no fields of a struct are claimed themselves; so is what is there with nothing in it.
    const claimed = item === null || (isObject(item) && Object.keys(item).length === 0) || map.field(name) === undefined;
    const kept = inner(claimed || node?.member === true, node?.below ?? noFields);
    if (kept) made.set(fieldElement(name), kept);
  }
  return made;
}

function ofList(list: ListShape, value: unknown): FieldSet {
  if (!isList(value)) return noFields;
  const made = new Map<Element, FieldNode>();
  for (const [element, items] of itemsByElement(list, value))
    made.set(element, items.length > 1 ? leaf : { member: true, below: nodeOf(list.item(), items[0])?.below ?? noFields });
  return made;
}

/** The set with all structs above its members as members: removing those removes what is left empty. */
export function withNamedFields(shape: Shape | undefined, set: FieldSet): FieldSet {
  const made = new Map<Element, FieldNode>();
  for (const [element, { member, below }] of set) {
    const name = fieldName(element);
    const isStructField = name !== undefined && shape?.map?.field(name) !== undefined;
    const shapeBelow = name === undefined ? shape?.list?.item() : shape?.map && shapeUnder(shape.map, name);
    made.set(element, { member: member || (isStructField && below.size > 0), below: withNamedFields(shapeBelow, below) });
  }
  return made.size === 0 ? noFields : made;
}
