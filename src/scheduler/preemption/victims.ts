import { isCovered } from '../cluster-view';
import { rejection, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';
import type { Pod, PodDisruptionBudget } from '../../schema/types';
import type { Trial } from './trial';

/** Who would have to leave a node, the most important first, and how many of them against a budget. */
export type Victims = { readonly pods: readonly Pod[]; readonly violations: number };

const noVictims = rejection('DefaultPreemption', 'No preemption victims found for incoming pod');

export const priorityOf = ({ spec: { priority = 0 } }: Pod): number => priority;
const moments = new Map<string, number>();
const maxMoments = 4_096;
/** When the pod started; one that has not, has not lived for long. */
export function startOf({ status }: Pod): number {
  const text = status?.startTime;
  if (!text) return Infinity;
  const known = moments.get(text);
  if (known !== undefined) return known;
  if (moments.size >= maxMoments) moments.clear();
  const at = Date.parse(text);
  moments.set(text, at);
  return at;
}
/** Higher priority first, then the longer life. */
const byImportance = (a: Pod, b: Pod): number => priorityOf(b) - priorityOf(a) || order(startOf(a), startOf(b));
const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The least that must leave the node so that the pod fits: all pods of lower priority are thought away, then as many as possible are
 * given back, first those whose eviction a budget forbids. The trial is ended in any case.
 */
export function victimsOn(pod: Pod, node: NodeInfo, budgets: readonly PodDisruptionBudget[], begin: () => Trial): Victims | Rejection {
  const priority = priorityOf(pod);
  const lower: Pod[] = [];
  for (const other of node.pods.values()) if (priorityOf(other) < priority) lower.push(other);
  if (lower.length === 0) return noVictims;
  const trial = begin();
  for (const each of lower) trial.remove(each);
  const result = trial.ask() ?? reprieve(lower, budgets, trial);
  trial.end();
  return result;
}

function reprieve(lower: Pod[], budgets: readonly PodDisruptionBudget[], trial: Trial): Victims {
  const ordered = lower.sort(byImportance);
  const violating = budgets.length === 0 ? nobody : violatingPods(ordered, budgets);
  const victims: Pod[] = [];
  let violations = 0;
  for (const each of violating.size === 0 ? ordered : [...violating, ...ordered.filter((other) => !violating.has(other))]) {
    trial.giveBack(each);
    if (!trial.ask()) continue;
    trial.remove(each);
    victims.push(each);
    if (violating.has(each)) violations++;
  }
  return { pods: violating.size === 0 ? victims : victims.sort(byImportance), violations };
}

const nobody: ReadonlySet<Pod> = new Set();

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
