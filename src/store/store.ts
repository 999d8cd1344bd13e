import { Observable } from 'rxjs';
import { Directories } from './directories';
import { Compacted, FutureRevision } from './errors';
import { History, type Change } from './history';
import { Staging, type Transaction } from './staging';

export type { Transaction } from './staging';

/** Up to this many changes the past is kept whole beyond what can be asked for: looking back is what a timeline is for. */
const worthKeeping = 200_000;

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
  /** The oldest revision that can be asked for. */
  #oldest = 0;
  #notifying = false;

  get revision(): number { return this.#revision; }

  get(key: string): Change | undefined { return this.#head.get(key); }

  /** What exists under `prefix` (ending in a slash) in key order, now or at an earlier revision. Throws Compacted, FutureRevision. */
  range(prefix: string, revision: number = this.#revision): Iterable<Change> {
    if (revision > this.#revision) throw new FutureRevision(revision, this.#revision);
    if (revision === this.#revision) return this.#head.under(prefix);
    this.#checkKept(revision);
    return this.#past(prefix, revision);
  }

  #checkKept(revision: number): void { if (revision < this.#oldest) throw new Compacted(revision, this.#oldest); }

  count(prefix: string): number { return this.#head.count(prefix); }

  /** Commits all of `body`'s writes as one revision, or none of them if it throws. */
  transact<R>(body: (transaction: Transaction) => R, cause?: unknown): R {
    if (this.#notifying) throw new Error('a watcher may not write: schedule the write');
    const staging = new Staging(this.#revision + 1, this.#head, cause);
    const result = body(staging);
    const changes = staging.changes;
    if (changes.length > 0) this.#commit(staging.revision, changes);
    return result;
  }

  /**
   * Every change under `prefix` (a directory, or a parent of directories) after `since`: history, then live, with no seam.
   * Errors with Compacted when part of that history is gone.
   */
  watch(prefix: string, since: number): Observable<Change> {
    return new Observable((subscriber) => {
      try {
        this.#checkKept(since);
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

  /** Revisions before this one can be asked for no more; what exists stays. A history that has grown large forgets them. */
  compact(revision: number): void {
    this.#oldest = Math.max(this.#oldest, Math.min(revision, this.#revision));
    if (this.history.length > worthKeeping) this.history.compact(this.#oldest);
  }

  #commit(revision: number, changes: readonly Change[]): void {
    this.#revision = revision;
    for (const change of changes) {
      if (change.value === undefined) this.#head.delete(change.key); else this.#head.set(change);
      this.history.append(change);
    }
    this.#notifying = true;
    try { for (const change of changes) this.#notify(change); } finally { this.#notifying = false; }
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
