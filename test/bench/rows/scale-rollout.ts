import { controllerOf } from '../../../src/api/keys';
import type { Cluster } from '../../../src/cluster';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import type { ReplicaSet } from '../../../src/schema/types';
import { row, type Measurement, type Row } from '../row';
import { deployment } from './workload';
import { counted, filled, largest, nodesFor, processorSeconds, replicas, until, type Filled } from './scale-cluster';

const image = 'nginx:1.28';
const share = 0.25;
/** An aim for each pod that is made, made Ready and taken away. */
const aimMsPerPod = 0.8;

type Rolled = { readonly processorSeconds: number; readonly virtualSeconds: number; readonly peak: number; readonly over: number; readonly under: number };

/** By how many replicas the ReplicaSets of one Deployment were ever meant to be more than it and its surge. Pods follow: those to go may still be there. */
class SurgeWatch {
  readonly #sets = new Map<string, { readonly owner: string; readonly replicas: number }>();
  readonly #sums = new Map<string, number>();
  over = 0;

  constructor(cluster: Cluster, private readonly most: number) {
    for (const set of cluster.client.list(ReplicaSets, 'default').items) this.#see(set.metadata.name, set);
    cluster.store.watch('replicasets.apps/default/', cluster.store.revision).subscribe(({ key, value }) => this.#see(key.slice(key.lastIndexOf('/') + 1), value as ReplicaSet | undefined));
  }

  #see(name: string, set: ReplicaSet | undefined): void {
    const before = this.#sets.get(name);
    const owner = before?.owner ?? (set && controllerOf(set)?.name);
    if (owner === undefined) return;
    const replicas = set?.spec?.replicas ?? 0;
    const sum = (this.#sums.get(owner) ?? 0) + replicas - (before?.replicas ?? 0);
    this.#sets.set(name, { owner, replicas });
    this.#sums.set(owner, sum);
    this.over = Math.max(this.over, sum - this.most);
  }
}

/** Gives all of `names` another image and waits until each of their pods has it. `over` and `under`: by how many pods the bounds were left. */
function roll({ cluster, counts }: Filled, names: readonly string[], each: number): Rolled {
  const total = counts.ready;
  const surge = new SurgeWatch(cluster, each + Math.ceil(each * share));
  counts.mark();
  const isRolled = (name: string): boolean => {
    const { metadata, status } = cluster.client.get(Deployments, { namespace: 'default', name });
    return status?.observedGeneration === metadata.generation && status?.updatedReplicas === each && status.availableReplicas === each && status.replicas === each;
  };
  let virtualSeconds = 0;
  const spent = processorSeconds(() => {
    for (const name of names) cluster.client.patch(Deployments, { namespace: 'default', name }, { spec: { template: { spec: { containers: [{ name: 'nginx', image }] } } } }, 'strategic');
    virtualSeconds = until(cluster, () => counts.ready === total && counts.live === total && names.every((name) => isRolled(name)));
  });
  const unavailable = names.length * Math.floor(each * share);
  return { processorSeconds: spent, virtualSeconds, peak: counts.most / total, over: surge.over, under: Math.max(0, total - unavailable - counts.fewest) };
}

function rows(what: string, pods: number, { processorSeconds: spent, virtualSeconds, peak, over, under }: Rolled): Row[] {
  console.error(`${what}: ${spent.toFixed(1)} s processor, ${virtualSeconds} s virtual, at most ${(peak * 100).toFixed(0)}% of the pods at once, `
    + `${over} over the surge, ${under} under what must be available`);
  return [
    row(`scale: ${what}, processor`, spent, 's', (pods * aimMsPerPod) / 1_000, 'less'),
    row(`scale: ${what}, pods replaced`, Math.round(pods / spent), 'pods/s', 1_000 / aimMsPerPod, 'more'),
    row(`scale: ${what}, pods beyond surge or below availability`, over + under, 'pods', 0, 'less'),
  ];
}

/** Rolling updates of many pods: as one Deployment, and as many of 30 at once. */
export const scaleRollout: Measurement = {
  name: 'scale-rollout',
  run() {
    const { pods } = largest(0, 10_000);
    const one = filled({ nodes: nodesFor(pods), pods: 0 });
    one.cluster.client.create(...deployment('all', pods));
    until(one.cluster, () => one.counts.ready === pods);
    const together = roll(one, ['all'], pods);
    const many = Math.floor(pods / replicas);
    const apart = roll(filled({ nodes: nodesFor(pods), pods: many * replicas }), Array.from({ length: many }, (_, i) => `web-${i}`), replicas);
    return [
      ...rows(`rolling update of one Deployment of ${counted(pods)}`, pods, together),
      ...rows(`rolling update of ${counted(many)} Deployments of ${replicas}`, many * replicas, apart),
    ];
  },
};
