import { podRequests, resourcesOf, type Resources } from '../kinds/core/pod-resources';
import type { Node, Pod, Taint } from '../schema/types';
import { hostPorts, type HostPort } from './host-ports';

/** Running sums, in whole numbers: floating sums would not come back to zero. */
type Sums = { -readonly [K in keyof Resources]: Resources[K] };

const noImages: ReadonlyMap<string, number> = new Map();
const noTaints: readonly Taint[] = [];
const noResources: Resources = resourcesOf();

/** A node and the sums of what its pods ask for, kept up pod by pod instead of summed for every question. */
export class NodeInfo {
  /** Undefined while pods name a node that does not exist. */
  node: Node | undefined;
  unschedulable = false;
  /** Taints with effect NoSchedule or NoExecute, and those with PreferNoSchedule. */
  hardTaints = noTaints;
  softTaints = noTaints;
  allowedPods = 0;
  allocatable = noResources;
  readonly requested: Sums = { ...noResources };
  /** With the scheduler's assumption for containers that ask for nothing. */
  scoredCpuMilli = 0;
  scoredMemoryBytes = 0;
  /** Images on the node: every name, with its size in bytes. */
  images: ReadonlyMap<string, number> = noImages;
  readonly usedPorts: HostPort[] = [];
  readonly #pods = new Map<string, Pod>();

  constructor(readonly name: string) {}

  get pods(): ReadonlyMap<string, Pod> { return this.#pods; }
  get labels(): Readonly<Record<string, string>> { return this.node?.metadata.labels ?? noLabels; }

  setNode(node: Node | undefined): void {
    const before = this.node;
    this.node = node;
    this.unschedulable = node?.spec.unschedulable ?? false;
    const taints = node?.spec.taints ?? noTaints;
    if (taints !== (before?.spec.taints ?? noTaints)) {
      this.hardTaints = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
      this.softTaints = taints.filter(({ effect }) => effect === 'PreferNoSchedule');
    }
    if (node?.status?.allocatable !== before?.status?.allocatable) {
      this.allocatable = resourcesOf(node?.status?.allocatable);
      this.allowedPods = this.allocatable.others['pods'] ?? 0;
    }
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
      if (podRequests(before.spec) === podRequests(pod.spec) && hostPorts(before.spec) === hostPorts(pod.spec)) return;
      this.#count(before, -1);
    }
    this.#count(pod, 1);
  }

  removePod(key: string): void {
    const pod = this.#pods.get(key);
    if (pod && this.#pods.delete(key)) this.#count(pod, -1);
  }

  /** The same node with only the pods that `keep` accepts: for asking what would be if. */
  withPods(keep: (pod: Pod) => boolean): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.setNode(this.node);
    for (const [key, pod] of this.#pods) if (keep(pod)) copy.addPod(key, pod);
    return copy;
  }

  #count({ spec }: Pod, sign: 1 | -1): void {
    const { requested } = this;
    const requests = podRequests(spec);
    requested.cpuMilli += sign * requests.cpuMilli;
    requested.memoryBytes += sign * requests.memoryBytes;
    requested.ephemeralStorageBytes += sign * requests.ephemeralStorageBytes;
    this.scoredCpuMilli += sign * requests.scoredCpuMilli;
    this.scoredMemoryBytes += sign * requests.scoredMemoryBytes;
    if (hasAny(requests.others)) requested.others = addOthers(requested.others, requests.others, sign);
    for (const port of hostPorts(spec)) {
      if (sign === 1) this.usedPorts.push(port);
      else this.usedPorts.splice(this.usedPorts.findIndex((used) => used.port === port.port && used.ip === port.ip && used.protocol === port.protocol), 1);
    }
  }
}

const noLabels: Readonly<Record<string, string>> = {};

const hasAny = (record: Readonly<Record<string, number>>): boolean => { for (const _ in record) return true; return false; };

function addOthers(sums: Resources['others'], more: Resources['others'], sign: 1 | -1): Resources['others'] {
  const next = { ...sums };
  for (const [resource, amount] of Object.entries(more)) {
    const sum = (next[resource] ?? 0) + sign * amount;
    if (sum === 0) delete next[resource]; else next[resource] = sum;
  }
  return next;
}
