import type { Change } from './history';

export type Watcher = (change: Change) => void;

/** Keys that share all but the last element of their path: `pods/default/web` stands in `pods/default/`, which is below `pods/`. */
export class Directory {
  /** Who wants to hear of changes in it. */
  watchers: ReadonlySet<Watcher> | undefined;
  count = 0;
  /** Every key that stands in it; some that went, and some twice, until somebody lists. */
  #keys: string[] = [];
  #isSorted = true;

  /** `top` is the directory of the first element of the path: itself for keys that have one slash. */
  constructor(readonly prefix: string, readonly top: Directory | undefined) {}

  add(key: string): void {
    this.count++;
    this.#keys.push(key);
    this.#isSorted = false;
  }

  /** Room is made when most of the keys are gone. */
  remove(exists: (key: string) => boolean): void {
    this.count--;
    if (this.#keys.length > 64 && this.#keys.length > 2 * this.count) this.#sort(exists);
  }

  /** Keys in order. Sorting waits until somebody lists, and lasts until a key comes. */
  inOrder(exists: (key: string) => boolean): readonly string[] {
    if (!this.#isSorted || this.#keys.length > this.count) this.#sort(exists);
    return this.#keys;
  }

  #sort(exists: (key: string) => boolean): void {
    const present = this.#keys.filter(exists);
    if (!this.#isSorted) present.sort();
    this.#keys = present.filter((key, at) => key !== present[at - 1]);   // what went and came again stands there twice
    this.#isSorted = true;
  }
}

/** What exists now, by directory, listed in key order as etcd lists it. */
export class Directories {
  readonly #entries = new Map<string, Change>();
  readonly #directories = new Map<string, Directory>();
  /** Prefix of a top directory → those below it that hold something, in order. */
  readonly #below = new Map<string, readonly Directory[]>();
  readonly #exists = (key: string): boolean => this.#entries.has(key);

  get(key: string): Change | undefined { return this.#entries.get(key); }
  all(): Iterable<Change> { return this.#entries.values(); }

  set(change: Change): void {
    const { key, directory } = change;
    this.#entries.set(key, change);
    if (change.before) return;
    if (directory.count === 0 && directory.top) this.#open(directory, directory.top);
    directory.add(key);
  }

  delete({ key, directory }: Change): void {
    if (!this.#entries.delete(key)) return;
    directory.remove(this.#exists);
    if (directory.count === 0 && directory.top) this.#close(directory, directory.top);
  }

  /** The directory that a key stands in. */
  of(key: string): Directory {
    const prefix = key.slice(0, key.lastIndexOf('/') + 1);
    return this.#directories.get(prefix) ?? this.at(prefix);
  }

  /** The directory of a prefix, which ends in a slash. */
  at(prefix: string): Directory {
    const known = this.#directories.get(prefix);
    if (known) return known;
    const topPrefix = prefix.slice(0, prefix.indexOf('/') + 1);
    const made = new Directory(prefix, topPrefix === prefix ? undefined : this.at(topPrefix));
    this.#directories.set(prefix, made);
    return made;
  }

  /** Everything under `prefix`, which ends in a slash, in key order. */
  *under(prefix: string): Generator<Change> {
    const directory = this.#directories.get(prefix);
    if (!directory) return;
    if (directory.count > 0) yield* this.#list(directory);
    for (const below of this.#below.get(prefix) ?? []) yield* this.#list(below);
  }

  /** How many keys stand under `prefix`. */
  count(prefix: string): number {
    let count = this.#directories.get(prefix)?.count ?? 0;
    for (const below of this.#below.get(prefix) ?? []) count += below.count;
    return count;
  }

  /** A list of its own: whoever reads it slowly does not see what is written meanwhile. */
  #list(directory: Directory): readonly Change[] {
    const list: Change[] = [];
    for (const key of directory.inOrder(this.#exists)) {
      const change = this.#entries.get(key);
      if (change) list.push(change);
    }
    return list;
  }

  #open(directory: Directory, top: Directory): void {
    const below = [...(this.#below.get(top.prefix) ?? []), directory];
    this.#below.set(top.prefix, below.sort((a, b) => (a.prefix < b.prefix ? -1 : 1)));
  }

  #close(directory: Directory, top: Directory): void {
    this.#below.set(top.prefix, (this.#below.get(top.prefix) ?? []).filter((each) => each !== directory));
    if (directory.watchers === undefined) this.#directories.delete(directory.prefix);
  }
}
