import { isRejection, type Cycle, type Filter, type Rejection, type WeightedPlugin } from './framework';
import { hostPorts } from '../kinds/core/host-ports';
import type { NodeInfo } from './node-info';
import type { NodeOrder } from './node-table';
import { name as fitName } from './plugins/node-resources-fit';

/** What PreFilter left to ask each node: first what depends on the node alone. */
export type Questions = {
  readonly local: readonly Filter[];
  readonly others: readonly Filter[];
  /** Of the local ones, those that are not about room. */
  readonly besideRoom: readonly Filter[];
  readonly nodeNames?: ReadonlySet<string>;
  readonly restricting: readonly string[];
};

export function preFilter(plugins: readonly WeightedPlugin[], cycle: Cycle): Questions | { readonly refused: Rejection } {
  const local: Filter[] = [];
  const others: Filter[] = [];
  const besideRoom: Filter[] = [];
  const restricting: string[] = [];
  let nodeNames: ReadonlySet<string> | undefined;
  for (const { plugin } of plugins) {
    const result = plugin.preFilter?.(cycle);
    if (!result) continue;
    if (isRejection(result)) return { refused: result };
    (plugin.looksAt ? local : others).push(result);
    if (plugin.looksAt && plugin.name !== fitName) besideRoom.push(result);
    if (!result.nodeNames) continue;
    const more = result.nodeNames;
    nodeNames = nodeNames ? new Set([...nodeNames].filter((name) => more.has(name))) : more;
    restricting.push(plugin.name);
  }
  return { local, others, besideRoom, ...(nodeNames && { nodeNames }), restricting };
}

/** As below, by position: the node itself is touched only by filters that have to look at it. */
export function firstRejectionAt(filters: readonly Filter[], { nodes, slots }: NodeOrder, position: number): Rejection | undefined {
  for (let i = 0; i < filters.length; i++) {
    const filter = filters[i] as Filter;
    const verdict = filter.atSlot ? filter.atSlot(slots[position] as number) : filter.test(nodes[position] as NodeInfo);
    if (verdict) return verdict;
  }
  return undefined;
}

export function firstRejection(filters: readonly Filter[], node: NodeInfo): Rejection | undefined {
  for (let i = 0; i < filters.length; i++) {
    const verdict = (filters[i] as Filter).test(node);
    if (verdict) return verdict;
  }
  return undefined;
}

/** What the node's filters say, pods nominated to it counted as if they were there. */
export const ask = (plugins: readonly WeightedPlugin[], cycle: Cycle, { local, others }: Questions, node: NodeInfo): Rejection | undefined =>
  firstRejection(local, node) ?? firstRejection(others, node) ?? besideNominated(plugins, cycle, node);

/**
 * Room that preemption made is kept for whom it was made: pods nominated to the node that are no less important count as if they ran
 * there. Asked of nodes that let the pod in without them.
 */
export function besideNominated(plugins: readonly WeightedPlugin[], cycle: Cycle, node: NodeInfo): Rejection | undefined {
  const { nominated } = node;
  if (!nominated) return undefined;
  const { pod, nodes } = cycle;
  const priority = pod.spec.priority ?? 0;
  const before = [...nominated].filter(([, other]) => other.metadata.uid !== pod.metadata.uid && (other.spec.priority ?? 0) >= priority);
  if (before.length === 0) return undefined;
  const generation = nodes.generationOf(node);
  for (const [key, other] of before) nodes.setPod(key, node.name, other);
  const questions = preFilter(plugins, cycle);
  const verdict = 'refused' in questions ? questions.refused : firstRejection(questions.local, node) ?? firstRejection(questions.others, node);
  for (const [key] of before) nodes.removePod(key);
  nodes.restore(node, generation);
  return verdict;
}

/**
 * Whether nothing but room can keep the pod off the node, whatever pods leave it: then numbers are enough to find out who must. Other
 * local filters let the pod in already, and with fewer pods they would no less; nominated pods take room, and nothing else.
 */
export const lacksOnlyRoom = ({ pod }: Cycle, { others, besideRoom }: Questions, node: NodeInfo): boolean =>
  others.length === 0 && (!node.nominated || (!node.keepsApart && hostPorts(pod.spec).length === 0)) && firstRejection(besideRoom, node) === undefined;
