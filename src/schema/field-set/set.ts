import { byElement, printElement, type Element } from './element';

/**
 * A set of field paths as a trie. A node may be a member itself, have members below it, or both; a node that is neither is never kept.
 * Sets are values: every operation gives back what it was given where nothing differs.
 */
export type FieldSet = ReadonlyMap<Element, FieldNode>;
export type FieldNode = { readonly member: boolean; readonly below: FieldSet };
export type Path = readonly Element[];

export const noFields: FieldSet = new Map();
/** A member with nothing below it. */
export const leaf: FieldNode = { member: true, below: noFields };

const nodeOf = (member: boolean, below: FieldSet): FieldNode | undefined => (below.size > 0 ? { member, below } : member ? leaf : undefined);

/** Of several paths. The empty path is nobody's. */
export const fieldSet = (...paths: readonly Path[]): FieldSet => paths.reduce(withPath, noFields);

export function withPath(set: FieldSet, path: Path): FieldSet {
  const [first, ...rest] = path;
  if (first === undefined) return set;
  const node = set.get(first) ?? { member: false, below: noFields };
  return new Map(set).set(first, rest.length === 0 ? { ...node, member: true } : { ...node, below: withPath(node.below, rest) });
}

export function has(set: FieldSet, path: Path): boolean {
  let node: FieldNode | undefined;
  let below = set;
  for (const element of path) {
    node = below.get(element);
    if (!node) return false;
    below = node.below;
  }
  return node?.member === true;
}

/** Paths of either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || b.size === 0) return a;
  if (a.size === 0) return b;
  const made = new Map(a);
  for (const [element, right] of b) {
    const left = made.get(element);
    made.set(element, left ? { member: left.member || right.member, below: union(left.below, right.below) } : right);
  }
  return made;
}

/** Paths of both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => (a === b ? a : combined(a, (element, left) => {
  const right = b.get(element);
  return right && nodeOf(left.member && right.member, intersection(left.below, right.below));
}));

/** Paths of the first that are not in the second. What is below a path goes only if it is in the second itself. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => (b.size === 0 ? a : combined(a, (element, left) => {
  const right = b.get(element);
  return right ? nodeOf(left.member && !right.member, difference(left.below, right.below)) : left;
}));

/** Paths of the first that neither are in the second nor below one that is. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet => (b.size === 0 ? a : combined(a, (element, left) => {
  const right = b.get(element);
  if (!right) return left;
  return right.member ? undefined : nodeOf(left.member, recursiveDifference(left.below, right.below));
}));

function combined(set: FieldSet, keep: (element: Element, node: FieldNode) => FieldNode | undefined): FieldSet {
  const made = new Map<Element, FieldNode>();
  let same = true;
  for (const [element, node] of set) {
    const kept = keep(element, node);
    if (kept) made.set(element, kept);
    if (kept !== node) same = false;
  }
  return same ? set : made.size === 0 ? noFields : made;
}

export function sameFields(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [element, node] of a) {
    const other = b.get(element);
    if (!other || other.member !== node.member || !sameFields(node.below, other.below)) return false;
  }
  return true;
}

/** Every member, in upstream's order: those of one level first, then what is below each. */
export function* paths(set: FieldSet, prefix: Path = []): Generator<Path> {
  const nodes = [...set].sort(([a], [b]) => byElement(a, b));
  for (const [element, { member }] of nodes) if (member) yield [...prefix, element];
  for (const [element, { below }] of nodes) yield* paths(below, [...prefix, element]);
}

export const printPath = (path: Path): string => path.map(printElement).join('');
