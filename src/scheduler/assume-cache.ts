import { keyOf, revisionOf } from '../api/keys';
import type { KubeObject } from '../api/types';
import type { IndexBy } from '../runtime/index-by';
import type { Informer } from '../runtime/informer';

/** A cache together with what was written through the scheduler and the watch has not brought yet: two pods in flight must not be given the same volume. */
export class AssumeCache<T extends KubeObject> {
  readonly #assumed = new Map<string, T>();
  constructor(private readonly informer: Informer<T>) {}

  /** Takes `object`, as the server answered it, for true until the cache has caught up with it. */
  assume(object: T): void { this.#assumed.set(keyOf(object), object); }

  get(key: string): T | undefined {
    const assumed = this.#assumed.get(key);
    if (!assumed || revisionOf(assumed) > this.informer.seen) return assumed ?? this.informer.get(key);
    this.#assumed.delete(key);
    return this.informer.get(key);
  }

  by(index: IndexBy<T>, value: string): Iterable<T> {
    const known = this.informer.by(index, value);
    return this.#assumed.size === 0 ? known : this.#merged(known, index, value);
  }

  *#merged(known: Iterable<T>, index: IndexBy<T>, value: string): Generator<T> {
    for (const [key, assumed] of this.#assumed) if (revisionOf(assumed) <= this.informer.seen) this.#assumed.delete(key);
    for (const object of known) if (!this.#assumed.has(keyOf(object))) yield object;
    for (const assumed of this.#assumed.values()) if (index.of(assumed) === value) yield assumed;
  }
}
