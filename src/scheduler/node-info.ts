import { podRequests, resourcesOf, type Resources } from '../kinds/core/pod-resources';
import type { Node, Pod, Taint } from '../schema/types';
import { hostPorts, type HostPort } from '../kinds/core/host-ports';
import { column, mark, NodeSums, width } from './node-sums';

const noImages: ReadonlyMap<string, number> = new Map();
const noTaints: readonly Taint[] = [];
const noLabels: Readonly<Record<string, string>> = {};
const nothing: Resources['others'] = {};

/**
 * A node and the sums of what its pods ask for, kept up pod by pod instead of summed for every question. All in whole numbers, so that
 * sums come back to zero.
 */
export class NodeInfo {
  /** Undefined while pods name a node that does not exist. */
  node: Node | undefined;
  /** Taints with effect NoSchedule or NoExecute, and those with PreferNoSchedule. */
  hardTaints = noTaints;
  softTaints = noTaints;
  /** Resources beside cpu, memory and ephemeral storage. */
  allocatableOthers = nothing;
  requestedOthers = nothing;
  /** Images on the node: every name, with its size in bytes. */
  images: ReadonlyMap<string, number> = noImages;
  /** Whether one of them keeps other pods away. */
  keepsApart = false;
  /** Counts what happens to the node's pods without changing what they take: nominations, starts, deletions that begin. */
  stirred = 0;
  readonly usedPorts: HostPort[] = [];
  readonly #pods = new Map<string, Pod>();
  #nominated: ReadonlyMap<string, Pod> | undefined;

  /** Numbers are kept in `sums`, in a row of their own. */
  constructor(readonly name: string, private readonly sums = new NodeSums(), private readonly row = sums.take()) {}

  get pods(): ReadonlyMap<string, Pod> { return this.#pods; }
  /** Pods that wait for room on this node, by their key. */
  get nominated(): ReadonlyMap<string, Pod> | undefined { return this.#nominated; }
  set nominated(pods: ReadonlyMap<string, Pod> | undefined) {
    this.#nominated = pods;
    this.sums.nominated[this.slot] = pods ? 1 : 0;
  }
  get labels(): Readonly<Record<string, string>> { return this.node?.metadata.labels ?? noLabels; }

  /** A small number of its own, for arrays about nodes. */
  get slot(): number { return this.row / width; }

  get podCount(): number { return this.sums.values[this.row + column.pods] as number; }
  get allowedPods(): number { return this.sums.values[this.row + column.allowedPods] as number; }
  get allocatableCpuMilli(): number { return this.sums.values[this.row + column.allocatableCpuMilli] as number; }
  get allocatableMemoryBytes(): number { return this.sums.values[this.row + column.allocatableMemoryBytes] as number; }
  get allocatableEphemeralBytes(): number { return this.sums.values[this.row + column.allocatableEphemeralBytes] as number; }
  get requestedCpuMilli(): number { return this.sums.values[this.row + column.requestedCpuMilli] as number; }
  get requestedMemoryBytes(): number { return this.sums.values[this.row + column.requestedMemoryBytes] as number; }
  get requestedEphemeralBytes(): number { return this.sums.values[this.row + column.requestedEphemeralBytes] as number; }
  /** With the scheduler's assumption for containers that ask for nothing. */
  get scoredCpuMilli(): number { return this.sums.values[this.row + column.scoredCpuMilli] as number; }
  get scoredMemoryBytes(): number { return this.sums.values[this.row + column.scoredMemoryBytes] as number; }
  get isUnschedulable(): boolean { return ((this.sums.values[this.row + column.marks] as number) & mark.unschedulable) !== 0; }
  get hasHardTaints(): boolean { return ((this.sums.values[this.row + column.marks] as number) & mark.hardTaints) !== 0; }
  get hasSoftTaints(): boolean { return ((this.sums.values[this.row + column.marks] as number) & mark.softTaints) !== 0; }

  setNode(node: Node | undefined): void {
    const before = this.node;
    this.node = node;
    this.sums.renew(this.row);
    const taints = node?.spec.taints ?? noTaints;
    if (taints !== (before?.spec.taints ?? noTaints)) {
      this.hardTaints = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
      this.softTaints = taints.filter(({ effect }) => effect === 'PreferNoSchedule');
    }
    const taintMarks = (this.hardTaints.length > 0 ? mark.hardTaints : 0) | (this.softTaints.length > 0 ? mark.softTaints : 0);
    this.#set(column.marks, taintMarks | (node?.spec.unschedulable ? mark.unschedulable : 0));
    if (node?.status?.allocatable !== before?.status?.allocatable) this.#setAllocatable(resourcesOf(node?.status?.allocatable));
    if (node?.status?.images !== before?.status?.images) {
      const images = node?.status?.images ?? [];
      this.images = images.length === 0 ? noImages : new Map(images.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const)));
    }
  }

  /** Adds the pod, or puts its newer version in place. Idempotent: a pod is assumed when it is bound, and seen again when the watch brings it. */
  addPod(key: string, pod: Pod): void {
    const before = this.#pods.get(key);
    this.#pods.set(key, pod);
    if (before) {
      if (before.status?.startTime !== pod.status?.startTime || before.metadata.labels !== pod.metadata.labels || before.spec.priority !== pod.spec.priority) this.stirred++;
      if (podRequests(before.spec) === podRequests(pod.spec) && hostPorts(before.spec) === hostPorts(pod.spec)) return;
      this.#count(before, -1);
    }
    this.#count(pod, 1);
  }

  removePod(key: string): void {
    const pod = this.#pods.get(key);
    if (pod && this.#pods.delete(key)) this.#count(pod, -1);
  }

  /** What was changed since the generation has been undone. */
  restore(generation: number): void { this.sums.restore(this.row, generation); }

  /** Gives its row of numbers back; it may not be used afterwards. */
  close(): void { this.sums.giveBack(this.row); }

  #set(at: number, value: number): void { this.sums.values[this.row + at] = value; }
  #add(at: number, value: number): void { this.#set(at, (this.sums.values[this.row + at] as number) + value); }

  #setAllocatable({ cpuMilli, memoryBytes, ephemeralStorageBytes, others }: Resources): void {
    this.#set(column.allocatableCpuMilli, cpuMilli);
    this.#set(column.allocatableMemoryBytes, memoryBytes);
    this.#set(column.allocatableEphemeralBytes, ephemeralStorageBytes);
    this.#set(column.allowedPods, others['pods'] ?? 0);
    this.allocatableOthers = others;
  }

  #count({ spec }: Pod, sign: 1 | -1): void {
    const requests = podRequests(spec);
    this.sums.renew(this.row);
    this.#add(column.pods, sign);
    this.#add(column.requestedCpuMilli, sign * requests.cpuMilli);
    this.#add(column.requestedMemoryBytes, sign * requests.memoryBytes);
    this.#add(column.requestedEphemeralBytes, sign * requests.ephemeralStorageBytes);
    this.#add(column.scoredCpuMilli, sign * requests.scoredCpuMilli);
    this.#add(column.scoredMemoryBytes, sign * requests.scoredMemoryBytes);
    if (Object.keys(requests.others).length > 0) this.requestedOthers = addOthers(this.requestedOthers, requests.others, sign);
    for (const port of hostPorts(spec)) {
      if (sign === 1) this.usedPorts.push(port);
      else this.usedPorts.splice(this.usedPorts.findIndex((used) => used.port === port.port && used.ip === port.ip && used.protocol === port.protocol), 1);
    }
  }
}

function addOthers(sums: Resources['others'], more: Resources['others'], sign: 1 | -1): Resources['others'] {
  const next = { ...sums };
  for (const [resource, amount] of Object.entries(more)) {
    const sum = (next[resource] ?? 0) + sign * amount;
    if (sum === 0) delete next[resource]; else next[resource] = sum;
  }
  return next;
}
