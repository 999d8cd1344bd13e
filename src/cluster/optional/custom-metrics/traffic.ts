import { filter, type Observable, type Subscription } from 'rxjs';
import type { Exchange } from '../../../net/types';

/** Over how long requests are counted. */
export const windowMs = 60_000;
const slotMs = 1_000;

type Slots = Map<number, number>;

/** Counts HTTP requests by the address that answered them and by the one that was called. Probes of kubelets are none. */
export class Traffic {
  readonly #answered = new Map<string, Slots>();
  readonly #called = new Map<string, Slots>();

  constructor(private readonly now: () => number) {}

  follow(exchanges: Observable<Exchange>): Subscription {
    return exchanges.pipe(filter(({ payload, reply, from }) => payload.kind === 'http' && reply !== undefined && !isKubelet(from))).subscribe(({ hops }) => {
      for (const { by, rule, from } of hops) if (by === 'kube-proxy' && rule !== undefined && rule !== 'KUBE-POSTROUTING') this.#count(this.#called, addressOf(from));
      const last = hops.at(-1);
      if (last) this.#count(this.#answered, addressOf(last.to));
    });
  }

  /** Requests a second in thousandths that an address answered, or that called an address, within the window; only those since `sinceMs`. */
  answeredMilli(ip: string, sinceMs = 0): number { return this.#rate(this.#answered.get(ip), sinceMs); }
  calledMilli(ip: string): number { return this.#rate(this.#called.get(ip), 0); }

  #rate(slots: Slots | undefined, sinceMs: number): number {
    if (!slots) return 0;
    const oldest = Math.max(this.now() - windowMs, sinceMs);
    let count = 0;
    for (const [slot, requests] of slots) if (slot * slotMs >= oldest) count += requests;
    return Math.round((count * 1_000_000) / windowMs);
  }

  #count(all: Map<string, Slots>, ip: string): void {
    let slots = all.get(ip);
    if (!slots) all.set(ip, slots = new Map());
    const slot = Math.floor(this.now() / slotMs);
    if (!slots.has(slot)) forget(slots, slot - windowMs / slotMs);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
}

/** What is older than the window. Slots are in the order of time. */
function forget(slots: Slots, before: number): void {
  for (const slot of slots.keys()) {
    if (slot >= before) return;
    slots.delete(slot);
  }
}

const isKubelet = ({ node, pod, name }: Exchange['from']): boolean => pod === undefined && node !== undefined && node === name;
/** `10.244.1.5:80` without its port. */
const addressOf = (text: string): string => text.split(':', 1)[0] ?? text;
