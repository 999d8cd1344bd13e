import type { Directory } from './directories';
import { Compacted } from './errors';

/** One version of one key. No value means the key was deleted; `cause` says who wrote it and why. */
export class Change {
  #path: string | undefined;

  /** `before` is the version that this one replaces. */
  constructor(
    readonly revision: number,
    readonly key: string,
    readonly value: unknown,
    public before: Change | undefined,
    /** The revision in which the key was created. */
    readonly created: number,
    readonly cause: unknown,
    /** @internal Where the key stands. */
    readonly directory: Directory,
  ) {}

  /** The key within its top directory: `default/web` of `pods/default/web`. One text for all versions, made when it is first asked for. */
  get path(): string { return (this.#path ??= (this.before && this.before.#path) ?? this.key.slice(this.key.indexOf('/') + 1)); }

  /** What stood there before. Undefined for a new key, and for a version that the history has let go of. */
  get previous(): unknown { return this.before?.value; }
}

/** The log of changes. The past is what exists now with the changes since then undone, so writes pay nothing for it. */
export class History {
  #changes: Change[] = [];
  #oldest = 0;

  /** `now` tells what exists. */
  constructor(private readonly now: () => Iterable<Change>) {}

  /** The oldest revision whose state can be given. */
  get oldest(): number { return this.#oldest; }
  get length(): number { return this.#changes.length; }

  append(change: Change): void { this.#changes.push(change); }

  /** Every change after `revision`. Throws Compacted when some of them are gone. */
  *since(revision: number): Generator<Change> {
    if (revision < this.#oldest) throw new Compacted(revision, this.#oldest);
    for (let i = this.#after(revision); i < this.#changes.length; i++) yield this.#changes[i] as Change;
  }

  /** The state at `revision`: keys that exist, each with its latest change. Throws Compacted. */
  at(revision: number): ReadonlyMap<string, Change> {
    if (revision < this.#oldest) throw new Compacted(revision, this.#oldest);
    const state = new Map<string, Change>();
    for (const change of this.now()) state.set(change.key, change);
    const first = this.#after(revision);
    for (let i = this.#changes.length - 1; i >= first; i--) {
      const { key, before } = this.#changes[i] as Change;
      if (before) state.set(key, before); else state.delete(key);
    }
    return state;
  }

  /** The revision before the last `count` changes. */
  revisionBefore(count: number): number { return this.#changes[this.#changes.length - count - 1]?.revision ?? this.#oldest; }

  /** Forgets all before `revision`: its state becomes the oldest that can be given. Returns the oldest kept. */
  compact(revision: number): number {
    if (revision <= this.#oldest) return this.#oldest;
    const kept = this.#after(revision);
    for (let i = 0; i < kept; i++) (this.#changes[i] as Change).before = undefined;   // or each version would keep all there were
    this.#changes = this.#changes.slice(kept);
    return this.#oldest = revision;
  }

  /** Index of the first change after `revision`. */
  #after(revision: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle] as Change).revision <= revision) low = middle + 1; else high = middle;
    }
    return low;
  }
}
