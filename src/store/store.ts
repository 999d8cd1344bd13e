import { Observable } from 'rxjs';
import { Directories } from './directories';
import { FutureRevision, RevisionMismatch } from './errors';
import { History, type Change } from './history';

/** The writes of one revision: all of them happen, or none. */
export type Transaction = {
  /** The revision this transaction will have. */
  readonly revision: number;
  get(key: string): Change | undefined;
  /** `expected` is the revision the key must be at, 0 for "absent". Throws RevisionMismatch. */
  put(key: string, value: unknown, expected?: number): void;
  delete(key: string, expected?: number): void;
};

type Watcher = (change: Change) => void;
const nobody: ReadonlySet<Watcher> = new Set();

/**
 * An etcd-like store: one counter of revisions, transactions with compare, ranges at a revision, watches without gap or duplicate.
 * Keys are paths (`pods/default/web`); values are never changed, only replaced.
 */
export class Store {
  readonly history = new History();
  readonly #head = new Directories();
  readonly #watchers = new Map<string, Set<Watcher>>();
  #revision = 0;
  #notifying = false;

  get revision(): number { return this.#revision; }

  get(key: string): Change | undefined { return this.#head.get(key); }

  /** What exists under `prefix` (ending in a slash) in key order, now or at an earlier revision. Throws Compacted, FutureRevision. */
  range(prefix: string, revision: number = this.#revision): Iterable<Change> {
    if (revision > this.#revision) throw new FutureRevision(revision, this.#revision);
    return revision === this.#revision ? this.#head.under(prefix) : this.#past(prefix, revision);
  }

  count(prefix: string): number { return this.#head.count(prefix); }

  /** Commits all of `body`'s writes as one revision, or none of them if it throws. */
  transact<R>(body: (transaction: Transaction) => R, cause?: unknown): R {
    if (this.#notifying) throw new Error('a watcher may not write: schedule the write');
    const revision = this.#revision + 1;
    const staged = new Map<string, Change>();
    const head = (key: string) => staged.get(key) ?? this.#head.get(key);
    const stage = (key: string, value?: unknown): void => {
      const before = head(key);
      const first = this.#head.get(key);
      if (value === undefined && !first) return void staged.delete(key);   // made and unmade in one go: nothing happened
      staged.set(key, { revision, key, value, previous: first?.value, created: before?.value === undefined ? revision : before.created, cause });
    };
    const compare = (key: string, expected?: number): void => {
      const entry = head(key);
      const actual = entry?.value === undefined ? 0 : entry.revision;
      if (expected !== undefined && expected !== actual) throw new RevisionMismatch(key, expected, actual);
    };
    const result = body({
      revision,
      get: (key) => { const entry = head(key); return entry?.value === undefined ? undefined : entry; },
      put(key, value, expected) { compare(key, expected); stage(key, value); },
      delete(key, expected) { compare(key, expected); if (head(key)?.value !== undefined) stage(key); },
    });
    if (staged.size > 0) this.#commit(revision, staged);
    return result;
  }

  /**
   * Every change under `prefix` (a directory, or a parent of directories) after `since`: history, then live, with no seam.
   * Errors with Compacted when part of that history is gone.
   */
  watch(prefix: string, since: number): Observable<Change> {
    return new Observable((subscriber) => {
      try {
        for (const change of this.history.since(since)) if (change.key.startsWith(prefix)) subscriber.next(change);
      } catch (error) {
        subscriber.error(error);
        return undefined;
      }
      const watchers = this.#watchers.get(prefix) ?? new Set();
      const watcher: Watcher = (change) => subscriber.next(change);
      this.#watchers.set(prefix, watchers.add(watcher));
      return () => { if (watchers.delete(watcher) && watchers.size === 0) this.#watchers.delete(prefix); };
    });
  }

  /** Forgets what happened before `revision`; what exists stays. */
  compact(revision: number): void { this.history.compact(Math.min(revision, this.#revision)); }

  #commit(revision: number, staged: Map<string, Change>): void {
    this.#revision = revision;
    for (const change of staged.values()) {
      if (change.value === undefined) this.#head.delete(change.key); else this.#head.set(change);
      this.history.append(change);
    }
    this.#notifying = true;
    try { for (const change of staged.values()) this.#notify(change); } finally { this.#notifying = false; }
  }

  /** Looks up the few directories above the key, never the many watchers beside it. */
  #notify(change: Change): void {
    for (let slash = change.key.indexOf('/'); slash >= 0; slash = change.key.indexOf('/', slash + 1))
      for (const watcher of this.#watchers.get(change.key.slice(0, slash + 1)) ?? nobody) watcher(change);
  }

  *#past(prefix: string, revision: number): Generator<Change> {
    const found = [...this.history.at(revision).values()].filter(({ key }) => key.startsWith(prefix));
    yield* found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
