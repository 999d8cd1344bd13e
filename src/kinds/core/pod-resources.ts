import { milliValue, value } from '../../lib/quantity';
import type { Container, PodSpec, Quantity, ResourceRequirements } from '../../schema/types';

/** Amounts in whole numbers, for sums: thousandths of a cpu, bytes, pieces. */
export type Resources = {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  /** Every other resource: `nvidia.com/gpu`, `hugepages-2Mi`. */
  readonly others: Readonly<Record<string, number>>;
};
/** What a pod asks for. Shared by all pods of a template. */
export type PodRequests = Resources & {
  /** As above, but a container that asks for none counts as 100m cpu and 200 MiB: what the scheduler scores with. */
  readonly scoredCpuMilli: number;
  readonly scoredMemoryBytes: number;
};
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

type ResourceList = Readonly<Record<string, Quantity>>;
type Sums = Record<string, number>;
/** The parts of a pod spec that say what it needs; a spec that differs elsewhere (nodeName) shares what was worked out. */
type Requested = Pick<PodSpec, 'containers' | 'initContainers' | 'overhead' | 'resources'>;

const scoringDefaults: Sums = { cpu: 100, memory: 200 * 1024 * 1024 };

/** The pod's requests: its containers together, or its hungriest init container if that is more, and overhead. Worked out once for a template. */
export const podRequests: (spec: Requested) => PodRequests = onceForTemplate((spec) => {
  const scored = podSums(spec, 'requests', scoringDefaults);
  return { ...resourcesFrom(podSums(spec, 'requests')), scoredCpuMilli: scored.cpu ?? 0, scoredMemoryBytes: scored.memory ?? 0 };
});

/** The pod's limits, summed likewise; a container without a limit adds nothing. */
export const podLimits: (spec: Requested) => Resources = onceForTemplate((spec) => resourcesFrom(podSums(spec, 'limits')));

/** Guaranteed: every container limits cpu and memory and requests just that. BestEffort: none says anything of them. */
export const qosClass: (spec: Requested) => QosClass = onceForTemplate(computeQosClass);

export const containerRequests = ({ resources }: Container): Resources => resourcesFrom(sumsOf(resources?.requests));
export const containerLimits = ({ resources }: Container): Resources => resourcesFrom(sumsOf(resources?.limits));
/** A resource list as numbers: what a node offers, for example. */
export const resourcesOf = (list?: ResourceList): Resources => resourcesFrom(sumsOf(list));

/** In thousandths for cpu, in whole units for all else. */
export const amountOf = (resource: string, quantity: string): number => (resource === 'cpu' ? milliValue(quantity) : value(quantity));

/** As upstream's PodRequests and PodLimits: sidecars run beside everything that starts after them; pod-level amounts replace the sum. */
function podSums({ containers, initContainers = [], overhead, resources }: Requested, part: 'requests' | 'limits', defaults: Sums = {}): Sums {
  const of = (container: Container): Sums => ({ ...defaults, ...sumsOf(container.resources?.[part]) });
  const running: Sums = {};
  for (const container of containers) addTo(running, of(container));
  const sidecars: Sums = {};
  const starting: Sums = {};
  for (const container of initContainers) {
    const own = of(container);
    if (container.restartPolicy === 'Always') {
      addTo(running, own);
      addTo(sidecars, own);
      raiseTo(starting, sidecars);
    } else {
      addTo(own, sidecars);
      raiseTo(starting, own);
    }
  }
  raiseTo(running, starting);
  for (const [resource, amount] of Object.entries(sumsOf(resources?.[part]))) if (isPodLevel(resource)) running[resource] = amount;
  for (const [resource, amount] of Object.entries(sumsOf(overhead)))
    if (part === 'requests' || running[resource]) running[resource] = (running[resource] ?? 0) + amount;
  return running;
}

const isPodLevel = (resource: string): boolean => resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');

function sumsOf(list: ResourceList | undefined): Sums {
  const sums: Sums = {};
  for (const resource in list) sums[resource] = amountOf(resource, list[resource] ?? '0');
  return sums;
}

function resourcesFrom({ cpu = 0, memory = 0, 'ephemeral-storage': ephemeralStorageBytes = 0, ...others }: Sums): Resources {
  return { cpuMilli: cpu, memoryBytes: memory, ephemeralStorageBytes, others };
}

function addTo(sum: Sums, more: Sums): void {
  for (const resource in more) sum[resource] = (sum[resource] ?? 0) + (more[resource] ?? 0);
}
function raiseTo(sum: Sums, least: Sums): void {
  for (const resource in least) sum[resource] = Math.max(sum[resource] ?? 0, least[resource] ?? 0);
}

function computeQosClass({ containers, initContainers = [], resources: podLevel }: Requested): QosClass {
  const all: readonly (ResourceRequirements | undefined)[] = podLevel ? [podLevel] : [...containers, ...initContainers].map(({ resources }) => resources);
  const requests: Sums = {};
  const limits: Sums = {};
  let allLimited = true;
  for (const each of all) {
    const own = computeOnly(each?.limits);
    addTo(requests, computeOnly(each?.requests));
    addTo(limits, own);
    allLimited &&= own.cpu !== undefined && own.memory !== undefined;
  }
  const asked = Object.keys(requests);
  if (asked.length === 0 && Object.keys(limits).length === 0) return 'BestEffort';
  return allLimited && asked.length === Object.keys(limits).length && asked.every((resource) => requests[resource] === limits[resource])
    ? 'Guaranteed'
    : 'Burstable';
}

function computeOnly(list: ResourceList | undefined): Sums {
  const { cpu, memory } = sumsOf(list);
  return { ...(cpu && { cpu }), ...(memory && { memory }) };
}

/** Remembers by the identity of the containers, for as long as the rest of what was asked is the same too. */
function onceForTemplate<V>(compute: (spec: Requested) => V): (spec: Requested) => V {
  const known = new WeakMap<readonly Container[], { readonly spec: Pick<Requested, 'initContainers' | 'overhead' | 'resources'>; readonly result: V }>();
  let last: readonly Container[] | undefined;   // pods of one template come in a row: the map is asked once for all of them
  let lastKnown: ReturnType<typeof known.get>;
  return (spec) => {
    const { containers, initContainers, overhead, resources } = spec;
    const before = containers === last ? lastKnown : known.get(containers);
    if (before && before.spec.initContainers === initContainers && before.spec.overhead === overhead && before.spec.resources === resources) {
      last = containers;
      lastKnown = before;
      return before.result;
    }
    const result = compute(spec);
    last = containers;
    lastKnown = { spec: { ...(initContainers && { initContainers }), ...(overhead && { overhead }), ...(resources && { resources }) }, result };
    known.set(containers, lastKnown);
    return result;
  };
}
