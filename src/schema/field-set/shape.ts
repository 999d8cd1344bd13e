/** What a scalar may be; `untyped` takes any. */
export type ScalarKind = 'string' | 'numeric' | 'boolean' | 'untyped';

/**
 * How a value is owned: whole, or part by part. A shape has one of the three, or all of them where the schema leaves the type open and
 * the value decides.
 */
export type Shape = { readonly scalar?: ScalarKind; readonly list?: ListShape; readonly map?: MapShape };

/** An atomic list is owned whole; `set` by its values, `map` by the keys of its items. */
export type ListShape = {
  readonly type: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
  item(): Shape;
};

/** An atomic map is owned whole. `field` is one of a struct, with the value it has when absent; `others` is what else may be there, if anything. */
export type MapShape = {
  readonly atomic: boolean;
  field(name: string): FieldShape | undefined;
  others(): Shape | undefined;
};
export type FieldShape = { readonly shape: Shape; readonly default?: unknown };

/** Of something about which nothing is known, in which everything is owned whole. */
export const untyped: Shape = {
  scalar: 'untyped',
  list: { type: 'atomic', keys: [], item: () => untyped },
  map: { atomic: true, field: () => undefined, others: () => untyped },
};

/** Of something about which nothing is known: lists are owned whole, maps entry by entry. */
export const deduced: Shape = {
  scalar: 'untyped',
  list: { type: 'atomic', keys: [], item: () => untyped },
  map: { atomic: false, field: () => undefined, others: () => deduced },
};

/** The shape of what stands under a name in a map; undefined where nothing may. */
export const shapeUnder = (map: MapShape, name: string): Shape | undefined => map.field(name)?.shape ?? map.others();
