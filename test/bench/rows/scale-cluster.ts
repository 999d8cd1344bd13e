import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCluster, type Cluster } from '../../../src/cluster';
import { Services } from '../../../src/kinds/core/service';
import { isPodReady } from '../../../src/kinds/core/pod-conditions';
import type { Pod } from '../../../src/schema/types';
import { deployment } from './workload';

/** Of each Deployment that fills a cluster. */
export const replicas = 30;
const podsPerNode = 30;
/** Room for 8,192 nodes of 256 addresses each. */
export const podNetwork = '10.128.0.0/11';

/** SCALE, as NODES/PODS, makes the largest cluster of a measurement another one: the whole of it takes minutes and gigabytes. */
export function largest(wholeNodes: number, wholePods: number): { readonly nodes: number; readonly pods: number } {
  const [nodes = wholeNodes, pods = wholePods] = (process.env['SCALE'] ?? '').split('/').filter(Boolean).map(Number);
  return { nodes, pods };
}

/** As many nodes as so many pods are spread over. */
export const nodesFor = (pods: number): number => Math.max(3, Math.ceil(pods / podsPerNode));

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc') as () => void;   // what the flag adds has no type
const mebibyte = 1024 ** 2;

/** What is left of the heap after garbage went, in MiB. */
export const heapMebibytes = (): number => { gc(); return process.memoryUsage().heapUsed / mebibyte; };

/** Processor seconds of this process that `work` takes: what others do on the machine counts less than on the wall. */
export function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Counts pods of the default namespace as they change: asking for all of them again and again would be measured too. */
export class PodCounts {
  readonly #known = new Map<string, Pod>();
  /** Ready, and not on their way out. */
  ready = 0;
  /** Not on their way out. */
  live = 0;
  /** The most that lived at once, and the fewest that were Ready, since {@link mark}. */
  most = 0;
  fewest = 0;

  constructor(cluster: Cluster) {
    cluster.store.watch('pods/default/', cluster.store.revision).subscribe(({ key, value }) => this.#see(key, value as Pod | undefined));   // what stands under this prefix is a pod
  }

  mark(): void { this.most = this.live; this.fewest = this.ready; }

  #see(key: string, pod: Pod | undefined): void {
    const before = this.#known.get(key);
    this.live += Number(lives(pod)) - Number(lives(before));
    this.ready += Number(readies(pod)) - Number(readies(before));
    if (pod) this.#known.set(key, pod); else this.#known.delete(key);
    this.most = Math.max(this.most, this.live);
    this.fewest = Math.min(this.fewest, this.ready);
  }
}

const lives = (pod: Pod | undefined): boolean => pod !== undefined && pod.metadata.deletionTimestamp === undefined;
const readies = (pod: Pod | undefined): boolean => pod !== undefined && lives(pod) && isPodReady(pod);

/** Moves the clock until `done`, looked at every `stepMs`. @returns the virtual seconds that took. */
export function until(cluster: Cluster, done: () => boolean, stepMs = 250): number {
  const began = cluster.clock.now();
  while (!done()) {
    if (cluster.clock.now() - began > 3_600_000) throw new Error('not done after an hour of virtual time');
    cluster.clock.advanceBy(stepMs);
  }
  return (cluster.clock.now() - began) / 1_000;
}

export type Filled = { readonly cluster: Cluster; readonly counts: PodCounts; readonly processorSeconds: number };

/** A cluster with `pods` Ready pods in Deployments of 30, each behind a Service when those are asked for. */
export function filled({ nodes, pods }: { readonly nodes: number; readonly pods: number }, withServices = false): Filled {
  const cluster = createCluster({ nodes, podNetwork }).boot();
  const counts = new PodCounts(cluster);
  const spent = processorSeconds(() => {
    for (let i = 0; i < pods / replicas; i++) {
      const name = `web-${i}`;
      cluster.client.create(...deployment(name, Math.min(replicas, pods - i * replicas)));
      if (withServices) cluster.client.create(Services, { metadata: { name, namespace: 'default' }, spec: { selector: { app: name }, ports: [{ port: 80 }] } });
    }
    until(cluster, () => counts.ready === pods);
  });
  return { cluster, counts, processorSeconds: spent };
}

export const counted = (value: number): string => value.toLocaleString('en-US');
