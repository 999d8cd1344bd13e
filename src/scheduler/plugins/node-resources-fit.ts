import { podRequests, resourcesOf, type PodRequests } from '../../kinds/core/pod-resources';
import type { Node } from '../../schema/types';
import { maxNodeScore, type Plugin, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';

export const name = 'NodeResourcesFit';
const known = new Map<string, Rejection>();
/** One shared value for each combination of reasons. */
function insufficient(reasons: readonly string[], unresolvable: boolean): Rejection {
  const key = `${reasons.join()}${unresolvable}`;
  const made = known.get(key) ?? { plugin: name, reasons, unresolvable };
  known.set(key, made);
  return made;
}

/** What a node has, and what of it is taken. A node says both; who thinks about other pods on it has numbers of his own for the second. */
type Capacity = Pick<NodeInfo, 'allowedPods' | 'allocatableCpuMilli' | 'allocatableMemoryBytes' | 'allocatableEphemeralBytes' | 'allocatableOthers'>;
export type Taken = Pick<NodeInfo, 'podCount' | 'requestedCpuMilli' | 'requestedMemoryBytes' | 'requestedEphemeralBytes' | 'requestedOthers'>;

export type FitArguments = { readonly scoringStrategy?: { readonly type?: string; readonly resources?: readonly { readonly name: string; readonly weight?: number }[] } };

/** What is free, or for MostAllocated what is taken, in whole percents. */
const shares: Readonly<Record<string, (has: number, wanted: number) => number>> = {
  LeastAllocated: (has, wanted) => (has === 0 || wanted > has ? 0 : Math.floor(((has - wanted) * maxNodeScore) / has)),
  MostAllocated: (has, wanted) => (has === 0 ? 0 : Math.floor((Math.min(wanted, has) * maxNodeScore) / has)),
};
const bothAlike = [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }];

/**
 * A pod fits where its requests fit; among nodes that fit, emptier is better, or fuller with MostAllocated.
 * @throws Error for a scoring strategy or resource that is not emulated.
 */
export function nodeResourcesFit({ scoringStrategy: { type = 'LeastAllocated', resources = bothAlike } = {} }: FitArguments = {}): Plugin {
  const share = shares[type];
  if (!share) throw new Error(`scoringStrategy.type: Unsupported value: ${JSON.stringify(type)}: supported values here: ${Object.keys(shares).join(', ')}`);
  const weightOf = (resource: string): number => resources.filter((each) => each.name === resource).reduce((sum, { weight = 1 }) => sum + weight, 0);
  const other = resources.find((each) => each.name !== 'cpu' && each.name !== 'memory');
  if (other) throw new Error(`scoringStrategy.resources: ${JSON.stringify(other.name)} is not emulated: cpu and memory are`);
  return { ...fit, preScore: scorer(share, weightOf('cpu'), weightOf('memory')) };
}

const scorer = (share: (has: number, wanted: number) => number, cpuWeight: number, memoryWeight: number): NonNullable<Plugin['preScore']> =>
  ({ requests: { scoredCpuMilli, scoredMemoryBytes } }) => (candidates, scores) => candidates.forEach((node, i) => {
    const { allocatableCpuMilli, allocatableMemoryBytes } = node;
    const cpu = share(allocatableCpuMilli, node.scoredCpuMilli + scoredCpuMilli) * cpuWeight;
    const memory = share(allocatableMemoryBytes, node.scoredMemoryBytes + scoredMemoryBytes) * memoryWeight;
    const counted = (allocatableCpuMilli > 0 ? cpuWeight : 0) + (allocatableMemoryBytes > 0 ? memoryWeight : 0);
    scores[i] = counted === 0 ? 0 : Math.floor((cpu + memory) / counted);
  });

const fit: Plugin = {
  name,
  looksAt: podRequests,
  preFilter: ({ requests }) => {
    const othersAsked = Object.keys(requests.others);
    return { test: (node) => (fits(requests, othersAsked, node, node) ? undefined : explain(requests, othersAsked, node, node)) };
  },
  hints: {
    NodeAdd: ({ spec }, { node }) => couldHold(podRequests(spec), node),
    NodeUpdate: ({ spec }, { previous, node }) =>
      previous.status?.allocatable !== node.status?.allocatable && gained(podRequests(spec), previous, node) && couldHold(podRequests(spec), node),
    // A pod for which room is being made waits for that room: upstream tries it again for each pod that leaves any node.
    AssignedPodDelete: ({ status }, { pod }) => !status?.nominatedNodeName || status.nominatedNodeName === pod.spec.nodeName,
    AssignedPodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
    PodUpdate: (_waiting, { previous, pod }) => podRequests(previous.spec) !== podRequests(pod.spec),
  },
};

/** Asked for each node: everything fits, or the reasons are worked out apart. */
export function fits({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: PodRequests, othersAsked: readonly string[], node: Capacity, taken: Taken): boolean {
  if (taken.podCount + 1 > node.allowedPods) return false;
  if (cpuMilli > 0 && cpuMilli > node.allocatableCpuMilli - taken.requestedCpuMilli) return false;
  if (memoryBytes > 0 && memoryBytes > node.allocatableMemoryBytes - taken.requestedMemoryBytes) return false;
  if (ephemeralStorageBytes > 0 && ephemeralStorageBytes > node.allocatableEphemeralBytes - taken.requestedEphemeralBytes) return false;
  for (const resource of othersAsked) if ((others[resource] ?? 0) > (node.allocatableOthers[resource] ?? 0) - (taken.requestedOthers[resource] ?? 0)) return false;
  return true;
}

const short = { pods: 1, cpu: 2, memory: 4, ephemeralStorage: 8, unresolvable: 16 } as const;
/** The usual reasons, in upstream's order, by the bits of `short`. */
const usual: readonly Rejection[] = Array.from({ length: 32 }, (_, bits) => ({
  plugin: name, unresolvable: (bits & short.unresolvable) !== 0,
  reasons: [[short.pods, 'Too many pods'], [short.cpu, 'Insufficient cpu'], [short.memory, 'Insufficient memory'], [short.ephemeralStorage, 'Insufficient ephemeral-storage']]
    .flatMap(([bit, reason]) => (typeof bit === 'number' && typeof reason === 'string' && (bits & bit) !== 0 ? [reason] : [])),
}));

/** What is missing. Unresolvable is what not even an empty node would have. */
export function explain({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: PodRequests, othersAsked: readonly string[], node: Capacity, taken: Taken): Rejection {
  const bits = (taken.podCount + 1 > node.allowedPods ? short.pods : 0)
    | bitsOf(short.cpu, cpuMilli, node.allocatableCpuMilli, taken.requestedCpuMilli)
    | bitsOf(short.memory, memoryBytes, node.allocatableMemoryBytes, taken.requestedMemoryBytes)
    | bitsOf(short.ephemeralStorage, ephemeralStorageBytes, node.allocatableEphemeralBytes, taken.requestedEphemeralBytes);
  const rejection = usual[bits] as Rejection;
  if (othersAsked.length === 0) return rejection;
  const reasons = [...rejection.reasons];
  let { unresolvable } = rejection;
  for (const resource of othersAsked) {
    const wanted = others[resource] ?? 0;
    const has = node.allocatableOthers[resource] ?? 0;
    if (wanted <= has - (taken.requestedOthers[resource] ?? 0)) continue;
    reasons.push(`Insufficient ${resource}`);
    unresolvable ||= wanted > has;
  }
  return reasons.length === rejection.reasons.length ? rejection : insufficient(reasons, unresolvable);
}

const bitsOf = (bit: number, wanted: number, has: number, used: number): number =>
  (wanted === 0 || wanted <= has - used ? 0 : wanted > has ? bit | short.unresolvable : bit);

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
