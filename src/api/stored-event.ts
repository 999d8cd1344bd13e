import type { KubeObject, WatchEvent } from './types';

/** A watch event that comes straight from the store and knows the key of its object: caches beside the server then share that text, and need not make it. */
export class StoredEvent implements WatchEvent {
  readonly #key: string;
  constructor(readonly type: WatchEvent['type'], readonly object: KubeObject, key: string) { this.#key = key; }

  /** As {@link keyOf} gives it. Undefined for an event that came another way. */
  static keyOf(event: WatchEvent): string | undefined { return #key in event ? event.#key : undefined; }
}
