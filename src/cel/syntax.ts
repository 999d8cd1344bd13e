/** An expression as parsed, macros expanded. `at` is where its error would be shown. */
export type Expression =
  | { readonly node: 'constant'; readonly at: number; readonly value: Constant }
  | { readonly node: 'name'; readonly at: number; readonly name: string }
  | { readonly node: 'select'; readonly at: number; readonly operand: Expression; readonly field: string; readonly test: boolean; readonly optional: boolean }
  | { readonly node: 'call'; readonly at: number; readonly name: string; readonly target: Expression | undefined; readonly args: readonly Expression[] }
  | { readonly node: 'list'; readonly at: number; readonly items: readonly Item[] }
  | { readonly node: 'map'; readonly at: number; readonly entries: readonly Entry[] }
  | { readonly node: 'struct'; readonly at: number; readonly type: string; readonly fields: readonly Field[] }
  | Comprehension
  | OptionalMap;

export type Constant = null | boolean | bigint | number | string | Uint8Array | { readonly uint: bigint };
export type Item = { readonly value: Expression; readonly optional: boolean };
export type Entry = { readonly at: number; readonly key: Expression; readonly value: Expression; readonly optional: boolean };
export type Field = { readonly at: number; readonly name: string; readonly value: Expression; readonly optional: boolean };

/** What a macro over a list or map makes of its items. */
export type Fold = 'all' | 'exists' | 'existsOne' | 'map' | 'filter' | 'transformList' | 'transformMap' | 'transformMapEntry';

/** `range.all(x, …)` and its like; with `second`, the form of two variables: index or key, and value. */
export type Comprehension = {
  readonly node: 'comprehension'; readonly at: number; readonly fold: Fold; readonly range: Expression;
  readonly first: string; readonly second: string | undefined; readonly condition: Expression | undefined; readonly body: Expression;
};

/** `optional.optMap(x, …)`, or `optFlatMap` when the body is optional itself. */
export type OptionalMap = { readonly node: 'optional-map'; readonly at: number; readonly target: Expression; readonly variable: string; readonly body: Expression; readonly flat: boolean };
