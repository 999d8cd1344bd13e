import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCluster, type Cluster } from '../../../src/cluster';
import { isPodReady } from '../../../src/kinds/core/pod-conditions';
import type { Pod } from '../../../src/schema/types';
import { row, type Measurement, type Row } from '../row';
import { deployment } from './workload';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc') as () => void;   // what the flag adds has no type
const mebibyte = 1024 ** 2;
const replicas = 30;
/** Room for 8,192 nodes of 256 addresses each. */
const podNetwork = '10.128.0.0/11';

/** The size is given as NODES/PODS; the whole of it takes minutes. */
const [nodes = 1_000, pods = 30_000] = (process.env['SCALE'] ?? '').split('/').filter(Boolean).map(Number);
const wholeNodes = 5_000;
const wholePods = 150_000;

type Spent = { readonly wallSeconds: number; readonly processorSeconds: number; readonly writes: number; readonly virtualSeconds: number };

/** Counts Ready pods as they change: asking for all of them again and again would be measured too. */
class ReadyPods {
  readonly #ready = new Map<string, boolean>();
  count = 0;

  constructor(cluster: Cluster) {
    cluster.store.watch('pods/default/', cluster.store.revision).subscribe(({ key, value }) => {
      const pod = value as Pod | undefined;   // what stands under this prefix is a pod
      const ready = pod !== undefined && pod.metadata.deletionTimestamp === undefined && isPodReady(pod);
      if (ready === (this.#ready.get(key) ?? false)) return;
      if (ready) this.#ready.set(key, true); else this.#ready.delete(key);
      this.count += ready ? 1 : -1;
    });
  }
}

function spend(cluster: Cluster, begin: () => void, done: () => boolean): Spent {
  const [wall, processor, writes, virtual] = [performance.now(), process.cpuUsage(), cluster.store.revision, cluster.clock.now()];
  begin();
  while (!done()) {
    if (cluster.clock.now() - virtual > 3_600_000) throw new Error('not done after an hour of virtual time');
    cluster.clock.advanceBy(500);
  }
  const { user, system } = process.cpuUsage(processor);
  return {
    wallSeconds: (performance.now() - wall) / 1_000, processorSeconds: (user + system) / 1e6,
    writes: cluster.store.revision - writes, virtualSeconds: (cluster.clock.now() - virtual) / 1_000,
  };
}

const heapMebibytes = (): number => { collect(); return Math.round(process.memoryUsage().heapUsed / mebibyte); };

/** Which kinds were written how often: where time goes, before any profile. */
class Writes {
  readonly #counts = new Map<string, number>();

  constructor(cluster: Cluster, prefixes: readonly string[] = ['pods/', 'events/', 'leases.coordination.k8s.io/', 'nodes/', 'replicasets.apps/', 'deployments.apps/',
    'endpointslices.discovery.k8s.io/']) {
    for (const prefix of prefixes) cluster.store.watch(prefix, cluster.store.revision).subscribe(() => { this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + 1); });
  }

  toString(): string { return [...this.#counts].map(([prefix, count]) => `${prefix.slice(0, -1)} ${count}`).join(', '); }
}

const rowsOf = (what: string, { wallSeconds, processorSeconds, writes, virtualSeconds }: Spent, aimSeconds: number): Row[] => {
  console.error(`${what}: ${wallSeconds.toFixed(1)} s wall, ${processorSeconds.toFixed(1)} s processor, ${writes} writes, ${virtualSeconds} s virtual`);
  return [row(`scale: ${what}, wall`, wallSeconds, 's', aimSeconds, 'less'), row(`scale: ${what}, processor`, processorSeconds, 's', aimSeconds, 'less')];
};

function fill(cluster: Cluster, ready: ReadyPods, count: number): Spent {
  return spend(cluster, () => { for (let i = 0; i < count / replicas; i++) cluster.client.create(...deployment(`web-${i}`, replicas)); }, () => ready.count === count);
}

/** As large as Kubernetes is said to go, in one process: all its pods Ready. */
export const scale: Measurement = {
  name: 'scale',
  run() {
    const share = pods / wholePods;
    const at = `${pods.toLocaleString('en-US')} pods on ${nodes.toLocaleString('en-US')} nodes`;
    const cluster = createCluster({ nodes, podNetwork });
    const rows: Row[] = [...rowsOf(`${nodes.toLocaleString('en-US')} nodes Ready`, spend(cluster, () => void cluster.boot(), () => true), 60 * (nodes / wholeNodes))];
    const empty = heapMebibytes();
    const ready = new ReadyPods(cluster);
    const writes = new Writes(cluster);
    rows.push(...rowsOf(`${at} Ready`, fill(cluster, ready, pods), 60 * share));
    console.error(String(writes));
    const full = heapMebibytes();
    console.error(`heap ${empty} MiB empty, ${full} MiB full`);
    rows.push(row(`scale: heap at ${at}`, full, 'MiB', 1_536 * share, 'less'));
    return rows;
  },
};
