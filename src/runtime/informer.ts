import { defer, Observable, of, repeat, retry, Subject, tap, timer, type SchedulerLike, type Subscription } from 'rxjs';
import { controllerOf, keyOf, revisionOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { StoredEvent } from '../api/stored-event';
import type { KubeObject, Resource } from '../api/types';
import { Heap } from '../sim/heap';
import { Index, type IndexBy } from './index-by';

/** The uid of the object's controller. */
export const byOwner: IndexBy<KubeObject> = { name: 'owner', of: (object) => controllerOf(object)?.uid };
export const byNamespace: IndexBy<KubeObject> = { name: 'namespace', of: (object) => object.metadata.namespace };

/** One change to a cache: no `previous` is an addition, no `next` a removal. */
export type Changed<T> = { readonly key: string; readonly previous?: T | undefined; readonly next?: T | undefined; readonly revision: number };

/** A read-only copy of one kind, as far as its watch has brought it: possibly stale, never wrong about the past. */
export class Informer<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #changes = new Subject<Changed<T>>();
  readonly #awaited = new Heap<{ readonly revision: number; readonly run: () => void }>((a, b) => a.revision < b.revision);
  #seen = 0;

  constructor(readonly kind: Resource<T>, private readonly client: LocalClient, private readonly scheduler: SchedulerLike) {}

  /** The newest revision of this kind that has arrived. */
  get seen(): number { return this.#seen; }
  get size(): number { return this.#objects.size; }
  get(key: string): T | undefined { return this.#objects.get(key); }
  list(): Iterable<T> { return this.#objects.values(); }
  /** All objects whose `by` is `value`. The index is opened at its first use and kept up from then on. */
  by(by: IndexBy<T>, value: string): Iterable<T> { return (this.#indexes.get(by.name) ?? this.#open(by)).get(value).values(); }
  /** How many there are of them. */
  count(by: IndexBy<T>, value: string): number { return (this.#indexes.get(by.name) ?? this.#open(by)).get(value).size; }

  /** What is held already, then every change to it. */
  get changes(): Observable<Changed<T>> {
    return new Observable((subscriber) => {
      for (const [key, next] of [...this.#objects]) subscriber.next({ key, next, revision: revisionOf(next) });
      return this.#changes.subscribe(subscriber);
    });
  }

  whenSeen(revision: number, run: () => void): void {
    if (revision <= this.#seen) run(); else this.#awaited.push({ revision, run });
  }

  /** List, then watch; list again if the watch fell too far behind or the server was away. */
  start(): Subscription {
    return defer(() => this.client.watch(this.kind, { since: this.#relist() })).pipe(
      tap((event) => this.#apply(StoredEvent.keyOf(event) ?? keyOf(event.object), event.type === 'DELETED' ? undefined : event.object, revisionOf(event.object))),
      repeat({ delay: () => timer(1_000, this.scheduler) }),   // the server ends a watch when a custom resource is defined otherwise
      retry({ delay: (error: unknown) => (StatusError.is(error, 'Expired') ? of(true) : error instanceof StatusError ? timer(1_000, this.scheduler) : throwAgain(error)) }),
    ).subscribe();
  }

  /** Makes the cache equal to a fresh list; returns the list's revision. */
  #relist(): string {
    const { items, metadata } = this.client.list(this.kind);
    const revision = Number(metadata.resourceVersion);
    const keys = new Set<string>();
    for (const object of items) {
      const key = keyOf(object);
      keys.add(key);
      if (this.#objects.get(key) !== object) this.#apply(key, object, revisionOf(object));
    }
    for (const key of [...this.#objects.keys()]) if (!keys.has(key)) this.#apply(key, undefined, revision);
    this.#advance(revision);
    return metadata.resourceVersion;
  }

  #open(by: IndexBy<T>): Index<T> {
    const index = new Index(by);
    this.#indexes.set(by.name, index);
    for (const [key, object] of this.#objects) index.update(key, undefined, object);
    return index;
  }

  #apply(key: string, next: T | undefined, revision: number): void {
    const previous = this.#objects.get(key);
    if (next) this.#objects.set(key, next); else this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.update(key, previous, next);
    this.#changes.next({ key, previous, next, revision });
    this.#advance(revision);
  }

  #advance(revision: number): void {
    this.#seen = Math.max(this.#seen, revision);
    while (this.#awaited.first && this.#awaited.first.revision <= this.#seen) this.#awaited.pop()?.run();
  }
}

const throwAgain = (error: unknown): never => { throw error; };
