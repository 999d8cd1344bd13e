import type { Change } from './history';

/** The directory a key stands in: `pods/default/web` stands in `pods/default/`. */
export const directoryOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

const nothing: readonly string[] = [];

/** What exists now, by directory, listed in key order as etcd lists it. Sorting waits until somebody lists, and lasts until a key comes or goes. */
export class Directories {
  readonly #entries = new Map<string, Change>();
  /** Directory → the keys that stand in it. */
  readonly #keys = new Map<string, Set<string>>();
  readonly #sorted = new Map<string, readonly string[]>();
  /** First path element → directories below it, sorted. */
  readonly #tops = new Map<string, string[]>();

  get(key: string): Change | undefined { return this.#entries.get(key); }

  set(change: Change): void {
    const { key } = change;
    const isNew = !this.#entries.has(key);
    this.#entries.set(key, change);
    if (!isNew) return;
    const directory = directoryOf(key);
    (this.#keys.get(directory) ?? this.#open(directory)).add(key);
    this.#sorted.delete(directory);
  }

  delete(key: string): void {
    if (!this.#entries.delete(key)) return;
    const directory = directoryOf(key);
    const keys = this.#keys.get(directory);
    keys?.delete(key);
    this.#sorted.delete(directory);
    if (keys?.size === 0) this.#close(directory);
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
    if (prefix !== top) return this.#keys.get(prefix)?.size ?? 0;
    let count = 0;
    for (const directory of this.#tops.get(top) ?? []) count += this.#keys.get(directory)?.size ?? 0;
    return count;
  }

  /** A list of its own: whoever reads it slowly does not see what is written meanwhile. */
  #list(directory: string): readonly Change[] {
    const list: Change[] = [];
    for (const key of this.#inOrder(directory)) {
      const change = this.#entries.get(key);
      if (change) list.push(change);
    }
    return list;
  }

  #inOrder(directory: string): readonly string[] {
    const known = this.#sorted.get(directory);
    if (known) return known;
    const keys = this.#keys.get(directory);
    if (!keys) return nothing;
    const sorted = [...keys].sort();
    this.#sorted.set(directory, sorted);
    return sorted;
  }

  #open(directory: string): Set<string> {
    const keys = new Set<string>();
    this.#keys.set(directory, keys);
    const top = directory.slice(0, directory.indexOf('/') + 1);
    const below = [...(this.#tops.get(top) ?? []), directory];
    this.#tops.set(top, below.sort((a, b) => (a < b ? -1 : 1)));
    return keys;
  }

  #close(directory: string): void {
    this.#keys.delete(directory);
    const top = directory.slice(0, directory.indexOf('/') + 1);
    const below = (this.#tops.get(top) ?? []).filter((each) => each !== directory);
    if (below.length > 0) this.#tops.set(top, below); else this.#tops.delete(top);
  }
}
