import { podRequests, resourcesOf, type PodRequests } from '../../kinds/core/pod-resources';
import type { Node } from '../../schema/types';
import { maxNodeScore, type Plugin, type Rejection, type Score } from '../framework';
import type { NodeInfo } from '../node-info';
import { cpuAndMemory, measuresOf, onceFor, type ScoredResource } from './resource-measures';

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

type ShapePoint = { readonly utilization: number; readonly score: number };
export type FitArguments = {
  readonly scoringStrategy?: {
    readonly type?: string;
    readonly resources?: readonly ScoredResource[];
    /** Only for RequestedToCapacityRatio: the score, 0 to 10, at some utilizations in percent. */
    readonly requestedToCapacityRatio?: { readonly shape?: readonly ShapePoint[] };
  };
};

/** What is free, or for MostAllocated what is taken, in whole percents. */
const shares: Readonly<Record<string, (has: number, wanted: number) => number>> = {
  LeastAllocated: (has, wanted) => (wanted > has ? 0 : Math.trunc(((has - wanted) * maxNodeScore) / has)),
  MostAllocated: (has, wanted) => Math.trunc((Math.min(wanted, has) * maxNodeScore) / has),
};
const ratio = 'RequestedToCapacityRatio';

/**
 * A pod fits where its requests fit; among nodes that fit, emptier is better, or fuller with MostAllocated, or what a curve says with
 * RequestedToCapacityRatio. @throws Error for arguments that cannot be.
 */
export function nodeResourcesFit({ scoringStrategy: { type = 'LeastAllocated', resources = cpuAndMemory, requestedToCapacityRatio } = {} }: FitArguments = {}): Plugin {
  for (const { name: resource, weight = 1 } of resources)
    if (weight < 1 || weight > 100) throw new Error(`scoringStrategy.resources: weight of ${resource}: Invalid value: ${weight}: not in valid range [1-100]`);
  if (type === ratio) return { ...fit, preScore: scoreWith(ratioScorer(resources, curveThrough(requestedToCapacityRatio?.shape ?? []))) };
  const share = shares[type];
  if (!share) throw new Error(`scoringStrategy.type: Unsupported value: ${JSON.stringify(type)}: supported values: ${[...Object.keys(shares), ratio].join(', ')}`);
  return { ...fit, preScore: scoreWith(meanScorer(resources, share)) };
}

type Scorer = (requests: PodRequests) => Score;
function scoreWith(scorer: Scorer): NonNullable<Plugin['preScore']> {
  const scoreFor = onceFor(scorer);
  return ({ requests }) => scoreFor(requests);
}

/** The weighted mean over the resources that a node has. */
const meanScorer = (resources: readonly ScoredResource[], share: (has: number, wanted: number) => number): Scorer => (requests) => {
  const measures = measuresOf(resources, requests, true);
  return (candidates, scores) => {
    for (let i = 0; i < candidates.length; i++) {
      const node = candidates[i] as NodeInfo;
      let sum = 0;
      let weights = 0;
      for (const measure of measures) {
        const has = measure.has(node);
        if (has === 0) continue;
        sum += measure.weight * share(has, measure.taken(node) + measure.asked);
        weights += measure.weight;
      }
      scores[i] = weights === 0 ? 0 : Math.trunc(sum / weights);
    }
  };
};

/** Here a resource counts only where it scores at all, and the mean is rounded. */
const ratioScorer = (resources: readonly ScoredResource[], curve: (percent: number) => number): Scorer => (requests) => {
  const measures = measuresOf(resources, requests, true);
  return (candidates, scores) => candidates.forEach((node, i) => {
    let sum = 0;
    let weights = 0;
    for (const measure of measures) {
      const has = measure.has(node);
      if (has === 0) continue;
      const wanted = measure.taken(node) + measure.asked;
      const score = curve(wanted > has ? 100 : Math.trunc((wanted * 100) / has));
      if (score <= 0) continue;
      sum += measure.weight * score;
      weights += measure.weight;
    }
    scores[i] = weights === 0 ? 0 : Math.round(sum / weights);
  });
};

const mostPointScore = 10;
/** Straight lines from point to point, in whole numbers; flat before the first and after the last. */
function curveThrough(shape: readonly ShapePoint[]): (percent: number) => number {
  if (shape.length === 0) throw new Error('requestedToCapacityRatio.shape: Required value: at least one point must be specified');
  shape.forEach(({ utilization, score }, i) => {
    if (utilization < 0 || utilization > 100) throw new Error(`requestedToCapacityRatio.shape[${i}].utilization: Invalid value: ${utilization}: not in valid range [0-100]`);
    if (score < 0 || score > mostPointScore) throw new Error(`requestedToCapacityRatio.shape[${i}].score: Invalid value: ${score}: not in valid range [0-10]`);
    if (i > 0 && utilization <= (shape[i - 1]?.utilization
      ?? 0)) throw new Error(`requestedToCapacityRatio.shape[${i}].utilization: Invalid value: ${utilization}: utilization values must be sorted in increasing order`);
  });
  const points = shape.map(({ utilization, score }) => ({ at: utilization, score: score * (maxNodeScore / mostPointScore) }));
  return (percent) => {
    const i = points.findIndex(({ at }) => percent <= at);
    const next = points[i];
    const before = points[i - 1];
    if (!next) return points.at(-1)?.score ?? 0;
    return before ? before.score + Math.trunc(((next.score - before.score) * (percent - before.at)) / (next.at - before.at)) : next.score;
  };
}

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
