import { grownInts } from './grown';
import type { NodeSet } from './node-set';
import type { Topology } from './topology';

/** What is counted on nodes, summed by the value of one of their labels. */
export class Domains {
  /** By the number of the value. A plain field: searches read it for each node. */
  counts = new Int32Array(8);
  /** How many values have something at all. */
  nonZero = 0;
  readonly #byCount: Map<number, number> | undefined;
  /** The least count among the domains; 0 when there are none. A plain field, as above. */
  least = 0;

  /** With `nodes`, only they are counted and the least count of their domains is known; without, all that have the label. */
  constructor(readonly topology: Topology, readonly nodes?: NodeSet) {
    if (!nodes) return;
    this.#byCount = new Map(nodes.domainCount > 0 ? [[0, nodes.domainCount]] : []);
    nodes.counted.add(this);
  }

  close(): void { this.nodes?.counted.delete(this); }

  /** `by` more of it on the node at `slot`. */
  add(slot: number, by: number): void {
    const value = this.topology.valueOf[slot] ?? -1;
    if (value < 0 || (this.nodes && (this.nodes.isIn[slot] ?? 0) === 0)) return;
    if (value >= this.counts.length) this.counts = grownInts(this.counts, value);
    const before = this.counts[value] as number;
    const after = before + by;
    this.counts[value] = after;
    if (before === 0) this.nonZero++; else if (after === 0) this.nonZero--;
    if (this.#byCount) this.#moved(this.#byCount, before, after);
  }

  of(slot: number): number {
    const value = this.topology.valueOf[slot] ?? -1;
    return value < 0 ? 0 : (this.counts[value] ?? 0);
  }

  /** A domain begins with nothing in it. */
  opened(value: number): void {
    if (value < this.counts.length) this.counts[value] = 0;
    const byCount = this.#byCount;
    if (!byCount) return;
    byCount.set(0, (byCount.get(0) ?? 0) + 1);
    this.least = 0;
  }

  /** A domain ends: its nodes have taken what was on them along. */
  closed(value: number): void {
    if (this.#byCount) leave(this.#byCount, this.counts[value] ?? 0);
    this.#findLeast();
  }

  #moved(byCount: Map<number, number>, before: number, after: number): void {
    leave(byCount, before);
    byCount.set(after, (byCount.get(after) ?? 0) + 1);
    if (after < this.least) this.least = after;
    else if (before === this.least) while (!byCount.has(this.least)) this.least++;   // ends at `after` at the latest
  }

  #findLeast(): void {
    let least = Infinity;
    for (const count of this.#byCount?.keys() ?? []) if (count < least) least = count;
    this.least = least === Infinity ? 0 : least;
  }
}

function leave(byCount: Map<number, number>, count: number): void {
  const left = (byCount.get(count) ?? 0) - 1;
  if (left <= 0) byCount.delete(count); else byCount.set(count, left);
}
