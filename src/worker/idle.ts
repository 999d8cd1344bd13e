import type { Cluster } from '../cluster/cluster';

const quietMs = 15_000;
const longestMs = 3_600_000;
/** Writes that come as long as a cluster lives: they do not make it busy. */
const heartbeats = ['leases.coordination.k8s.io/', 'events/', 'nodes/'];

/** Runs as fast as it can until nothing but heartbeats was written for a while, at most one virtual hour; slice by slice. */
export class RunUntilIdle {
  readonly #endsAt: number;
  #quietSince: number;
  #seen: number;

  constructor(private readonly cluster: Cluster) {
    this.#endsAt = cluster.clock.now() + longestMs;
    this.#quietSince = cluster.clock.now();
    this.#seen = cluster.store.revision;
  }

  /** One slice; true when the cluster is idle. */
  slice(mayRun: () => boolean): boolean {
    const { clock, store } = this.cluster;
    while (mayRun() && clock.now() < this.#endsAt && clock.now() - this.#quietSince < quietMs) {
      if (!clock.step()) return true;
      if (store.revision === this.#seen) continue;
      for (const { key } of store.history.since(this.#seen)) if (!heartbeats.some((prefix) => key.startsWith(prefix))) this.#quietSince = clock.now();
      this.#seen = store.revision;
    }
    return clock.now() >= this.#endsAt || clock.now() - this.#quietSince >= quietMs;
  }
}
