import { controllerOf } from '../../api/keys';
import { podRequests, resourcesOf } from '../../kinds/core/pod-resources';
import { wouldNotFit, type ImaginedNode } from '../../kinds/core/would-fit';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { drainable } from '../../runtime/drain';
import type { Node, Pod, PodDisruptionBudget } from '../../schema/types';
import { safeToEvict, safeToEvictVolumes } from './settings';

type Shares = { readonly cpu: number; readonly memory: number };

function sharesOf(node: Node, pods: readonly Pod[]): Shares {
  const { cpuMilli, memoryBytes } = resourcesOf(node.status?.allocatable);
  const asked = pods.filter((pod) => !isTerminal(pod)).map(({ spec }) => podRequests(spec));
  const share = (used: number, all: number): number => (all > 0 ? used / all : 0);
  return { cpu: share(asked.reduce((sum, each) => sum + each.cpuMilli, 0), cpuMilli), memory: share(asked.reduce((sum, each) => sum + each.memoryBytes, 0), memoryBytes) };
}

/** The larger part of cpu and memory that is asked for on the node; pods of daemons and the node's own are its own as well. */
export function utilizationOf(node: Node, pods: readonly Pod[]): number {
  const { cpu, memory } = sharesOf(node, pods);
  return Math.max(cpu, memory);
}

/** The same as upstream's events show it. */
export function utilizationText(node: Node, pods: readonly Pod[]): string {
  const { cpu, memory } = sharesOf(node, pods);
  return `{${cpu} ${memory} 0 0 ${cpu >= memory ? 'cpu' : 'memory'} ${Math.max(cpu, memory)}}`;
}

/** The disruption budgets that a pod is under. */
export type BudgetsOf = (pod: Pod) => readonly PodDisruptionBudget[];

/** Whether files of the pod would be lost. */
function keepsFiles({ metadata, spec }: Pod): boolean {
  const mayGo = (metadata.annotations?.[safeToEvictVolumes] ?? '').split(',').map((name) => name.trim());
  return (spec.volumes ?? []).some(({ name, emptyDir, hostPath }) => !mayGo.includes(name) && (hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== 'Memory')));
}

/**
 * Whether the autoscaler may move the pod: one that nobody makes again holds its node, and so does one with files or of the system without a budget, unless
 * it says otherwise itself; and one whose budget allows nothing now.
 */
export function mayMove(pod: Pod, budgetsOf: BudgetsOf): boolean {
  const budgets = budgetsOf(pod);
  if (budgets.some(({ status }) => (status?.disruptionsAllowed ?? 0) < 1)) return false;
  const said = pod.metadata.annotations?.[safeToEvict];
  if (said !== undefined) return said === 'true';
  return controllerOf(pod) !== undefined && (pod.metadata.namespace !== 'kube-system' || budgets.length > 0) && !keepsFiles(pod);
}

/** The others with the node's pods upon them, or undefined when one of these finds no place. */
export function moved(pods: readonly Pod[], others: readonly ImaginedNode[], budgetsOf: BudgetsOf): readonly ImaginedNode[] | undefined {
  const nodes = [...others];
  for (const pod of pods) {
    if (!drainable(pod) || isTerminal(pod)) continue;
    if (!mayMove(pod, budgetsOf)) return undefined;
    const at = nodes.findIndex((node) => wouldNotFit(pod, node) === undefined);
    const target = nodes[at];
    if (!target) return undefined;
    nodes[at] = { ...target, pods: [...target.pods, pod] };
  }
  return nodes;
}
