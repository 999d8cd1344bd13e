import { sampleEveryMs, type Usage } from '../containers/usage';
import { resourcesOf } from '../kinds/core/pod-resources';
import type { NodeWorker } from './node-worker';
import type { PodWorker } from './pod-worker';

/** What one running container used in its newest sample. */
export type ContainerUsage = { readonly name: string; readonly usage: Usage };

/** What kubelet, container runtime and kernel of a node are said to use beside its containers. */
const system = { cpuNano: 45_000_000, memoryBytes: 420 * 1_048_576 };

/** The containers of a pod that run; undefined while there are none, or one of them is too young to tell. */
export function podUsage({ containers }: PodWorker): readonly ContainerUsage[] | undefined {
  const measured: ContainerUsage[] = [];
  for (const { name, running } of containers) {
    if (!running) continue;
    const { usage } = running;
    if (!usage) return undefined;
    measured.push({ name, usage });
  }
  return measured.length > 0 ? measured : undefined;
}

/** What a node uses as a whole; undefined when nobody answers there. */
export function nodeUsage({ state, workers, allocatable }: NodeWorker, now: number): Usage | undefined {
  if (state !== 'up') return undefined;
  let { cpuNano, memoryBytes } = system;
  for (const { containers } of workers) {
    for (const { running } of containers) {
      const usage = running?.usage;
      if (!usage) continue;
      cpuNano += usage.cpuNano;
      memoryBytes += usage.memoryBytes;
    }
  }
  const { cpuMilli, memoryBytes: all } = resourcesOf(allocatable);
  return { cpuNano: Math.min(cpuNano, cpuMilli * 1e6), memoryBytes: Math.min(memoryBytes, all), at: Math.floor(now / sampleEveryMs) * sampleEveryMs, windowMs: sampleEveryMs };
}
