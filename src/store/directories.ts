import type { Change } from './history';

/** The directory a key stands in: `pods/default/web` stands in `pods/default/`. */
export const directoryOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** What exists now, by directory, listed in key order as etcd lists it. Sorting waits until somebody lists. */
export class Directories {
  readonly #entries = new Map<string, Map<string, Change>>();
  readonly #sorted = new Map<string, readonly Change[]>();
  /** First path element → directories below it, sorted. */
  readonly #tops = new Map<string, string[]>();

  get(key: string): Change | undefined { return this.#entries.get(directoryOf(key))?.get(key); }

  set(change: Change): void {
    const directory = directoryOf(change.key);
    (this.#entries.get(directory) ?? this.#open(directory)).set(change.key, change);
    this.#sorted.delete(directory);
  }

  delete(key: string): void {
    const directory = directoryOf(key);
    const entries = this.#entries.get(directory);
    if (!entries?.delete(key)) return;
    this.#sorted.delete(directory);
    if (entries.size === 0) this.#close(directory);
  }

  /** Everything under `prefix`, which ends in a slash, in key order. */
  *under(prefix: string): Generator<Change> {
    const top = prefix.slice(0, prefix.indexOf('/') + 1);
    if (prefix !== top) { yield* this.#list(prefix); return; }
    for (const directory of this.#tops.get(top) ?? []) yield* this.#list(directory);
  }

  /** How many keys stand under `prefix`. */
  count(prefix: string): number {
    const top = prefix.slice(0, prefix.indexOf('/') + 1);
    if (prefix !== top) return this.#entries.get(prefix)?.size ?? 0;
    let count = 0;
    for (const directory of this.#tops.get(top) ?? []) count += this.#entries.get(directory)?.size ?? 0;
    return count;
  }

  #list(directory: string): readonly Change[] {
    const known = this.#sorted.get(directory);
    if (known) return known;
    const entries = this.#entries.get(directory);
    if (!entries) return [];
    const sorted = [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#sorted.set(directory, sorted);
    return sorted;
  }

  #open(directory: string): Map<string, Change> {
    const entries = new Map<string, Change>();
    this.#entries.set(directory, entries);
    const top = directory.slice(0, directory.indexOf('/') + 1);
    const below = [...(this.#tops.get(top) ?? []), directory];
    this.#tops.set(top, below.sort((a, b) => (a < b ? -1 : 1)));
    return entries;
  }

  #close(directory: string): void {
    this.#entries.delete(directory);
    const top = directory.slice(0, directory.indexOf('/') + 1);
    const below = (this.#tops.get(top) ?? []).filter((each) => each !== directory);
    if (below.length > 0) this.#tops.set(top, below); else this.#tops.delete(top);
  }
}
