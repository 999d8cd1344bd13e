import type { Informers } from './informers';

/**
 * Read your own writes: a key is not reconciled again before the caches have seen what it wrote last time.
 * Does for every controller what client-go's expectations do for some, without counting anything.
 */
export class Barrier {
  readonly #written = new Map<string, Map<string, number>>();   // key → resource → highest revision written
  readonly #held = new Set<string>();
  constructor(private readonly informers: Informers, private readonly lifted: (key: string) => void) {}

  wrote(key: string, resource: string, revision: number): void {
    if (!this.informers.existing(resource) || Number.isNaN(revision)) return;
    const written = this.#written.get(key) ?? new Map<string, number>();
    this.#written.set(key, written.set(resource, Math.max(revision, written.get(resource) ?? 0)));
  }

  /** Whether `key` may run; if not, it will be handed to `lifted` as soon as the cache that is behind caught up. */
  passes(key: string): boolean {
    if (this.#held.has(key)) return false;
    for (const [resource, revision] of this.#written.get(key) ?? []) {
      const informer = this.informers.existing(resource);
      if (!informer || informer.seen >= revision) continue;
      this.#held.add(key);
      informer.whenSeen(revision, () => { this.#held.delete(key); this.lifted(key); });
      return false;
    }
    this.#written.delete(key);
    return true;
  }
}
