import { keyOf } from '../../api/keys';
import { podRequests, type PodRequests } from '../../kinds/core/pod-resources';
import type { Pod } from '../../schema/types';
import type { Rejection } from '../framework';
import type { NodeInfo } from '../node-info';
import type { NodeTable } from '../node-table';
import { explain, fits, type Taken } from '../plugins/node-resources-fit';

/** A node whose pods may be thought away and back, and the question whether the preemptor fits then. `end` leaves the node as it was. */
export type Trial = { remove(pod: Pod): void; giveBack(pod: Pod): void; ask(): Rejection | undefined; end(): void };

/** With the node itself, for filters that look at all there is. */
export function trialOnNode(nodes: NodeTable, node: NodeInfo, ask: () => Rejection | undefined): Trial {
  const generation = nodes.generationOf(node);
  const gone = new Map<string, Pod>();
  return {
    remove(pod) { const key = keyOf(pod); gone.set(key, pod); nodes.removePod(key); },
    giveBack(pod) { const key = keyOf(pod); gone.delete(key); nodes.setPod(key, node.name, pod); },
    ask,
    end() {
      for (const [key, pod] of gone) nodes.setPod(key, node.name, pod);
      nodes.restore(node, generation);
    },
  };
}

/** With numbers alone, where nothing but room is missing: the same answers for a fraction of the work. */
export function trialOfRoom({ spec, metadata }: Pod, requests: PodRequests, node: NodeInfo): Trial {
  const others = Object.keys(requests.others);
  const taken = new Sums(node);
  const priority = spec.priority ?? 0;
  for (const nominated of node.nominated?.values() ?? []) {
    if (nominated.metadata.uid !== metadata.uid && (nominated.spec.priority ?? 0) >= priority) taken.count(nominated, 1);
  }
  return {
    remove: (pod) => taken.count(pod, -1),
    giveBack: (pod) => taken.count(pod, 1),
    ask: () => (fits(requests, others, node, taken) ? undefined : explain(requests, others, node, taken)),
    end: () => {},
  };
}

class Sums implements Taken {
  podCount: number;
  requestedCpuMilli: number;
  requestedMemoryBytes: number;
  requestedEphemeralBytes: number;
  requestedOthers: Record<string, number>;

  constructor(node: Taken) {
    this.podCount = node.podCount;
    this.requestedCpuMilli = node.requestedCpuMilli;
    this.requestedMemoryBytes = node.requestedMemoryBytes;
    this.requestedEphemeralBytes = node.requestedEphemeralBytes;
    this.requestedOthers = { ...node.requestedOthers };
  }

  count({ spec }: Pod, by: 1 | -1): void {
    const { cpuMilli, memoryBytes, ephemeralStorageBytes, others } = podRequests(spec);
    this.podCount += by;
    this.requestedCpuMilli += by * cpuMilli;
    this.requestedMemoryBytes += by * memoryBytes;
    this.requestedEphemeralBytes += by * ephemeralStorageBytes;
    for (const resource in others) this.requestedOthers[resource] = (this.requestedOthers[resource] ?? 0) + by * (others[resource] ?? 0);
  }
}
