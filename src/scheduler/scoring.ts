import type { Random } from '../sim/random';
import { maxListedNodes, type Decision, type PluginScores } from './decisions';
import type { Cycle, Plugin, Score, WeightedPlugin } from './framework';
import type { NodeInfo } from './node-info';
import type { NodeOrder } from './node-table';
import type { PlainScore, TemplateMemo } from './template-memo';

/** The node with the highest total, and what the record says of how it came to that. */
export type Scored = Pick<Decision, 'candidates' | 'scores' | 'totals' | 'ties' | 'complete'> & { readonly winner: string };

type Buffers = { raw: Float64Array; normalised: Float64Array };
/** One plugin's scores, of which the record keeps those of the candidates at `shown`. */
type Column = { readonly plugin: string; readonly weight: number; keep(shown: readonly number[]): Pick<PluginScores, 'raw' | 'normalised'> };

const maxListedTies = 10;

/** Scores the nodes that fit and chooses among them. Buffers are used again for every pod: a sample of hundreds of nodes would leave much garbage. */
export class Scoring {
  readonly #buffers: Buffers[] = [];
  #totals: Float64Array = new Float64Array(0);
  readonly #one = new Float64Array(1);

  constructor(private readonly plugins: readonly WeightedPlugin[], private readonly random: Random) {}

  /** `feasible` are positions in `order`, `count` of them. */
  choose(cycle: Cycle, memo: TemplateMemo | undefined, order: NodeOrder, feasible: Int32Array, count: number): Scored {
    const totals = (this.#totals = roomFor(this.#totals, count));
    const columns: Column[] = [];
    const plain: PlainScore[] = [];
    const asked: { readonly plugin: Plugin; readonly weight: number; readonly score: Score; readonly at: number }[] = [];
    let constant = 0;
    for (const { plugin, weight } of this.plugins) {
      const score = plugin.preScore?.(cycle);
      if (!score) continue;
      if (typeof score !== 'function') {
        const normalised = this.#normalised(plugin, score.uniform);
        constant += weight * normalised;
        columns.push({ plugin: plugin.name, weight, keep: ({ length }) => ({ raw: repeated(score.uniform, length), normalised: repeated(normalised, length) }) });
      } else if (memo && plugin.looksAt && !plugin.normalize) {
        const part = plain.push({ weight, score }) - 1;
        const keep = (shown: readonly number[]) => { const raw = memo.plainScores(part, order, feasible, shown); return { raw, normalised: raw }; };
        columns.push({ plugin: plugin.name, weight, keep });
      } else asked.push({ plugin, weight, score, at: columns.push(none) - 1 });
    }
    if (memo && plain.length > 0) memo.sums(plain, order, feasible, count, totals); else totals.fill(0, 0, count);
    let candidates: readonly NodeInfo[] | undefined;
    asked.forEach(({ plugin, weight, score, at }, i) => {
      const { raw, normalised } = this.#buffersAt(i, count);
      if (memo && plugin.looksAt) memo.score(plugin.name, score, order, feasible, count, raw);
      else score((candidates ??= candidatesOf(order, feasible, count)), raw);
      normalised.set(raw);
      plugin.normalize?.(normalised, count);
      addWeighted(totals, normalised, weight, count);
      columns[at] = { plugin: plugin.name, weight, keep: (shown) => ({ raw: kept(raw, shown), normalised: kept(normalised, shown) }) };
    });
    return this.#best(columns, order, feasible, count, constant);
  }

  #normalised(plugin: Plugin, score: number): number {
    this.#one[0] = score;
    plugin.normalize?.(this.#one, 1);
    return this.#one[0];
  }

  #buffersAt(at: number, count: number): Buffers {
    const buffers = (this.#buffers[at] ??= { raw: new Float64Array(0), normalised: new Float64Array(0) });
    buffers.raw = roomFor(buffers.raw, count);
    buffers.normalised = roomFor(buffers.normalised, buffers.raw.length);
    return buffers;
  }

  /** The highest total wins; among equals chance decides. The record lists all candidates, or in a large cluster some of the best. */
  #best(columns: readonly Column[], { nodes, names }: NodeOrder, feasible: Int32Array, count: number, constant: number): Scored {
    const totals = this.#totals;
    let highest = -Infinity;
    let ties = 0;
    for (let i = 0; i < count; i++) {
      const total = totals[i] as number;
      if (!(total >= highest)) continue;
      ties = total > highest ? 1 : ties + 1;
      highest = total;
    }
    const drawn = nthOf(totals, highest, ties === 1 ? 0 : this.random.below(ties));
    const complete = nodes.length <= maxListedNodes;
    const shown = complete ? Array.from({ length: count }, (_, i) => i) : someOf(totals, highest, count, drawn);
    const nameOf = (i: number): string => names[feasible[i] as number] ?? '';
    return {
      winner: nameOf(drawn), candidates: shown.map(nameOf), totals: kept(totals, shown, constant), ties, complete,
      scores: columns.map(({ plugin, weight, keep }) => { const { raw, normalised } = keep(shown); return { plugin, weight, raw, normalised }; }),
    };
  }
}

const none: Column = { plugin: '', weight: 0, keep: () => ({ raw: [], normalised: [] }) };
const repeated = (value: number, length: number): readonly number[] => { const all: number[] = []; for (let i = 0; i < length; i++) all.push(value); return all; };
const roomFor = (array: Float64Array, count: number): Float64Array => (array.length >= count ? array : new Float64Array(count));
const candidatesOf = ({ nodes }: NodeOrder, feasible: Int32Array, count: number): readonly NodeInfo[] =>
  Array.from({ length: count }, (_, i) => nodes[feasible[i] as number] as NodeInfo);

function addWeighted(totals: Float64Array, scores: Float64Array, weight: number, count: number): void {
  for (let i = 0; i < count; i++) totals[i] = (totals[i] as number) + weight * (scores[i] as number);
}

/** Plain arrays: typed ones have memory of their own to be taken and given back, which costs more than all the numbers in them. */
function kept(all: Float64Array, shown: readonly number[], more = 0): readonly number[] {
  const some: number[] = [];
  for (let k = 0; k < shown.length; k++) some.push((all[shown[k] as number] as number) + more);
  return some;
}

/** Where `value` is found for the time after `before` others. */
function nthOf(totals: Float64Array, value: number, before: number): number {
  let left = before;
  for (let i = 0; i < totals.length; i++) if (totals[i] === value && left-- === 0) return i;
  return 0;
}

/** The one that was drawn, and some of those that were as good. */
function someOf(totals: Float64Array, highest: number, count: number, drawn: number): readonly number[] {
  const some = [drawn];
  for (let i = 0; i < count && some.length < maxListedTies; i++) if (i !== drawn && totals[i] === highest) some.push(i);
  return some;
}
