import { scoreRows, type Decision } from '../../src/scheduler/decisions';

/** A plugin's points for each node of a {@link DecisionTable}, as they count: times its weight. */
export type ScoreLine = { readonly plugin: string; readonly weight: number; readonly points: readonly number[] };

/** A decision, to be read at a glance. */
export type DecisionTable = {
  readonly sentence: string;
  /** Nodes that fitted, the chosen one first, then by their points. */
  readonly nodes: readonly string[];
  readonly chosen: string | undefined;
  /** None where the only node that fitted was taken. */
  readonly totals: readonly number[];
  readonly scores: readonly ScoreLine[];
  /** How many more nodes fitted than are shown. */
  readonly more: number;
  /** Nodes that were turned away, by the filter and its reasons. */
  readonly rejected: readonly { readonly plugin: string; readonly reason: string; readonly nodes: readonly string[] }[];
};

/** More columns than this are not compared but searched. */
const mostNodes = 6;

export function decisionTable(decision: Decision): DecisionTable {
  const { candidates, node: chosen, totals, scores } = decision;
  const total = (node: string): number => Math.round(totals[candidates.indexOf(node)] ?? 0);
  const fitted = (candidates.length > 0 ? candidates : chosen === undefined ? [] : [chosen])
    .toSorted((a, b) => Number(b === chosen) - Number(a === chosen) || total(b) - total(a) || a.localeCompare(b));
  const nodes = fitted.slice(0, mostNodes);
  const columns = nodes.map((node) => new Map(scoreRows(decision, node).map(({ plugin, weighted }) => [plugin, Math.round(weighted)])));
  return {
    sentence: sentenceOf(decision), nodes, chosen, more: fitted.length - nodes.length, rejected: rejectedBy(decision),
    totals: candidates.length > 0 ? nodes.map(total) : [],
    // A plugin that gave nobody anything is no reason.
    scores: scores.map(({ plugin, weight }): ScoreLine => ({ plugin, weight, points: columns.map((column) => column.get(plugin) ?? 0) })).filter(({ points }) => points.some((each) => each > 0)),
  };
}

function rejectedBy({ rejected }: Decision): DecisionTable['rejected'] {
  const groups = new Map<string, { readonly plugin: string; readonly reason: string; readonly nodes: string[] }>();
  for (const { node, by: { plugin, reasons } } of rejected) {
    const reason = reasons.join(', ');
    const key = `${plugin}: ${reason}`;
    const group = groups.get(key);
    if (group) group.nodes.push(node); else groups.set(key, { plugin, reason, nodes: [node] });
  }
  return [...groups.values()];
}

function sentenceOf({ node, nodesInCluster, nodesFeasible, ties, attempt, candidates }: Decision): string {
  if (node === undefined) return `Attempt ${attempt}: none of ${nodesInCluster} nodes fits. What would help it is waited for.`;
  const which = nodesFeasible === 1 ? `the only one of ${nodesInCluster} nodes that fits` : `one of ${nodesFeasible} nodes that fit, of ${nodesInCluster}`;
  const how = candidates.length === 0 ? '' : ties > 1 ? `; ${ties} had the most points and one was drawn` : '; it had the most points';
  return `${node}: ${which}${how}.${attempt > 1 ? ` This was attempt ${attempt}.` : ''}`;
}
