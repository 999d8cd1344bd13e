import type { Exchange } from '../net/types';
import type { Flown } from './protocol';

const mostAtOnce = 60;

/** Gathers requests between two looks at them; beyond a number that can be drawn they are only counted. */
export class Traffic {
  #flown: Flown[] = [];
  #skipped = 0;

  add(exchange: Exchange): void {
    if (this.#flown.length < mostAtOnce) this.#flown.push(flown(exchange)); else this.#skipped++;
  }

  /** What came since the last call; undefined when nothing did. */
  take(): { readonly exchanges: readonly Flown[]; readonly skipped: number } | undefined {
    if (this.#flown.length === 0) return undefined;
    const taken = { exchanges: this.#flown, skipped: this.#skipped };
    this.#flown = [];
    this.#skipped = 0;
    return taken;
  }
}

const flown = ({ id, startedAt, endedAt, from, dialed, protocol, hops, error, payload, reply }: Exchange): Flown =>
  ({ id, startedAt, endedAt, from, dialed, protocol, hops, kind: payload.kind, ...(error && { error }), ...(reply?.kind === 'http' && { status: reply.response.status }) });
