import { Subscription, type SchedulerLike } from 'rxjs';
import type { LocalClient } from '../api/local-client';
import type { KubeObject, Resource, User } from '../api/types';
import { Informer } from './informer';

/** One shared cache for each kind somebody asked for; started at the first question, stopped with the whole. */
export class Informers {
  readonly #byResource = new Map<string, Informer<KubeObject>>();
  readonly #running = new Map<string, Subscription>();
  readonly #subscription = new Subscription();

  /** `shared` are caches that are somebody else's: only the client is one's own then. */
  constructor(readonly client: LocalClient, readonly scheduler: SchedulerLike, private readonly shared?: Informers) {}

  /** The same caches for one who writes under another name. */
  as(user: User): Informers { return new Informers(this.client.as(user), this.scheduler, this.shared ?? this); }

  of<T extends KubeObject>(kind: Resource<T>): Informer<T> {
    if (this.shared) return this.shared.of(kind);
    const known = this.existing(kind.resource) ?? this.#open(kind);
    return known as unknown as Informer<T>;   // the map is keyed by the resource, which fixes T
  }

  existing(resource: string): Informer<KubeObject> | undefined { return this.shared ? this.shared.existing(resource) : this.#byResource.get(resource); }

  /** Lets go of a kind that is served no more; asked for again, it gets a new cache. */
  close(resource: string): void {
    const running = this.#running.get(resource);
    if (!running) return;
    this.#subscription.remove(running);
    running.unsubscribe();
    this.#running.delete(resource);
    this.#byResource.delete(resource);
  }

  stop(): void { this.#subscription.unsubscribe(); }

  #open<T extends KubeObject>(kind: Resource<T>): Informer<KubeObject> {
    const informer = new Informer<KubeObject>(kind as unknown as Resource<KubeObject>, this.client, this.scheduler);
    this.#byResource.set(kind.resource, informer);
    const running = informer.start();
    this.#running.set(kind.resource, running);
    this.#subscription.add(running);
    return informer;
  }
}
