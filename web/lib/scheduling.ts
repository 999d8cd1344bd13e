import { scoreRows, type Decision } from '../../src/scheduler/decisions';

/** One node in a decision: turned away by a filter, or what each plugin's score gave it. */
export type NodeVerdict = {
  readonly node: string;
  readonly chosen: boolean;
  /** Who turned it away and why; absent where it fitted. */
  readonly rejected?: string;
  /** Weighted scores in the order of {@link DecisionTable.plugins}, as they are shown. */
  readonly scores: readonly string[];
  readonly total: string;
};

export type DecisionTable = {
  readonly sentence: string;
  /** The plugins that gave points, each with its weight. */
  readonly plugins: readonly { readonly name: string; readonly weight: number }[];
  readonly nodes: readonly NodeVerdict[];
};

const points = (value: number): string => String(Math.round(value));

/** A decision as a table: the chosen node first, then those that fitted by their points, then those that did not. */
export function decisionTable(decision: Decision): DecisionTable {
  const { candidates, rejected, node: chosen, totals, scores } = decision;
  // A plugin that gave nobody anything is no reason.
  const shown = scores.filter(({ normalised }) => normalised.some((value) => value > 0));
  const fitted = candidates.length > 0 ? candidates : chosen === undefined ? [] : [chosen];
  const rows = fitted.map((node): NodeVerdict => {
    const byPlugin = new Map(scoreRows(decision, node).map(({ plugin, weighted }) => [plugin, weighted]));
    const total = totals[candidates.indexOf(node)];
    return { node, chosen: node === chosen, scores: shown.map(({ plugin }) => points(byPlugin.get(plugin) ?? 0)), total: total === undefined ? '' : points(total) };
  });
  const sum = ({ total }: NodeVerdict): number => Number(total);
  return {
    sentence: sentenceOf(decision),
    plugins: shown.map(({ plugin, weight }) => ({ name: plugin, weight })),
    nodes: [
      ...rows.toSorted((a, b) => Number(b.chosen) - Number(a.chosen) || sum(b) - sum(a) || a.node.localeCompare(b.node)),
      ...rejected.map(({ node, by }): NodeVerdict => ({ node, chosen: false, rejected: `${by.plugin}: ${by.reasons.join(', ')}`, scores: [], total: '' })),
    ],
  };
}

function sentenceOf({ node, nodesInCluster, nodesFeasible, ties, message, attempt, candidates }: Decision): string {
  const again = attempt > 1 ? ` This was attempt ${attempt}.` : '';
  if (node === undefined) return `${message ?? 'No node fits.'}${again}`;
  const which = nodesFeasible === 1 ? 'the only node that fits' : `one of ${nodesFeasible} nodes that fit`;
  const how = candidates.length === 0 ? '' : ties > 1 ? `, drawn from ${ties} with the most points` : ', with the most points';
  return `${node}: ${which} of ${nodesInCluster}${how}.${again}`;
}
