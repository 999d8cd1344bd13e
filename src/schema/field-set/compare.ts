import { equal } from '../../lib/equality';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { fieldElement, type Element } from './element';
import { formOf, isBare, sameForm, type Form } from './form';
import { itemsByElement } from './items';
import { leaf, noFields, recursiveDifference, union, type FieldNode, type FieldSet } from './set';
import { shapeUnder, type ListShape, type MapShape, type Shape } from './shape';

/** Which fields came, went, or have another value. No field is in two of the sets. */
export type Comparison = { readonly added: FieldSet; readonly modified: FieldSet; readonly removed: FieldSet };
/** The same of one value: what it is itself, and what is below it. */
type Difference = { readonly self?: Way; readonly below?: Comparison };
type Way = keyof Comparison;

const nothing: Comparison = { added: noFields, modified: noFields, removed: noFields };

export const isSame = ({ added, modified, removed }: Comparison): boolean => added.size + modified.size + removed.size === 0;

export const withoutFields = ({ added, modified, removed }: Comparison, fields: FieldSet): Comparison =>
  ({ added: recursiveDifference(added, fields), modified: recursiveDifference(modified, fields), removed: recursiveDifference(removed, fields) });

/** Compares two values of one shape. Branches that both share cost nothing. */
export const compare = (shape: Shape, before: unknown, after: unknown): Comparison => differenceOf(shape, before, after)?.below ?? nothing;

/** `undefined` stands for absent; null is a value. */
function differenceOf(shape: Shape, before: unknown, after: unknown): Difference | undefined {
  if (Object.is(before, after)) return undefined;
  const [left, right] = [formOf(shape, before), formOf(shape, after)];
  if (after === undefined || before === null) return inForm(after === undefined ? left : right, before, after);
  if (before === undefined || after === null || sameForm(left, right)) return inForm(after === null ? left : right, before, after);
  // One became the other: what was below is gone, what is below is new, and what stands at the place differs.
  const gone = inForm(left, before, undefined)?.below ?? nothing;
  const come = inForm(right, undefined, after)?.below ?? nothing;
  return { self: 'modified', below: { added: come.added, modified: noFields, removed: gone.removed } };
}

function inForm(form: Form, before: unknown, after: unknown): Difference | undefined {
  if ('scalar' in form) return leafDifference(before, after);
  const atomic = 'map' in form ? form.map.atomic : form.list.type === 'atomic';
  if (atomic || (isBare(before) && isBare(after))) return leafDifference(before, after);
  const below = 'map' in form ? ofMaps(form.map, before, after) : ofLists(form.list, before, after);
  const self: Way | undefined = before === undefined ? 'added' : after === undefined ? 'removed' : undefined;
  return self ? { self, below } : below === nothing ? undefined : { below };
}

function leafDifference(before: unknown, after: unknown): Difference | undefined {
  if (before === undefined) return { self: 'added' };
  if (after === undefined) return { self: 'removed' };
  return equal(before, after) ? undefined : { self: 'modified' };
}

/** Gathers the differences of parts; most parts have none. */
class Gathering {
  #added: Map<Element, FieldNode> | undefined;
  #modified: Map<Element, FieldNode> | undefined;
  #removed: Map<Element, FieldNode> | undefined;

  add(element: Element, difference: Difference | undefined): void {
    if (!difference) return;
    const { self, below = nothing } = difference;
    this.#added = entered(this.#added, element, self === 'added', below.added);
    this.#modified = entered(this.#modified, element, self === 'modified', below.modified);
    this.#removed = entered(this.#removed, element, self === 'removed', below.removed);
  }

  get comparison(): Comparison {
    if (!this.#added && !this.#modified && !this.#removed) return nothing;
    return { added: this.#added ?? noFields, modified: this.#modified ?? noFields, removed: this.#removed ?? noFields };
  }
}

function entered(set: Map<Element, FieldNode> | undefined, element: Element, member: boolean, below: FieldSet): Map<Element, FieldNode> | undefined {
  if (!member && below.size === 0) return set;
  return (set ?? new Map<Element, FieldNode>()).set(element, below.size === 0 ? leaf : { member, below });
}

const empty: JsonObject = {};
const asMap = (value: unknown): JsonObject => (isObject(value) ? value : empty);
const asList = (value: unknown): readonly unknown[] => (isList(value) ? value : []);

function ofMaps(map: MapShape, before: unknown, after: unknown): Comparison {
  const [left, right] = [asMap(before), asMap(after)];
  const found = new Gathering();
  const look = (name: string, was: unknown, is: unknown): void => {
    const shape = Object.is(was, is) ? undefined : shapeUnder(map, name);
    if (shape) found.add(fieldElement(name), differenceOf(shape, was, is));
  };
  for (const name in left) look(name, left[name], Object.hasOwn(right, name) ? right[name] : undefined);
  for (const name in right) if (!Object.hasOwn(left, name)) look(name, undefined, right[name]);
  return found.comparison;
}

function ofLists(list: ListShape, before: unknown, after: unknown): Comparison {
  const [left, right] = [itemsByElement(list, asList(before)), itemsByElement(list, asList(after))];
  const found = new Gathering();
  for (const [element, was] of left) found.add(element, ofItems(list, was, right.get(element)));
  for (const [element, is] of right) if (!left.has(element)) found.add(element, ofItems(list, undefined, is));
  return found.comparison;
}

/** An item that stands several times in a list is owned as a whole: nobody can say which of them is meant. */
function ofItems(list: ListShape, before: readonly unknown[] | undefined, after: readonly unknown[] | undefined): Difference | undefined {
  if ((before?.length ?? 0) > 1 || (after?.length ?? 0) > 1) return leafDifference(before, after);
  return differenceOf(list.item(), before?.[0], after?.[0]);
}

/** Fields that have another value or are new. */
export const changedFields = ({ added, modified }: Comparison): FieldSet => union(modified, added);
