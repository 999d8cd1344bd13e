/** A name for a grouping and the value an object has in it; undefined keeps the object out. */
export type IndexBy<T> = { readonly name: string; of(object: T): string | undefined };

const empty = new Map<string, never>();

/** Objects grouped by one value they hold, kept up change by change. */
export class Index<T> {
  readonly #groups = new Map<string, Map<string, T>>();
  constructor(private readonly by: IndexBy<T>) {}

  get(value: string): ReadonlyMap<string, T> { return this.#groups.get(value) ?? empty; }
  get values(): Iterable<string> { return this.#groups.keys(); }

  update(key: string, previous: T | undefined, next: T | undefined): void {
    const from = previous && this.by.of(previous);
    const to = next && this.by.of(next);
    if (from !== undefined && from !== to) this.#leave(from, key);
    if (to === undefined || next === undefined) return;
    const group = this.#groups.get(to);
    if (group) group.set(key, next); else this.#groups.set(to, new Map([[key, next]]));
  }

  #leave(value: string, key: string): void {
    const group = this.#groups.get(value);
    if (!group?.delete(key)) return;
    if (group.size === 0) this.#groups.delete(value);   // or the index grows with every owner that ever was
  }
}
