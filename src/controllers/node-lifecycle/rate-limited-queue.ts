import { Fifo } from '../../sim/fifo';

/** Names that wait for their turn, each once; turns come at a rate, and never two at once (upstream's RateLimitedTimedQueue with a burst of one). */
export class RateLimitedQueue {
  readonly #order = new Fifo<{ readonly name: string; readonly ticket: number }>();
  readonly #tickets = new Map<string, number>();
  #nextTicket = 0;
  #tokens = 1;

  constructor(private perSecond: number, private at: number) {}

  get size(): number { return this.#tickets.size; }

  /** At the end, unless it waits already. */
  add(name: string): void {
    if (this.#tickets.has(name)) return;
    const ticket = this.#nextTicket++;
    this.#tickets.set(name, ticket);
    this.#order.push({ name, ticket });
  }

  remove(name: string): void { this.#tickets.delete(name); }

  /** Whose turn it is; undefined when nobody waits or the next turn is later. */
  take(now: number): string | undefined {
    if (this.#tickets.size === 0 || !this.#accepts(now)) return undefined;
    for (let first = this.#order.shift(); first; first = this.#order.shift()) {
      if (this.#tickets.get(first.name) !== first.ticket) continue;   // removed since
      this.#tickets.delete(first.name);
      return first.name;
    }
    return undefined;
  }

  /** Until the next turn, in milliseconds; Infinity when nobody waits or nobody has one. */
  waitMs(now: number): number {
    if (this.#tickets.size === 0 || this.perSecond <= 0) return Infinity;
    this.#refill(now);
    return Math.max(0, Math.ceil((1 - this.#tokens) / this.perSecond * 1_000));
  }

  /** From now on another rate; 0 for no turns at all. Who had no turn to give before has none at first. */
  setRate(perSecond: number, now: number): void {
    const accepts = this.#accepts(now);
    this.perSecond = perSecond;
    this.#tokens = accepts ? 1 : 0;
  }

  #accepts(now: number): boolean {
    this.#refill(now);
    if (this.perSecond <= 0 || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(1, this.#tokens + (now - this.at) / 1_000 * Math.max(0, this.perSecond) + 1e-9);
    this.at = now;
  }
}
