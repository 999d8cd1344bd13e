/** Completion indexes as sorted intervals, both ends included: `1,3-5` is `[[1, 1], [3, 5]]`. */
export type Indexes = readonly (readonly [first: number, last: number])[];

export const noIndexes: Indexes = [];

/** Reads `1,3-5`; indexes from `completions` on are left out, as after the job was made smaller. */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  if (!text) return noIndexes;
  const found: (readonly [number, number])[] = [];
  for (const part of text.split(',')) {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (first < completions) found.push([first, Math.min(last, completions - 1)]);
  }
  return found;
}

/** Writes the form of `status.completedIndexes`: two neighbours are a range already. */
export const formatIndexes = (indexes: Indexes): string => indexes.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');

export const countOf = (indexes: Indexes): number => indexes.reduce((sum, [first, last]) => sum + last - first + 1, 0);

export const hasIndex = (indexes: Indexes, index: number): boolean => indexes.some(([first, last]) => first <= index && index <= last);

/** The union with single indexes. */
export function withIndexes(indexes: Indexes, more: Iterable<number>): Indexes {
  const all = [...indexes, ...[...more].map((index) => [index, index] as const)].sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [first, last] of all) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The first `count` indexes below `completions` that `taken` does not have. */
export function firstPending(count: number, completions: number, taken: Indexes): number[] {
  const pending: number[] = [];
  let next = 0;
  for (const [first, last] of [...taken, [completions, completions] as const]) {
    for (; next < first && pending.length < count; next++) pending.push(next);
    next = Math.max(next, last + 1);
  }
  return pending;
}
