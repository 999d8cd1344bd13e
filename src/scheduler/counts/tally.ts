import type { NodeInfo } from '../node-info';
import { Domains } from './domains';
import { grownInts } from './grown';
import type { NodeSet } from './node-set';
import type { Topology } from './topology';

/** How many pods of some sort are on each node, and on the nodes of each value of a label. */
export class Tally {
  /** By the node's slot. A plain field: searches read it for each node. */
  perNode = new Int32Array(8);
  total = 0;
  readonly #domains = new Map<Topology | NodeSet, Domains>();

  add(slot: number, by: number): void {
    if (slot >= this.perNode.length) this.perNode = grownInts(this.perNode, slot);
    this.perNode[slot] = (this.perNode[slot] as number) + by;
    this.total += by;
    for (const domains of this.#domains.values()) domains.add(slot, by);
  }

  /** The sums over all nodes with the label, or over a set of nodes; kept up from the first question on. */
  by(over: Topology | NodeSet): Domains {
    const known = this.#domains.get(over);
    if (known) return known;
    const made = 'topology' in over ? new Domains(over.topology, over) : new Domains(over);
    this.#domains.set(over, made);
    if (this.total > 0) this.perNode.forEach((count, slot) => { if (count > 0) made.add(slot, count); });
    return made;
  }

  /** The node's labels are about to change: what is on it is taken out, and counted again afterwards. */
  leave({ slot }: NodeInfo): void { this.#shift(slot, -1); }
  enter({ slot }: NodeInfo): void { this.#shift(slot, 1); }

  close(): void { for (const each of this.#domains.values()) each.close(); }

  #shift(slot: number, sign: 1 | -1): void {
    const count = this.perNode[slot] ?? 0;
    if (count > 0) for (const domains of this.#domains.values()) domains.add(slot, sign * count);
  }
}
