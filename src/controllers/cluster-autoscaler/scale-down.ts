import { controllerOf } from '../../api/keys';
import { podRequests, resourcesOf } from '../../kinds/core/pod-resources';
import { wouldNotFit, type ImaginedNode } from '../../kinds/core/would-fit';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { drainable } from '../../runtime/drain';
import type { Node, Pod } from '../../schema/types';
import { safeToEvict } from './settings';

/** The larger part of cpu and memory that is asked for on the node; pods of daemons and the node's own are its own as well. */
export function utilizationOf(node: Node, pods: readonly Pod[]): number {
  const { cpuMilli, memoryBytes } = resourcesOf(node.status?.allocatable);
  const asked = pods.filter((pod) => !isTerminal(pod)).map(({ spec }) => podRequests(spec));
  const share = (used: number, all: number): number => (all > 0 ? used / all : 0);
  return Math.max(share(asked.reduce((sum, each) => sum + each.cpuMilli, 0), cpuMilli), share(asked.reduce((sum, each) => sum + each.memoryBytes, 0), memoryBytes));
}

/** Whether the autoscaler may move the pod: one that nobody makes again, or that says so itself, holds its node. */
export function mayMove(pod: Pod): boolean {
  const said = pod.metadata.annotations?.[safeToEvict];
  if (said !== undefined) return said === 'true';
  const keepsFiles = (pod.spec.volumes ?? []).some(({ emptyDir, hostPath }) => hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== 'Memory'));
  return controllerOf(pod) !== undefined && pod.metadata.namespace !== 'kube-system' && !keepsFiles;
}

/** The others with the node's pods upon them, or undefined when one of these finds no place. */
export function moved(pods: readonly Pod[], others: readonly ImaginedNode[]): readonly ImaginedNode[] | undefined {
  const nodes = [...others];
  for (const pod of pods) {
    if (!drainable(pod) || isTerminal(pod)) continue;
    if (!mayMove(pod)) return undefined;
    const at = nodes.findIndex((node) => wouldNotFit(pod, node) === undefined);
    const target = nodes[at];
    if (!target) return undefined;
    nodes[at] = { ...target, pods: [...target.pods, pod] };
  }
  return nodes;
}
