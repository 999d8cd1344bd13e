import { Compacted } from './errors';

/** One version of one key. No value means the key was deleted; `cause` says who wrote it and why. */
export type Change = {
  readonly revision: number;
  readonly key: string;
  readonly value?: unknown;
  readonly previous?: unknown;
  /** The revision in which the key was created. */
  readonly created: number;
  readonly cause?: unknown;
};

type Keyframe = { readonly revision: number; readonly state: ReadonlyMap<string, Change> };
const keyframeEvery = 5_000;

/** Deltas in a log. Keyframes are left behind by looks into the past, so writes pay nothing. */
export class History {
  #changes: Change[] = [];
  #keyframes: Keyframe[] = [{ revision: 0, state: new Map() }];

  /** The oldest revision whose state can be given. */
  get oldest(): number { return this.#keyframes[0]?.revision ?? 0; }
  get length(): number { return this.#changes.length; }

  append(change: Change): void { this.#changes.push(change); }

  /** Every change after `revision`. Throws Compacted when some of them are gone. */
  *since(revision: number): Generator<Change> {
    if (revision < this.oldest) throw new Compacted(revision, this.oldest);
    for (let i = this.#after(revision); i < this.#changes.length; i++) yield this.#changes[i] as Change;
  }

  /** The state at `revision`: keys that exist, each with its latest change. Throws Compacted. */
  at(revision: number): ReadonlyMap<string, Change> {
    if (revision < this.oldest) throw new Compacted(revision, this.oldest);
    const base = this.#keyframes.findLast((keyframe) => keyframe.revision <= revision) as Keyframe;
    const state = new Map(base.state);
    let applied = 0;
    for (let i = this.#after(base.revision); i < this.#changes.length; i++) {
      const change = this.#changes[i] as Change;
      if (change.revision > revision) break;
      apply(state, change);
      const lastOfItsRevision = this.#changes[i + 1]?.revision !== change.revision;
      if (++applied >= keyframeEvery && lastOfItsRevision) {
        this.#keyframes.push({ revision: change.revision, state: new Map(state) });
        applied = 0;
      }
    }
    return state;
  }

  /** Forgets all before `revision`: its state becomes the oldest that can be given. Returns the oldest kept. */
  compact(revision: number): number {
    if (revision <= this.oldest) return this.oldest;
    const state = this.at(revision);
    this.#changes = this.#changes.slice(this.#after(revision));
    this.#keyframes = [{ revision, state }, ...this.#keyframes.filter((keyframe) => keyframe.revision > revision)];
    return revision;
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

const apply = (state: Map<string, Change>, change: Change): void => {
  if (change.value === undefined) state.delete(change.key); else state.set(change.key, change);
};
