const firstMs = 1_000;
const mostMs = 15 * 60_000;

type Entry = { readonly delayMs: number; readonly since: number };

/** How long a pod that failed on a node is left there before it is replaced: 1 s, doubling to 15 minutes, forgotten after twice that. */
export class Backoff {
  readonly #entries = new Map<string, Entry>();

  /** The time still to wait in milliseconds; 0 allows the next try, and makes the one after it wait longer. */
  waitMs(key: string, now: number): number {
    const before = this.#entries.get(key);
    const fresh = before && now - before.since <= 2 * mostMs ? before : undefined;
    if (fresh && now < fresh.since + fresh.delayMs) return fresh.since + fresh.delayMs - now;
    this.#entries.set(key, { delayMs: fresh ? Math.min(2 * fresh.delayMs, mostMs) : firstMs, since: now });
    for (const [other, { since }] of this.#entries) if (now - since > 2 * mostMs) this.#entries.delete(other);
    return 0;
  }
}
