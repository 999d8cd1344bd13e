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
  isLocal: true,
  preFilter: ({ requests }) => {
    const othersAsked = Object.keys(requests.others);
    return { test: (node) => (fits(requests, othersAsked, node) ? undefined : explain(requests, node)) };
  },
  preScore: ({ requests: { scoredCpuMilli, scoredMemoryBytes } }) => (candidates, scores) => candidates.forEach((node, i) => {
    const { allocatableCpuMilli, allocatableMemoryBytes } = node;
    const cpu = freeShare(allocatableCpuMilli, node.scoredCpuMilli + scoredCpuMilli);
    const memory = freeShare(allocatableMemoryBytes, node.scoredMemoryBytes + scoredMemoryBytes);
    const counted = (allocatableCpuMilli > 0 ? 1 : 0) + (allocatableMemoryBytes > 0 ? 1 : 0);
    scores[i] = counted === 0 ? 0 : Math.floor((cpu + memory) / counted);
  }),
  hints: {
    NodeAdd: ({ spec }, { node }) => couldHold(podRequests(spec), node),
    NodeUpdate: ({ spec }, { previous, node }) =>
      previous.status?.allocatable !== node.status?.allocatable && gained(podRequests(spec), previous, node) && couldHold(podRequests(spec), node),
    AssignedPodDelete: () => true,
    AssignedPodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
    PodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
  },
};

/** Asked for each node: everything fits, or the reasons are worked out apart. */
function fits({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: PodRequests, othersAsked: readonly string[], node: NodeInfo): boolean {
  if (node.podCount + 1 > node.allowedPods) return false;
  if (cpuMilli > 0 && cpuMilli > node.allocatableCpuMilli - node.requestedCpuMilli) return false;
  if (memoryBytes > 0 && memoryBytes > node.allocatableMemoryBytes - node.requestedMemoryBytes) return false;
  if (ephemeralStorageBytes > 0 && ephemeralStorageBytes > node.allocatableEphemeralBytes - node.requestedEphemeralBytes) return false;
  for (const resource of othersAsked) if ((others[resource] ?? 0) > (node.allocatableOthers[resource] ?? 0) - (node.requestedOthers[resource] ?? 0)) return false;
  return true;
}

function explain({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: PodRequests, node: NodeInfo): Rejection {
  const reasons = node.podCount + 1 > node.allowedPods ? ['Too many pods'] : [];
  let unresolvable = false;
  const check = (resource: string, wanted: number, has: number, used: number) => {
    if (wanted === 0 || wanted <= has - used) return;
    reasons.push(`Insufficient ${resource}`);
    unresolvable ||= wanted > has;   // not even an empty node would do
  };
  check('cpu', cpuMilli, node.allocatableCpuMilli, node.requestedCpuMilli);
  check('memory', memoryBytes, node.allocatableMemoryBytes, node.requestedMemoryBytes);
  check('ephemeral-storage', ephemeralStorageBytes, node.allocatableEphemeralBytes, node.requestedEphemeralBytes);
  for (const [resource, wanted] of Object.entries(others)) check(resource, wanted, node.allocatableOthers[resource] ?? 0, node.requestedOthers[resource] ?? 0);
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
