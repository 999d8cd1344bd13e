import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCluster, type Cluster } from '../../../src/cluster';
import { row, type Measurement } from '../row';
import { deployment, readyReplicas, runUntil } from './workload';

const hourMs = 3_600_000;
const few = 1_000;
const many = 20_000;
const more = 500;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc') as () => void;   // what the flag adds has no type
const heapBytes = (): number => { collect(); return process.memoryUsage().heapUsed; };

/** Processor time, in milliseconds: what others do on the machine counts less than on the wall. */
function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1_000;
}

function scaleTo(cluster: Cluster, name: string, replicas: number): void {
  cluster.client.create(...deployment(name, replicas));
  runUntil(cluster, () => readyReplicas(cluster, name) === replicas);
}

/** A cluster with `pods` pods: what one more costs, and what each holds in memory. */
function grown(pods: number): { readonly msPerPod: number; readonly bytesPerPod: number } {
  const cluster = createCluster({ nodes: 250 }).boot();
  const empty = heapBytes();
  scaleTo(cluster, 'all', pods);
  const bytesPerPod = (heapBytes() - empty) / pods;
  let least = Infinity;
  for (let i = 0; i < 3; i++) least = Math.min(least, processorMs(() => scaleTo(cluster, `more-${i}`, more)));
  return { msPerPod: least / more, bytesPerPod };
}

/** Cost follows the change, not the size: one more pod among many against one more among few. */
export const growth: Measurement = {
  name: 'growth',
  run() {
    grown(few);   // warm
    const small = grown(few);
    const large = grown(many);
    return [
      row('one more Ready pod: among 20,000 against among 1,000', large.msPerPod / small.msPerPod, 'times', 1.5, 'less'),
      row('heap for each of 20,000 pods, history included', Math.round(large.bytesPerPod), 'bytes', 10_000, 'less'),
    ];
  },
};

/** A cluster nobody asks anything of: heartbeats and leases only. */
export const idleHour: Measurement = {
  name: 'idle',
  run() {
    let least = Infinity;
    for (let i = 0; i < 3; i++) {
      const cluster = createCluster({ nodes: 3 }).boot();
      least = Math.min(least, processorMs(() => cluster.clock.advanceBy(hourMs)));
    }
    return [row('one simulated hour of an idle cluster of 3 nodes', least / 1_000, 's', 0.2, 'less')];
  },
};
