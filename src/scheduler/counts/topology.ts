import type { NodeInfo } from '../node-info';
import { grownInts } from './grown';

/** The values of one label over all nodes, numbered so that arrays can hold what is counted by them. */
export class Topology {
  /** The number of a node's value by the node's slot; -1 where the node has no such label. A plain field: searches read it for each node. */
  valueOf = new Int32Array(8).fill(-1);
  readonly #numbers = new Map<string, number>();
  /** How many nodes have each value: a value nobody has gives its number back. */
  readonly #nodes: number[] = [];
  readonly #texts: string[] = [];
  readonly #free: number[] = [];

  constructor(readonly key: string) {}

  /** One more than the highest number in use. */
  get size(): number { return this.#nodes.length; }
  numberOf(value: string): number | undefined { return this.#numbers.get(value); }

  enter({ slot, labels }: NodeInfo): void {
    if (slot >= this.valueOf.length) this.valueOf = grownInts(this.valueOf, slot, -1);
    const text = labels[this.key];
    if (text === undefined) return;
    const number = this.#numbers.get(text) ?? this.#take(text);
    this.#nodes[number] = (this.#nodes[number] ?? 0) + 1;
    this.valueOf[slot] = number;
  }

  leave({ slot }: NodeInfo): void {
    const number = this.valueOf[slot] ?? -1;
    if (number < 0) return;
    this.valueOf[slot] = -1;
    const left = (this.#nodes[number] ?? 0) - 1;
    this.#nodes[number] = left;
    if (left > 0) return;
    this.#numbers.delete(this.#texts[number] ?? '');
    this.#free.push(number);
  }

  #take(text: string): number {
    const number = this.#free.pop() ?? this.#nodes.length;
    this.#nodes[number] = 0;
    this.#texts[number] = text;
    this.#numbers.set(text, number);
    return number;
  }
}
