import { Observable, Subscription, type Subscriber } from 'rxjs';
import { Nodes } from '../kinds/core/node';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import type { Fabric } from '../net/network';
import type { AnyController } from '../runtime/controller';
import type { Informers } from '../runtime/informers';
import type { Outcome } from '../runtime/workqueue';
import { ServiceTable, type Rules } from './service-table';

export type KubeProxyOptions = {
  readonly network: Pick<Fabric, 'program' | 'isCut'>;
  /** Whether the node's kube-proxy is up; while it is not, or the node is cut off, the node keeps the rules it has. */
  readonly isUp?: (node: string) => boolean;
};

/** As upstream's minSyncPeriod: rules are written at most once a second. */
const minSyncPeriodMs = 1_000;

/** The kube-proxies of all nodes: one table of rules, written to each node whose proxy is up. */
export const createKubeProxy = ({ network, isUp = () => true }: KubeProxyOptions): AnyController => ({
  name: 'kube-proxy',
  run: (informers) => new Observable<Outcome>((outcomes) => new Run(informers, network, isUp, outcomes).start()),
});

class Run {
  readonly #table = new ServiceTable();
  /** What each node was last given; nothing yet for a new one. */
  readonly #given = new Map<string, Rules | undefined>();
  #lastSyncAt = -Infinity;
  #planned: Subscription | undefined;

  constructor(
    private readonly informers: Informers, private readonly network: KubeProxyOptions['network'],
    private readonly isUp: (node: string) => boolean, private readonly outcomes: Subscriber<Outcome>,
  ) {}

  start(): Subscription {
    const work = new Subscription(() => this.#planned?.unsubscribe());
    work.add(this.informers.of(Nodes).changes.subscribe(({ key, next }) => {
      if (!next) this.#given.delete(key);
      else if (!this.#given.has(key)) { this.#given.set(key, undefined); this.#plan(); }
    }));
    work.add(this.informers.of(Services).changes.subscribe(({ key, previous, next }) => {
      if (previous && next && previous.spec === next.spec && previous.metadata.labels === next.metadata.labels) return;
      this.#table.setService(key, next);
      this.#plan();
    }));
    work.add(this.informers.of(EndpointSlices).changes.subscribe(({ key, previous, next }) => { this.#table.setSlice(key, previous, next); this.#plan(); }));
    return work;
  }

  #plan(): void {
    if (this.#planned || this.outcomes.closed) return;
    const { scheduler } = this.informers;
    this.#planned = scheduler.schedule(() => { this.#planned = undefined; this.#sync(); }, Math.max(0, this.#lastSyncAt + minSyncPeriodMs - scheduler.now()));
  }

  #sync(): void {
    const rules = this.#table.rules();
    let behind = false;
    for (const [node, given] of this.#given) {
      if (given === rules) continue;
      if (!this.isUp(node) || this.network.isCut(node)) { behind = true; continue; }
      this.network.program(node, rules);
      this.#given.set(node, rules);
    }
    this.#lastSyncAt = this.informers.scheduler.now();
    this.outcomes.next({ key: 'sync', at: this.#lastSyncAt });
    if (behind) this.#plan();   // a proxy that comes back catches up
  }
}
