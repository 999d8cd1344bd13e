import type { Directories } from './directories';
import { RevisionMismatch } from './errors';
import { Change } from './history';

/** The writes of one revision: all of them happen, or none. */
export type Transaction = {
  /** The revision this transaction will have. */
  readonly revision: number;
  get(key: string): Change | undefined;
  /** `expected` is the revision the key must be at, 0 for "absent". Throws RevisionMismatch. */
  put(key: string, value: unknown, expected?: number): void;
  delete(key: string, expected?: number): void;
};

/** A version of a key that comes after `before`, which is what stands there until then. Where a key stands is found out once. */
export function nextChange(head: Directories, revision: number, key: string, value: unknown, before: Change | undefined, created: number, cause: unknown): Change {
  if (before) return new Change(revision, before.key, value, before, created, cause, before.directory);
  return new Change(revision, key, value, undefined, created, cause, head.of(key));
}

/** A transaction under way: what it would change, in the order of its first writes. None has many. */
export class Staging implements Transaction {
  #changes: Change[] = [];
  constructor(readonly revision: number, private readonly head: Directories, private readonly cause: unknown) {}

  get changes(): readonly Change[] { return this.#changes; }

  get(key: string): Change | undefined {
    const entry = this.#changes.find((change) => change.key === key) ?? this.head.get(key);
    return entry?.value === undefined ? undefined : entry;
  }

  put(key: string, value: unknown, expected?: number): void { this.#stage(key, value, expected); }

  delete(key: string, expected?: number): void { this.#stage(key, undefined, expected); }

  #stage(key: string, value: unknown, expected: number | undefined): void {
    const current = this.get(key);
    const actual = current?.revision ?? 0;
    if (expected !== undefined && expected !== actual) throw new RevisionMismatch(key, expected, actual);
    if (value === undefined && !current) return;
    const stored = this.head.get(key);
    const at = this.#changes.findIndex((change) => change.key === key);
    if (value === undefined && !stored) { this.#changes.splice(at, 1); return; }   // made and unmade in one go: nothing happened
    const change = nextChange(this.head, this.revision, key, value, stored, current?.created ?? this.revision, this.cause);
    if (at >= 0) this.#changes[at] = change; else this.#changes.push(change);
  }
}
