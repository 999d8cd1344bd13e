import type { PodRequests } from '../../kinds/core/pod-resources';
import type { NodeInfo } from '../node-info';

export type ScoredResource = { readonly name: string; readonly weight?: number };
/** One resource as a score sees it: what the pod asks for, what a node has, and what is taken there. */
export type Measure = { readonly weight: number; readonly asked: number; has(node: NodeInfo): number; taken(node: NodeInfo): number };

export const cpuAndMemory: readonly ScoredResource[] = [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }];

/** What is made of a pod's requests, once for the pods of a template. */
export function onceFor<V>(make: (requests: PodRequests) => V): (requests: PodRequests) => V {
  const known = new WeakMap<PodRequests, { readonly made: V }>();
  return (requests) => {
    const before = known.get(requests);
    if (before) return before.made;
    const made = make(requests);
    known.set(requests, { made });
    return made;
  };
}

/**
 * The resources that count for the pod. With `assumed`, containers that ask for no cpu or memory count as the scheduler assumes. An
 * extended resource the pod does not ask for says nothing about it.
 */
export function measuresOf(resources: readonly ScoredResource[], requests: PodRequests, assumed: boolean): readonly Measure[] {
  return resources.flatMap(({ name, weight = 1 }): readonly Measure[] => {
    if (name === 'cpu') {
      return [assumed ? { weight, asked: requests.scoredCpuMilli, has: (node) => node.allocatableCpuMilli, taken: (node) => node.scoredCpuMilli }
        : { weight, asked: requests.cpuMilli, has: (node) => node.allocatableCpuMilli, taken: (node) => node.requestedCpuMilli }];
    }
    if (name === 'memory') {
      return [assumed ? { weight, asked: requests.scoredMemoryBytes, has: (node) => node.allocatableMemoryBytes, taken: (node) => node.scoredMemoryBytes }
        : { weight, asked: requests.memoryBytes, has: (node) => node.allocatableMemoryBytes, taken: (node) => node.requestedMemoryBytes }];
    }
    if (name === 'ephemeral-storage')
      return [{ weight, asked: requests.ephemeralStorageBytes, has: (node) => node.allocatableEphemeralBytes, taken: (node) => node.requestedEphemeralBytes }];
    const asked = requests.others[name] ?? 0;
    return asked === 0 ? [] : [{ weight, asked, has: (node) => node.allocatableOthers[name] ?? 0, taken: (node) => node.requestedOthers[name] ?? 0 }];
  });
}
