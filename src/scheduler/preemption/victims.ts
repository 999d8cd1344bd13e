import { keyOf } from '../../api/keys';
import { isCovered } from '../cluster-view';
import { rejection, type Cycle, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';
import type { Pod, PodDisruptionBudget } from '../../schema/types';

/** Who would have to leave a node, the most important first, and how many of them against a budget. */
export type Victims = { readonly pods: readonly Pod[]; readonly violations: number };

const noVictims = rejection('DefaultPreemption', 'No preemption victims found for incoming pod');

export const priorityOf = ({ spec: { priority = 0 } }: Pod): number => priority;
/** When the pod started; one that has not, has not lived for long. */
export const startOf = ({ status }: Pod): number => (status?.startTime ? Date.parse(status.startTime) : Infinity);
/** Higher priority first, then the longer life. */
const byImportance = (a: Pod, b: Pod): number => priorityOf(b) - priorityOf(a) || order(startOf(a), startOf(b));
const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The least that must leave the node so that the pod fits: all pods of lower priority are thought away, then as many as possible are
 * given back, first those whose eviction a budget forbids. The node is as it was afterwards.
 */
export function victimsOn(cycle: Cycle, node: NodeInfo, budgets: readonly PodDisruptionBudget[], ask: () => Rejection | undefined): Victims | Rejection {
  const { nodes, pod } = cycle;
  const priority = priorityOf(pod);
  const lower = [...node.pods.values()].filter((other) => priorityOf(other) < priority);
  if (lower.length === 0) return noVictims;
  return nodes.trial(node, () => {
    for (const each of lower) nodes.removePod(keyOf(each));
    const result = ask() ?? reprieve(cycle, node, lower, budgets, ask);
    for (const each of lower) if (nodes.nodeOf(keyOf(each)) === undefined) nodes.setPod(keyOf(each), node.name, each);
    return result;
  });
}

function reprieve({ nodes }: Cycle, node: NodeInfo, lower: readonly Pod[], budgets: readonly PodDisruptionBudget[], ask: () => Rejection | undefined): Victims {
  const ordered = lower.toSorted(byImportance);
  const violating = budgets.length === 0 ? new Set<Pod>() : violatingPods(ordered, budgets);
  const victims: Pod[] = [];
  let violations = 0;
  for (const each of violating.size === 0 ? ordered : [...violating, ...ordered.filter((other) => !violating.has(other))]) {
    const key = keyOf(each);
    nodes.setPod(key, node.name, each);
    if (!ask()) continue;
    nodes.removePod(key);
    victims.push(each);
    if (violating.has(each)) violations++;
  }
  return { pods: violating.size === 0 ? victims : victims.sort(byImportance), violations };
}

/** Pods for whose eviction a budget has nothing left; those named as disrupted already cost it nothing. */
function violatingPods(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): ReadonlySet<Pod> {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating = new Set<Pod>();
  for (const pod of pods) {
    if (!pod.metadata.labels || Object.keys(pod.metadata.labels).length === 0) continue;
    budgets.forEach((budget, i) => {
      if (!isCovered(budget, pod) || budget.status?.disruptedPods?.[pod.metadata.name] !== undefined) return;
      left[i] = (left[i] ?? 0) - 1;
      if ((left[i] ?? 0) < 0) violating.add(pod);
    });
  }
  return violating;
}
