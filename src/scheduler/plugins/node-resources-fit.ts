import { podRequests, resourcesOf, type PodRequests } from '../../kinds/core/pod-resources';
import type { Node } from '../../schema/types';
import { maxNodeScore, type Plugin, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';

const name = 'NodeResourcesFit';
const known = new Map<string, Rejection>();
/** One shared value for each combination of reasons. */
function insufficient(reasons: readonly string[], unresolvable: boolean): Rejection {
  const key = `${reasons.join()}${unresolvable}`;
  const made = known.get(key) ?? { plugin: name, reasons, unresolvable };
  known.set(key, made);
  return made;
}

/** A pod fits where its requests fit; among nodes that fit, emptier is better (LeastAllocated). */
export const nodeResourcesFit: Plugin = {
  name,
  preFilter: ({ requests }) => ({ test: (node) => (fits(requests, node) ? undefined : explain(requests, node)) }),
  preScore: ({ requests: { scoredCpuMilli, scoredMemoryBytes } }) => ({
    of: (node) => {
      const { cpuMilli, memoryBytes } = node.allocatable;
      const cpu = freeShare(cpuMilli, node.scoredCpuMilli + scoredCpuMilli);
      const memory = freeShare(memoryBytes, node.scoredMemoryBytes + scoredMemoryBytes);
      const counted = (cpuMilli > 0 ? 1 : 0) + (memoryBytes > 0 ? 1 : 0);
      return counted === 0 ? 0 : Math.floor((cpu + memory) / counted);
    },
  }),
  hints: {
    NodeAdd: ({ spec }, { node }) => couldHold(podRequests(spec), node),
    NodeUpdate: ({ spec }, { previous, node }) => previous.status?.allocatable !== node.status?.allocatable && gained(podRequests(spec), previous, node) && couldHold(podRequests(spec), node),
    AssignedPodDelete: () => true,
    AssignedPodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
    PodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
  },
};

/** Asked for each node: everything fits, or the reasons are worked out apart. */
function fits(requests: PodRequests, node: NodeInfo): boolean {
  const { allocatable, requested } = node;
  if (node.pods.size + 1 > node.allowedPods) return false;
  if (requests.cpuMilli > 0 && requests.cpuMilli > allocatable.cpuMilli - requested.cpuMilli) return false;
  if (requests.memoryBytes > 0 && requests.memoryBytes > allocatable.memoryBytes - requested.memoryBytes) return false;
  if (requests.ephemeralStorageBytes > 0 && requests.ephemeralStorageBytes > allocatable.ephemeralStorageBytes - requested.ephemeralStorageBytes) return false;
  for (const resource in requests.others) if ((requests.others[resource] ?? 0) > (allocatable.others[resource] ?? 0) - (requested.others[resource] ?? 0)) return false;
  return true;
}

function explain(requests: PodRequests, node: NodeInfo): Rejection {
  const { allocatable, requested } = node;
  const reasons = node.pods.size + 1 > node.allowedPods ? ['Too many pods'] : [];
  let unresolvable = false;
  const check = (resource: string, wanted: number, has: number, used: number) => {
    if (wanted === 0 || wanted <= has - used) return;
    reasons.push(`Insufficient ${resource}`);
    unresolvable ||= wanted > has;   // not even an empty node would do
  };
  check('cpu', requests.cpuMilli, allocatable.cpuMilli, requested.cpuMilli);
  check('memory', requests.memoryBytes, allocatable.memoryBytes, requested.memoryBytes);
  check('ephemeral-storage', requests.ephemeralStorageBytes, allocatable.ephemeralStorageBytes, requested.ephemeralStorageBytes);
  for (const [resource, wanted] of Object.entries(requests.others)) check(resource, wanted, allocatable.others[resource] ?? 0, requested.others[resource] ?? 0);
  return insufficient(reasons, unresolvable);
}

/** Whole percents, as upstream's integer arithmetic has them. */
const freeShare = (has: number, wanted: number): number => (has === 0 || wanted > has ? 0 : Math.floor(((has - wanted) * maxNodeScore) / has));

/** Whether the node could hold the pod if it were empty. */
function couldHold(requests: PodRequests, { status }: Node): boolean {
  const { cpuMilli, memoryBytes, ephemeralStorageBytes, others } = resourcesOf(status?.allocatable);
  return requests.cpuMilli <= cpuMilli && requests.memoryBytes <= memoryBytes && requests.ephemeralStorageBytes <= ephemeralStorageBytes && (others['pods'] ?? 0) > 0
    && Object.entries(requests.others).every(([resource, wanted]) => wanted <= (others[resource] ?? 0));
}

/** Whether the node has more than before of something the pod asks for. */
function gained(requests: PodRequests, previous: Node, node: Node): boolean {
  const before = resourcesOf(previous.status?.allocatable);
  const after = resourcesOf(node.status?.allocatable);
  return (after.others['pods'] ?? 0) > (before.others['pods'] ?? 0)
    || (requests.cpuMilli > 0 && after.cpuMilli > before.cpuMilli) || (requests.memoryBytes > 0 && after.memoryBytes > before.memoryBytes)
    || (requests.ephemeralStorageBytes > 0 && after.ephemeralStorageBytes > before.ephemeralStorageBytes)
    || Object.keys(requests.others).some((resource) => (after.others[resource] ?? 0) > (before.others[resource] ?? 0));
}
