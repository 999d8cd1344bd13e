import type { Directories } from './directories';
import { RevisionMismatch } from './errors';
import type { Change } from './history';

/** The writes of one revision: all of them happen, or none. */
export type Transaction = {
  /** The revision this transaction will have. */
  readonly revision: number;
  get(key: string): Change | undefined;
  /** `expected` is the revision the key must be at, 0 for "absent". Throws RevisionMismatch. */
  put(key: string, value: unknown, expected?: number): void;
  delete(key: string, expected?: number): void;
};

/** A transaction under way: what it would change, in the order of its first writes. Nearly all have one write, and none has many. */
export class Staging implements Transaction {
  #changes: Change[] = [];
  constructor(readonly revision: number, private readonly head: Pick<Directories, 'get'>, private readonly cause: unknown) {}

  get changes(): readonly Change[] { return this.#changes; }

  get(key: string): Change | undefined {
    const entry = this.#find(key);
    return entry?.value === undefined ? undefined : entry;
  }

  put(key: string, value: unknown, expected?: number): void { this.#stage(key, value, expected); }

  delete(key: string, expected?: number): void { this.#stage(key, undefined, expected); }

  #find(key: string): Change | undefined { return this.#changes.find((change) => change.key === key) ?? this.head.get(key); }

  #stage(key: string, value: unknown, expected: number | undefined): void {
    const { revision, cause } = this;
    const before = this.get(key);
    const actual = before?.revision ?? 0;
    if (expected !== undefined && expected !== actual) throw new RevisionMismatch(key, expected, actual);
    if (value === undefined && !before) return;
    const stored = before?.revision === revision ? this.head.get(key) : before;
    const created = before?.created ?? revision;
    const at = this.#changes.findIndex((change) => change.key === key);
    if (value === undefined && !stored) this.#changes.splice(at, 1);   // made and unmade in one go: nothing happened
    else if (at >= 0) this.#changes[at] = { revision, key, value, previous: this.head.get(key)?.value, created, cause };
    else this.#changes.push({ revision, key, value, previous: stored?.value, created, cause });
  }
}
