import { Observable } from 'rxjs';
import { Directories, type Watcher } from './directories';
import { Compacted, FutureRevision } from './errors';
import { History, type Change } from './history';
import { nextChange, Staging, type Transaction } from './staging';

export type { Transaction } from './staging';

/** So many changes the past is kept whole beyond what can be asked for: looking back is what a timeline is for. */
const worthKeeping = 200_000;
/** Of more than this many the oldest go, however new they are: as the API server's watch cache, which keeps a number of events and not a time. */
const mostKept = 300_000;

/**
 * An etcd-like store: one counter of revisions, transactions with compare, ranges at a revision, watches without gap or duplicate.
 * Keys are paths (`pods/default/web`); values are never changed, only replaced.
 */
export class Store {
  readonly #head = new Directories();
  readonly history = new History(() => this.#head.all());
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
    this.#checkQuiet();
    const staging = new Staging(this.#revision + 1, this.#head, cause);
    const result = body(staging);
    const changes = staging.changes;
    if (changes.length > 0) this.#commit(staging.revision, changes);
    return result;
  }

  /** A transaction of one write, which nearly all are. `before` is what {@link get} gives for the key: whoever writes has looked. */
  put(key: string, value: unknown, before: Change | undefined, cause?: unknown): void {
    this.#checkQuiet();
    const revision = this.#revision + 1;
    this.#commit(revision, [nextChange(this.#head, revision, key, value, before, before?.created ?? revision, cause)]);
  }

  #checkQuiet(): void { if (this.#notifying) throw new Error('a watcher may not write: schedule the write'); }

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
      const directory = this.#head.at(prefix);
      const watcher: Watcher = (change) => subscriber.next(change);
      directory.watchers = new Set(directory.watchers).add(watcher);   // a copy: those who are being told may come and go
      return () => {
        const others = [...(directory.watchers ?? [])].filter((each) => each !== watcher);
        directory.watchers = others.length > 0 ? new Set(others) : undefined;
      };
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
      if (change.value === undefined) this.#head.delete(change); else this.#head.set(change);
      this.history.append(change);
    }
    if (this.history.length > mostKept) this.#oldest = Math.max(this.#oldest, this.history.compact(this.history.revisionBefore(worthKeeping)));
    this.#notifying = true;
    try { for (const change of changes) this.#notify(change); } finally { this.#notifying = false; }
  }

  /** Those who watch all of the kind hear of it first. */
  #notify(change: Change): void {
    const { directory } = change;
    if (directory.top?.watchers) for (const watcher of directory.top.watchers) watcher(change);
    if (directory.watchers) for (const watcher of directory.watchers) watcher(change);
  }

  *#past(prefix: string, revision: number): Generator<Change> {
    const found = [...this.history.at(revision).values()].filter(({ key }) => key.startsWith(prefix));
    yield* found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
