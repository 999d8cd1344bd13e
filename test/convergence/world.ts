import { StatusError } from '../../src/api/status';
import type { LocalClient } from '../../src/api/local-client';
import type { KubeObject, Resource } from '../../src/api/types';
import { createCluster, type Cluster } from '../../src/cluster';
import { controlPlaneName } from '../../src/cluster/machines';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Pods } from '../../src/kinds/core/pod';
import { PriorityClasses } from '../../src/kinds/scheduling/priorityclass';
import type { Pod } from '../../src/schema/types';
import { Random } from '../../src/sim/random';

/** How a cluster is before anything is done to it. */
export type Start = {
  readonly seed: number;
  /** Late caches, each component's by its own delay. */
  readonly stale: boolean;
};

export const namespaces = ['default', 'team'] as const;
/** A processor less than the usual machine has: pods compete for places. */
const workerCapacity = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '100Gi', pods: '20' };
const workers = 3;
/** How long after a change components may still act on what was before: settling, a reconcile under way. */
const ordinaryLagMs = 1_500;
const mostDelayMs = 4_000;

/** One cluster, and what operations can do to it. */
export class World {
  readonly cluster: Cluster;
  /** A component may not have seen what is newer than this, milliseconds. */
  readonly lagMs: number;
  /** Operations that the cluster took, and those it refused: a quota, a conflict, nothing of that name. */
  taken = 0;
  refused = 0;

  readonly stale: boolean;

  constructor({ seed, stale }: Start) {
    this.stale = stale;
    const delays = new Random(seed).stream('delays');
    const delayOf = new Map(['system:kube-controller-manager', 'system:kube-scheduler', 'system:nodes', 'system:kube-proxy'].map((user) => [user, Math.round(delays.next() ** 2 * mostDelayMs)]));
    this.cluster = createCluster({ seed, nodes: 0, ...(stale && { latencyMs: (user: string) => delayOf.get(user) ?? 0 }) });
    this.lagMs = ordinaryLagMs + (stale ? 2 * mostDelayMs : 0);
    for (let index = 0; index < workers; index++) this.cluster.addNode({ capacity: workerCapacity });
    this.cluster.boot();
    for (const [name, value, preemptionPolicy] of [['low', -10], ['high', 1_000], ['patient', 1_000, 'Never']] as const)
      this.client.create(PriorityClasses, { metadata: { name }, value, ...(preemptionPolicy && { preemptionPolicy }) });
    this.client.create(Namespaces, { metadata: { name: 'team' }, spec: {} });
    this.pass(1_000);
  }

  get client(): LocalClient { return this.cluster.client; }
  get now(): number { return this.cluster.clock.now(); }

  pass(durationMs: number): void { this.cluster.clock.advanceBy(durationMs); }
  step(count: number): void { for (let index = 0; index < count; index++) this.cluster.clock.step(); }

  /** Does what may be refused. */
  attempt(work: () => void): boolean {
    try {
      work();
      this.taken++;
      return true;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.refused++;
      return false;
    }
  }

  /** The machine an index stands for, among those there are now; never the control plane's. */
  machine(index: number): string | undefined {
    const names = this.workers;
    return names[index % Math.max(1, names.length)];
  }
  get workers(): readonly string[] { return this.cluster.machines.names.filter((name) => name !== controlPlaneName); }

  addMachine(): void { this.cluster.addNode({ capacity: workerCapacity }); }

  /** Everything of a kind, everywhere. */
  all<T extends KubeObject>(kind: Resource<T>): readonly T[] { return this.client.list(kind).items; }

  /** The pod that an index stands for among those labelled `app`. */
  pod(namespace: string, app: string, index: number): Pod | undefined {
    const { items } = this.client.list(Pods, namespace, { labelSelector: `app=${app}` });
    return items[index % Math.max(1, items.length)];
  }
}
