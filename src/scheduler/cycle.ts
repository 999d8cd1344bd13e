import { keyOf } from '../api/keys';
import { podRequests } from '../kinds/core/pod-resources';
import type { Pod } from '../schema/types';
import type { Random } from '../sim/random';
import { nothingElse, type ClusterView } from './cluster-view';
import { maxListedNodes, type Decision } from './decisions';
import { availability, noNodes, refusedBeforehand, truncated } from './fit-error';
import { rejection, type Cycle, type PostFilterContext, type Rejection, type WeightedPlugin } from './framework';
import type { NodeInfo } from './node-info';
import { restrictedTo, type NodeOrder, type NodeTable } from './node-table';
import type { Candidate } from './preemption/choose';
import { trialOfRoom, trialOnNode } from './preemption/trial';
import { ask, besideNominated, firstRejection, firstRejectionAt, lacksOnlyRoom, preFilter, type Questions } from './questions';
import { numFeasibleNodesToFind } from './sampling';
import { Scoring } from './scoring';
import { TemplateMemos, type TemplateMemo } from './template-memo';

/** What came of one cycle: a node, or a message and the plugins whose verdict an event must change before it is worth another try. */
export type CycleResult = {
  readonly node?: string;
  readonly message?: string;
  readonly rejectors: ReadonlySet<string>;
  /** Where room is to be made for the pod, or that there is no such node any more. */
  readonly nominated?: Candidate | 'none';
  readonly decision: CycleDecision;
};
type CycleDecision = Omit<Decision, 'pod' | 'uid' | 'attempt' | 'at'>;

const nobody: ReadonlySet<string> = new Set();
const unscored = { candidates: [], scores: [], totals: [], ties: 1, complete: true };

/** Runs the scheduling cycle for one pod after another: filter, score, choose. Keeps where the next search begins. */
export class SchedulingCycle {
  #start = 0;
  /** Positions of the nodes that fit, in the order in which they were found. */
  #feasible = new Int32Array(0);
  #count = 0;
  /** Positions of those that do not and, at the same place, why. Used again for every pod: a search may turn thousands away. */
  #rejected = new Int32Array(0);
  readonly #rejections: Rejection[] = [];
  #rejectedCount = 0;
  #searched: readonly NodeInfo[] = [];
  readonly #memos: TemplateMemos;
  readonly #scoring: Scoring;

  constructor(private readonly plugins: readonly WeightedPlugin[], private readonly random: Random, private readonly percentageOfNodesToScore = 0) {
    this.#memos = new TemplateMemos(plugins);
    this.#scoring = new Scoring(plugins, random);
  }

  run(pod: Pod, table: NodeTable, cluster: ClusterView = nothingElse): CycleResult {
    table.counts.tidy();
    const all = table.order;
    const total = all.nodes.length;
    this.#count = this.#rejectedCount = 0;
    if (total === 0) return this.#failed(noNodes, nobody, 0);
    const cycle: Cycle = { pod, key: keyOf(pod), requests: podRequests(pod.spec), nodes: table, cluster };
    const asked = preFilter(this.plugins, cycle);
    if ('refused' in asked) {
      const after = this.#postFilter(cycle, undefined, undefined, total);
      return this.#failed(withMore(refusedBeforehand(total, asked.refused), after.messages), new Set([asked.refused.plugin]), total, after.nominated);
    }
    const memo = this.#memos.of(pod.spec);
    const order = asked.nodeNames ? restrictedTo(all, asked.nodeNames) : all;
    const nodesEvaluated = this.#isNominatedFit(cycle, asked, order) ? 1 : this.#findFeasible(cycle, asked, memo, order, total);
    if (this.#count === 0) return this.#noneFits(cycle, asked, memo, total);

    const chosen = this.#count === 1 ? { ...unscored, winner: nameAt(order, this.#feasible[0]) } : this.#scoring.choose(cycle, memo, order, this.#feasible, this.#count);
    const { winner, candidates, scores, totals, ties } = chosen;
    const complete = total <= maxListedNodes;
    const rejected = complete ? this.#listRejected() : [];
    return { node: winner, rejectors: nobody, decision: { candidates, scores, totals, ties, complete, node: winner, nodesInCluster: total, nodesEvaluated, nodesFeasible: this.#count, rejected } };
  }

  /** A pod for which room was made on a node goes there as soon as it fits; no other node is asked. */
  #isNominatedFit(cycle: Cycle, asked: Questions, { nodes }: NodeOrder): boolean {
    const nominated = cycle.nodes.nominationOf(cycle.key);
    const node = nominated === undefined ? undefined : cycle.nodes.get(nominated);
    if (!node?.node || ask(this.plugins, cycle, asked, node)) return false;
    const position = nodes.indexOf(node);
    if (position < 0) return false;
    if (this.#feasible.length === 0) this.#feasible = new Int32Array(1);
    this.#feasible[0] = position;
    this.#count = 1;
    return true;
  }

  /** Asks nodes, beginning where the last search ended, until enough fit. Returns how many were asked. */
  #findFeasible(cycle: Cycle, { local, others }: Questions, memo: TemplateMemo | undefined, order: NodeOrder, total: number): number {
    const { nodes, slots, generations } = order;
    const said = memo?.said(order);
    this.#searched = nodes;
    if (this.#rejected.length < nodes.length) this.#rejected = new Int32Array(nodes.length);
    const rejected = this.#rejected;
    const rejections = this.#rejections;
    const enough = numFeasibleNodesToFind(nodes.length, this.percentageOfNodesToScore);
    if (this.#feasible.length < enough) this.#feasible = new Int32Array(enough);
    const feasible = this.#feasible;
    const { nominatedSlots } = cycle.nodes;
    const begin = nodes.length === 0 ? 0 : this.#start % nodes.length;
    let count = 0;
    let refused = 0;
    let asked = 0;
    for (; asked < nodes.length && count < enough; asked++) {
      const position = begin + asked < nodes.length ? begin + asked : begin + asked - nodes.length;
      const slot = slots[position] as number;
      const verdict = (said && said.askedAt[slot] === generations[slot] ? said.verdicts[slot]
        : memo ? memo.verdict(local, order, position) : firstRejection(local, nodes[position] as NodeInfo))
        ?? (others.length > 0 ? firstRejectionAt(others, order, position) : undefined)
        ?? (nominatedSlots?.[slot] ? this.#beside(cycle, others.length === 0 ? memo : undefined, nodes[position] as NodeInfo) : undefined);
      if (!verdict) { feasible[count++] = position; continue; }
      rejected[refused] = position;
      rejections[refused++] = verdict;
    }
    this.#count = count;
    this.#rejectedCount = refused;
    this.#start = (this.#start + asked) % total;
    return asked;
  }

  /** The same for all pods of a template that have no nomination themselves, unless a nominated pod keeps others away by their labels. */
  #beside(cycle: Cycle, memo: TemplateMemo | undefined, node: NodeInfo): Rejection | undefined {
    const find = () => besideNominated(this.plugins, cycle, node);
    return memo && !node.keepsApart && cycle.nodes.nominationOf(cycle.key) === undefined ? memo.beside(node, cycle.nodes.generationOf(node), find) : find();
  }

  #noneFits(cycle: Cycle, asked: Questions, memo: TemplateMemo | undefined, total: number): CycleResult {
    const rejectors = new Set<string>();
    const by = this.#rejections.slice(0, this.#rejectedCount);
    for (const { plugin } of by) rejectors.add(plugin);
    const leftOut = asked.nodeNames ? rejection(asked.restricting[0] ?? '', `node(s) didn't satisfy plugin(s) [${asked.restricting.join(' ')}]`) : undefined;
    const missing = leftOut ? Array.from({ length: total - by.length }, () => leftOut) : [];
    if (leftOut && missing.length > 0) rejectors.add(leftOut.plugin);
    const reasons = availability(total, missing.length > 0 ? [...by, ...missing] : by);
    const after = this.#postFilter(cycle, asked, memo, total);
    return this.#failed(withMore(reasons, after.messages), rejectors, total, after.nominated);
  }

  /** What could still be done. As soon as one plugin makes room somewhere, what others say does not matter. */
  #postFilter(cycle: Cycle, asked: Questions | undefined, memo: TemplateMemo | undefined, nodesInCluster: number): { readonly messages: readonly string[]; readonly nominated?: Candidate | 'none' } {
    const canRemember = memo && asked?.others.length === 0 && !cycle.cluster.hasBudgets();
    const context: PostFilterContext = {
      nodesInCluster, rejected: this.#rejectedNodes, by: this.#rejections.slice(0, this.#rejectedCount), random: this.random,
      trial: (node) => (asked && lacksOnlyRoom(cycle, asked, node) ? trialOfRoom(cycle.pod, cycle.requests, node)
        : trialOnNode(cycle.nodes, node, () => (asked ? ask(this.plugins, cycle, asked, node) : undefined))),
      victims: (node, find) => (canRemember ? memo.victims(node, cycle.nodes.generationOf(node), find) : find()),
    };
    const messages: string[] = [];
    let taken: 'none' | undefined;
    for (const { plugin } of this.plugins) {
      const outcome = plugin.postFilter?.(cycle, context);
      if (!outcome) continue;
      if (typeof outcome.nominated === 'object') return { messages: [], nominated: outcome.nominated };
      if (outcome.message !== undefined) messages.push(outcome.message);
      taken ??= outcome.nominated;
    }
    return { messages, ...(taken && { nominated: taken }) };
  }

  #failed(message: string, rejectors: ReadonlySet<string>, nodesInCluster: number, nominated?: Candidate | 'none'): CycleResult {
    const complete = nodesInCluster <= maxListedNodes;
    const counts = { nodesInCluster, nodesEvaluated: this.#rejectedCount, nodesFeasible: 0 };
    return { message, rejectors, ...(nominated && { nominated }), decision: { ...unscored, ...counts, ties: 0, message, complete, rejected: complete ? this.#listRejected() : [] } };
  }

  get #rejectedNodes(): readonly NodeInfo[] { return Array.from({ length: this.#rejectedCount }, (_, i) => this.#searched[this.#rejected[i] as number] as NodeInfo); }
  #listRejected(): Decision['rejected'] { return this.#rejectedNodes.map((node, i) => ({ node: node.name, by: this.#rejections[i] as Rejection })); }
}

const withMore = (reasons: string, more: readonly string[]): string => truncated(more.length > 0 ? `${reasons} ${more.join(', ')}` : reasons);
const nameAt = ({ names }: NodeOrder, position: number | undefined): string => names[position ?? 0] ?? '';
