import { matches, type Labels } from '../../lib/selectors';
import type { Pod, Taint } from '../../schema/types';
import { matchesNodeSelector } from './node-selector';
import { podRequests, type Resources } from './pod-resources';
import { findUntolerated } from './tolerations';
import { labels as wellKnown } from './well-known';

/** A node as a thought: what it would be called, offer, and hold. */
export type ImaginedNode = { readonly name: string; readonly labels: Labels; readonly taints: readonly Taint[]; readonly allocatable: Resources; readonly pods: readonly Pod[] };

const amounts = ({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: Resources): Readonly<Record<string, number>> =>
  ({ ...others, cpu: cpuMilli, memory: memoryBytes, 'ephemeral-storage': ephemeralStorageBytes });

/** Why the node would not take the pod, in the scheduler's words; undefined when it would. Looks at taints, node selector and affinity, resources, and anti-affinity by host name. */
export function wouldNotFit(pod: Pod, { name, labels, taints, allocatable, pods }: ImaginedNode): string | undefined {
  const untolerated = findUntolerated(taints, pod.spec.tolerations ?? [], ['NoSchedule', 'NoExecute']);
  if (untolerated) return `node(s) had untolerated taint(s)`;
  if (!matchesNodeSelector(pod, labels, name)) return "node(s) didn't match Pod's node affinity/selector";
  const offered = amounts(allocatable);
  if (pods.length + 1 > (offered['pods'] ?? Infinity)) return 'Too many pods';
  for (const [resource, wanted] of Object.entries(amounts(podRequests(pod.spec)))) {
    if (wanted === 0 || resource === 'pods') continue;
    const used = pods.reduce((sum, each) => sum + (amounts(podRequests(each.spec))[resource] ?? 0), 0);
    if (used + wanted > (offered[resource] ?? 0)) return `Insufficient ${resource}`;
  }
  return pods.some((other) => repels(pod, other) || repels(other, pod)) ? "node(s) didn't match pod anti-affinity rules" : undefined;
}

/** Whether `pod` requires not to share a host with `other`. */
function repels({ metadata, spec: { affinity } }: Pod, other: Pod): boolean {
  const terms = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(({ topologyKey, labelSelector, namespaces }) => topologyKey === wellKnown.hostname
    && (namespaces?.length ? namespaces.includes(other.metadata.namespace) : metadata.namespace === other.metadata.namespace) && matches(labelSelector, other.metadata.labels));
}
