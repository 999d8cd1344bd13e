import { labels as wellKnown } from '../../kinds/core/well-known';
import { settings } from './settings';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';
type Count = { ready: number; notReady: number };

/** The zone of a node: its region and zone; the same for all nodes without such labels. */
export const zoneOf = (labels: Readonly<Record<string, string>> = {}): string => `${labels[wellKnown.region] ?? ''}/${labels[wellKnown.zone] ?? ''}`;

/** As upstream: a zone is disturbed when none of its nodes is ready, or more than two and 55 % of them are not. */
export function zoneStateOf({ ready, notReady }: Readonly<Count>): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  return notReady > 2 && notReady / (notReady + ready) >= settings.unhealthyZoneThreshold ? 'PartialDisruption' : 'Normal';
}

/** How many nodes a second may be given up in such a zone. */
export function evictionRateOf(state: ZoneState, size: number): number {
  if (state !== 'PartialDisruption') return settings.nodeEvictionRate;
  return size > settings.largeClusterSizeThreshold ? settings.secondaryNodeEvictionRate : 0;
}

/** What changed: the rates of zones, and whether all evictions stopped (`off`) or began again (`on`). */
export type Verdict = { readonly rates: ReadonlyMap<string, number>; readonly turned?: 'off' | 'on' };

/** The nodes of each zone, ready and not, counted change by change. */
export class Zones {
  readonly #counts = new Map<string, Count>();
  readonly #places = new Map<string, { readonly zone: string; readonly ready: boolean }>();
  readonly #states = new Map<string, ZoneState>();

  /** Whether anything is counted otherwise than before. */
  place(node: string, zone: string, ready: boolean): boolean {
    const before = this.#places.get(node);
    if (before?.zone === zone && before.ready === ready) return false;
    this.forget(node);
    this.#places.set(node, { zone, ready });
    const count = this.#counts.get(zone) ?? { ready: 0, notReady: 0 };
    this.#counts.set(zone, count);
    count[ready ? 'ready' : 'notReady']++;
    return true;
  }

  /** Whether it was counted. */
  forget(node: string): boolean {
    const before = this.#places.get(node);
    const count = before && this.#counts.get(before.zone);
    if (!before || !count) return false;
    this.#places.delete(node);
    count[before.ready ? 'ready' : 'notReady']--;
    if (count.ready + count.notReady === 0) this.#counts.delete(before.zone);
    return true;
  }

  countOf(zone: string): Readonly<Count> { return this.#counts.get(zone) ?? { ready: 0, notReady: 0 }; }
  stateOf(zone: string): ZoneState { return this.#states.get(zone) ?? 'Initial'; }

  /**
   * Compares with the last time. While no zone at all has a ready node nobody is given up: the fault is then more likely with who looks. Costs
   * as many steps as there are zones.
   */
  judge(): Verdict {
    const next = new Map([...this.#counts].map(([zone, count]) => [zone, zoneStateOf(count)]));
    for (const zone of this.#states.keys()) if (!next.has(zone)) this.#states.delete(zone);
    for (const zone of next.keys()) if (!this.#states.has(zone)) this.#states.set(zone, 'Initial');
    const isDown = allDown(next);
    const wasDown = allDown(this.#states);
    const changed = [...next].filter(([zone, state]) => this.#states.get(zone) !== state || (wasDown && !isDown));
    for (const [zone, state] of next) this.#states.set(zone, state);
    if (isDown && wasDown) return { rates: new Map() };
    if (isDown) return { rates: new Map([...next.keys()].map((zone) => [zone, 0])), turned: 'off' };
    const rates = new Map(changed.map(([zone, state]) => [zone, evictionRateOf(state, sizeOf(this.countOf(zone)))]));
    return wasDown ? { rates, turned: 'on' } : { rates };
  }
}

const allDown = (states: ReadonlyMap<string, ZoneState>): boolean => [...states.values()].every((state) => state === 'FullDisruption');
const sizeOf = ({ ready, notReady }: Readonly<Count>): number => ready + notReady;
