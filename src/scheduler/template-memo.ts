import type { PodSpec } from '../schema/types';
import type { Filter, Plugin, Rejection, Score, WeightedPlugin } from './framework';
import type { Victims } from './preemption/victims';
import { firstRejection } from './questions';
import type { NodeInfo } from './node-info';
import type { NodeOrder } from './node-table';

type Kept = { raw: Float64Array; at: Float64Array };
type Said = { readonly verdicts: readonly (Rejection | undefined)[]; readonly askedAt: Float64Array };
/** A score that is what it is: it depends on the node alone, and nothing is done to it afterwards. */
export type PlainScore = { readonly weight: number; readonly score: Score };

/** Answers about one template's pods, node by node, as long as a node is what it was. Nodes that did not change are not even looked at. */
export class TemplateMemo {
  readonly #verdicts: (Rejection | undefined)[] = [];
  #askedAt: Float64Array = new Float64Array(0);           // generation of the node when it was asked
  readonly #scores = new Map<string, Kept>();
  readonly #victims: { readonly generation: number; readonly stirred: number; readonly result: Victims | Rejection }[] = [];
  readonly #beside: { readonly generation: number; readonly stirred: number; readonly result: Rejection | undefined }[] = [];
  /** The weighted sum of all plain scores by the node's slot, the generation of the node then, and the scores themselves. */
  readonly #plain: Kept = { raw: new Float64Array(0), at: new Float64Array(0) };
  readonly #parts: Float64Array[] = [];
  readonly #one: NodeInfo[] = [];
  readonly #answer = new Float64Array(1);

  /** Asks `filters` what they say of the node at `position`; they may depend on nothing but the pod's spec and the node. To be called after `said`. */
  verdict(filters: readonly Filter[], { nodes, slots, generations }: NodeOrder, position: number): Rejection | undefined {
    const slot = slots[position] as number;
    this.#askedAt[slot] = generations[slot] as number;
    return (this.#verdicts[slot] = firstRejection(filters, nodes[position] as NodeInfo));
  }

  /** What was said before, by slot, and the generation of the node then: it holds as long as the node has that generation. */
  said({ generations }: NodeOrder): Said {
    if (this.#askedAt.length < generations.length) this.#askedAt = grown(this.#askedAt, generations.length);
    while (this.#verdicts.length < generations.length) this.#verdicts.push(undefined);   // without holes, wherever a search begins
    return { verdicts: this.#verdicts, askedAt: this.#askedAt };
  }

  /** Who would have to go from the node, worked out again only after something happened there. */
  victims(node: NodeInfo, generation: number, find: () => Victims | Rejection): Victims | Rejection {
    const { slot, stirred } = node;
    const known = this.#victims[slot];
    if (known && known.generation === generation && known.stirred === stirred) return known.result;
    const result = find();
    this.#victims[slot] = { generation, stirred, result };
    return result;
  }

  /** What the pods nominated to the node leave, asked again only after something happened there. */
  beside(node: NodeInfo, generation: number, ask: () => Rejection | undefined): Rejection | undefined {
    const { slot, stirred } = node;
    const known = this.#beside[slot];
    if (known && known.generation === generation && known.stirred === stirred) return known.result;
    const result = ask();
    this.#beside[slot] = { generation, stirred, result };
    return result;
  }

  /** The weighted sums of plain scores, which are always the same ones for a template; asked again for changed nodes only. */
  sums(scores: readonly PlainScore[], { nodes, slots, generations }: NodeOrder, positions: Int32Array, count: number, sums: Float64Array): void {
    const known = this.#plain;
    if (known.at.length < generations.length || this.#parts.length < scores.length) {
      Object.assign(known, { raw: grown(known.raw, generations.length), at: grown(known.at, generations.length) });
      scores.forEach((_score, k) => { this.#parts[k] = grown(this.#parts[k] ?? noNumbers, generations.length); });
    }
    const { raw, at } = known;
    for (let i = 0; i < count; i++) {
      const slot = slots[positions[i] as number] as number;
      const generation = generations[slot] as number;
      if (at[slot] !== generation) {
        raw[slot] = this.#sum(scores, nodes[positions[i] as number] as NodeInfo, slot);
        at[slot] = generation;
      }
      sums[i] = raw[slot] as number;
    }
  }

  /** What the plain score numbered `part` gave the nodes at `shown` of `positions` when the sums were asked for. */
  plainScores(part: number, { slots }: NodeOrder, positions: Int32Array, shown: readonly number[]): readonly number[] {
    const all = this.#parts[part] as Float64Array;
    const some: number[] = [];
    for (let k = 0; k < shown.length; k++) some.push(all[slots[positions[shown[k] as number] as number] as number] as number);
    return some;
  }

  #sum(scores: readonly PlainScore[], node: NodeInfo, slot: number): number {
    let sum = 0;
    this.#one[0] = node;
    for (let k = 0; k < scores.length; k++) {
      const { weight, score } = scores[k] as PlainScore;
      score(this.#one, this.#answer);
      (this.#parts[k] as Float64Array)[slot] = this.#answer[0] as number;
      sum += weight * (this.#answer[0] as number);
    }
    return sum;
  }

  /** As `score`, which may depend on nothing but the pod's spec and the node; asked again for changed nodes only. */
  score(plugin: string, score: Score, { nodes, slots, generations }: NodeOrder, positions: Int32Array, count: number, scores: Float64Array): void {
    const known = this.#scores.get(plugin) ?? { raw: new Float64Array(0), at: new Float64Array(0) };
    this.#scores.set(plugin, known);
    if (known.at.length < generations.length) Object.assign(known, { raw: grown(known.raw, generations.length), at: grown(known.at, generations.length) });
    const { raw, at } = known;
    for (let i = 0; i < count; i++) {
      const position = positions[i] as number;
      const slot = slots[position] as number;
      const generation = generations[slot] as number;
      if (at[slot] !== generation) {
        this.#one[0] = nodes[position] as NodeInfo;
        score(this.#one, this.#answer);
        raw[slot] = this.#answer[0] as number;
        at[slot] = generation;
      }
      scores[i] = raw[slot] as number;
    }
  }
}

function grown(array: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}

const noNumbers = new Float64Array(0);

const maxTemplates = 16;

/** Memos of the templates used last. A template has one from its second pod on: a single pod would only pay for it. */
export class TemplateMemos {
  readonly #names = new WeakMap<PodSpec, string>();
  readonly #memos = new Map<string, TemplateMemo | undefined>();
  readonly #local: readonly Plugin[];

  constructor(plugins: readonly WeightedPlugin[]) { this.#local = plugins.map(({ plugin }) => plugin).filter(({ looksAt }) => looksAt); }

  /** Templates are the same if plugins that judge a node by itself see no difference, and their pods are equally important. */
  of(spec: PodSpec): TemplateMemo | undefined {
    const name = this.#nameOf(spec);
    const known = this.#memos.get(name);
    if (known) return known;
    const memo = this.#memos.has(name) ? new TemplateMemo() : undefined;
    this.#memos.delete(name);
    this.#memos.set(name, memo);
    const oldest = this.#memos.keys().next();
    if (this.#memos.size > maxTemplates && !oldest.done) this.#memos.delete(oldest.value);
    return memo;
  }

  #nameOf(spec: PodSpec): string {
    const known = this.#names.get(spec);
    if (known !== undefined) return known;
    const name = JSON.stringify([spec.priority ?? 0, ...this.#local.map((plugin) => plugin.looksAt?.(spec))]);
    this.#names.set(spec, name);
    return name;
  }
}
