import { podRequests } from '../kinds/core/pod-resources';
import type { Pod } from '../schema/types';
import type { Random } from '../sim/random';
import { maxListedNodes, type Decision, type PluginScores } from './decisions';
import { availability, noNodes, refusedBeforehand, truncated } from './fit-error';
import { isRejection, rejection, type Cycle, type Filter, type Rejection, type WeightedPlugin } from './framework';
import type { NodeInfo } from './node-info';
import type { NodeTable } from './node-table';
import { numFeasibleNodesToFind } from './sampling';

/** What came of one cycle: a node, or a message and the plugins whose verdict an event must change before it is worth another try. */
export type CycleResult = { readonly node?: string; readonly message?: string; readonly rejectors: ReadonlySet<string>; readonly decision: CycleDecision };
type CycleDecision = Omit<Decision, 'pod' | 'uid' | 'attempt' | 'at'>;
type Scored = Pick<CycleDecision, 'candidates' | 'scores' | 'totals' | 'ties' | 'complete'> & { readonly winner: NodeInfo };

type ScoreSlot = { -readonly [K in keyof PluginScores]: PluginScores[K] };

const nobody: ReadonlySet<string> = new Set();
const noTotals = new Float64Array(0);
const unscored = { candidates: [], scores: [], totals: noTotals, ties: 1, complete: true };

/** Runs the scheduling cycle for one pod after another: filter, score, choose. Keeps where the next search begins. */
export class SchedulingCycle {
  #start = 0;
  readonly #feasible: NodeInfo[] = [];
  readonly #rejected: NodeInfo[] = [];
  readonly #rejections: Rejection[] = [];
  readonly #slots: ScoreSlot[] = [];
  #totals: Float64Array = new Float64Array(0);

  constructor(private readonly plugins: readonly WeightedPlugin[], private readonly random: Random, private readonly percentageOfNodesToScore = 0) {}

  run(pod: Pod, nodes: NodeTable): CycleResult {
    const all = nodes.list;
    if (all.length === 0) return this.#failed(noNodes, nobody, 0);
    const cycle: Cycle = { pod, requests: podRequests(pod.spec), nodes };
    const asked = this.#preFilter(cycle);
    if ('refused' in asked) {
      const rejections = new Map(all.map((info) => [info.name, asked.refused]));
      return this.#failed(this.#explain(cycle, refusedBeforehand(all.length, asked.refused), rejections, []), new Set([asked.refused.plugin]), all.length);
    }
    const evaluated = this.#findFeasible(asked.filters, asked.nodeNames ? all.filter(({ name }) => asked.nodeNames?.has(name)) : all, nodes);
    if (this.#feasible.length === 0) return this.#noneFits(cycle, asked, all);

    const first = this.#feasible[0];
    const scored = this.#feasible.length === 1 && first ? { ...unscored, winner: first } : this.#choose(cycle);
    const { winner, ...detail } = scored;
    const listed = all.length <= maxListedNodes;
    return {
      node: winner.name, rejectors: nobody,
      decision: {
        ...detail, node: winner.name, nodesInCluster: all.length, nodesEvaluated: evaluated, nodesFeasible: this.#feasible.length,
        complete: detail.complete && listed, rejected: listed ? this.#listRejected() : [],
      },
    };
  }

  #preFilter(cycle: Cycle): { readonly filters: readonly Filter[]; readonly nodeNames?: ReadonlySet<string>; readonly restricting: readonly string[] } | { readonly refused: Rejection } {
    const filters: Filter[] = [];
    const restricting: string[] = [];
    let nodeNames: ReadonlySet<string> | undefined;
    for (const { plugin } of this.plugins) {
      const result = plugin.preFilter?.(cycle);
      if (!result) continue;
      if (isRejection(result)) return { refused: result };
      filters.push(result);
      if (!result.nodeNames) continue;
      const more = result.nodeNames;
      nodeNames = nodeNames ? new Set([...nodeNames].filter((name) => more.has(name))) : more;
      restricting.push(plugin.name);
    }
    return { filters, ...(nodeNames && { nodeNames }), restricting };
  }

  /** Asks nodes, beginning where the last search ended, until enough fit. Returns how many were asked. */
  #findFeasible(filters: readonly Filter[], candidates: readonly NodeInfo[], nodes: NodeTable): number {
    this.#feasible.length = this.#rejected.length = this.#rejections.length = 0;
    const enough = numFeasibleNodesToFind(candidates.length, this.percentageOfNodesToScore);
    const begin = this.#start % candidates.length;
    let asked = 0;
    for (; asked < candidates.length && this.#feasible.length < enough; asked++) {
      const at = begin + asked;
      const node = candidates[at < candidates.length ? at : at - candidates.length] as NodeInfo;
      const verdict = firstRejection(filters, node);
      if (!verdict) { this.#feasible.push(node); continue; }
      this.#rejected.push(node);
      this.#rejections.push(verdict);
    }
    this.#start = (this.#start + asked) % nodes.list.length;
    return asked;
  }

  #choose(cycle: Cycle): Scored {
    const feasible = this.#feasible;
    const count = feasible.length;
    const totals = (this.#totals = roomFor(this.#totals, count));
    totals.fill(0, 0, count);
    const used: ScoreSlot[] = [];
    for (const { plugin, weight } of this.plugins) {
      const score = plugin.preScore?.(cycle);
      if (!score) continue;
      const slot = this.#slot(used.length, count);
      const { raw, normalised } = slot;
      score(feasible, raw);
      for (let i = 0; i < count; i++) normalised[i] = raw[i] as number;
      plugin.normalize?.(normalised, count);
      for (let i = 0; i < count; i++) totals[i] = (totals[i] ?? 0) + weight * (normalised[i] ?? 0);
      used.push(Object.assign(slot, { plugin: plugin.name, weight }));
    }
    return this.#best(totals, count, used, cycle.nodes.list.length <= maxListedNodes);
  }

  /** Buffers are used again for every pod: a sample of hundreds of nodes would leave much garbage. */
  #slot(at: number, count: number): ScoreSlot {
    const slot = this.#slots[at] ??= { plugin: '', weight: 0, raw: new Float64Array(0), normalised: new Float64Array(0) };
    slot.raw = roomFor(slot.raw, count);
    slot.normalised = roomFor(slot.normalised, count);
    return slot;
  }

  /** The highest total wins; among equals chance decides. The record lists all candidates, or in a large cluster some of the best. */
  #best(totals: Float64Array, count: number, used: readonly ScoreSlot[], complete: boolean): Scored {
    const feasible = this.#feasible;
    let highest = -Infinity;
    for (let i = 0; i < count; i++) highest = Math.max(highest, totals[i] ?? 0);
    const best: number[] = [];
    for (let i = 0; i < count; i++) if (totals[i] === highest) best.push(i);
    const drawn = best.length === 1 ? (best[0] ?? 0) : this.random.pick(best);
    const shown = complete ? feasible.map((_, i) => i) : [drawn, ...best.slice(0, maxListedTies).filter((i) => i !== drawn)].slice(0, maxListedTies);
    const kept = (all: Float64Array) => {
      const some = new Float64Array(shown.length);
      for (let i = 0; i < shown.length; i++) some[i] = all[shown[i] as number] as number;
      return some;
    };
    return {
      winner: feasible[drawn] as NodeInfo, candidates: shown.map((i) => feasible[i]?.name ?? ''), totals: kept(totals), ties: best.length, complete,
      scores: used.map(({ plugin, weight, raw, normalised }) => ({ plugin, weight, raw: kept(raw), normalised: kept(normalised) })),
    };
  }

  #noneFits(cycle: Cycle, asked: { readonly filters: readonly Filter[]; readonly nodeNames?: ReadonlySet<string>; readonly restricting: readonly string[] }, all: readonly NodeInfo[]): CycleResult {
    const rejections = new Map<string, Rejection>();
    this.#rejected.forEach((node, i) => { const by = this.#rejections[i]; if (by) rejections.set(node.name, by); });
    const leftOut = asked.nodeNames ? rejection(asked.restricting[0] ?? '', `node(s) didn't satisfy plugin(s) [${asked.restricting.join(' ')}]`) : undefined;
    if (leftOut) for (const { name } of all) if (!rejections.has(name)) rejections.set(name, leftOut);
    const rejectors = new Set([...rejections.values()].map(({ plugin }) => plugin));
    return this.#failed(this.#explain(cycle, availability(all.length, rejections.values()), rejections, asked.filters), rejectors, all.length);
  }

  #explain(cycle: Cycle, reasons: string, rejections: ReadonlyMap<string, Rejection>, filters: readonly Filter[]): string {
    const retest = (node: NodeInfo) => firstRejection(filters, node);
    const after = this.plugins.flatMap(({ plugin }) => plugin.postFilter?.(cycle, { rejections, retest }) ?? []);
    return truncated(after.length > 0 ? `${reasons} ${after.join(', ')}` : reasons);
  }

  #failed(message: string, rejectors: ReadonlySet<string>, nodesInCluster: number): CycleResult {
    const listed = nodesInCluster <= maxListedNodes;
    return {
      message, rejectors,
      decision: {
        ...unscored, ties: 0, message, nodesInCluster, nodesEvaluated: this.#rejected.length, nodesFeasible: 0, complete: listed,
        rejected: listed ? this.#listRejected() : [],
      },
    };
  }

  #listRejected(): Decision['rejected'] { return this.#rejected.map((node, i) => ({ node: node.name, by: this.#rejections[i] as Rejection })); }
}

const maxListedTies = 10;
const roomFor = (array: Float64Array, count: number): Float64Array => (array.length >= count ? array : new Float64Array(count));

function firstRejection(filters: readonly Filter[], node: NodeInfo): Rejection | undefined {
  for (let i = 0; i < filters.length; i++) {
    const verdict = (filters[i] as Filter).test(node);
    if (verdict) return verdict;
  }
  return undefined;
}
