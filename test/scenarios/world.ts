import { Subscription } from 'rxjs';
import { LocalClient } from '../../src/api/local-client';
import type { User } from '../../src/api/types';
import { createApiServer, type PodariumApiServer } from '../../src/apiserver/create';
import { createControllers } from '../../src/controllers/all';
import { firstCatalog } from '../../src/kinds/first-kinds';
import { Events } from '../../src/kinds/core/event';
import { Namespaces } from '../../src/kinds/core/namespace';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { podMetrics, type PodMetrics } from '../../src/kinds/metrics/metrics';
import { timestamp } from '../../src/lib/timestamp';
import type { Kind } from '../../src/kinds/define';
import type { KubeObject } from '../../src/api/types';
import type { AnyController } from '../../src/runtime/controller';
import { EventRecorder } from '../../src/runtime/event-recorder';
import { Informers } from '../../src/runtime/informers';
import { createScheduler } from '../../src/scheduler/scheduler';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';
import { catchUnhandled } from '../unhandled';
import { Died, Door, type Interference } from './door';
import { Machines } from './machines';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };
const manager: User = { name: 'system:kube-controller-manager', groups: ['system:masters'] };
const scheduling: User = { name: 'system:kube-scheduler', groups: ['system:masters'] };
/** From a controller's end to its next start. */
const restartMs = 1_000;

/** The kinds that scenarios are about: the collector and namespaces look after no more, which keeps a world cheap. */
const resources: ReadonlySet<string> = new Set(['pods', 'services', 'endpoints', 'configmaps', 'replicationcontrollers', 'resourcequotas', 'deployments.apps', 'replicasets.apps',
  'statefulsets.apps', 'daemonsets.apps', 'controllerrevisions.apps', 'jobs.batch', 'cronjobs.batch', 'horizontalpodautoscalers.autoscaling',
  'endpointslices.discovery.k8s.io', 'poddisruptionbudgets.policy', 'serviceaccounts', 'persistentvolumeclaims']);
const catalog: readonly Kind<KubeObject>[] = [...firstCatalog().preferred()].filter(({ resource }) => resources.has(resource));
/** Controllers that no scenario is about; the two about nodes come along when one crashes. */
const left: ReadonlySet<string> = new Set(['node-ipam-controller', 'persistentvolume-controller', 'clusterrole-aggregation-controller']);
const ofNodes: ReadonlySet<string> = new Set(['node-lifecycle-controller', 'taint-eviction-controller']);

export type WorldOptions = {
  readonly seed: number;
  /** The controllers that are disturbed, by name. */
  readonly subjects: readonly string[];
  interference?(world: World): Interference;
  /** Whether machines tell that they live, and somebody listens. */
  readonly heartbeats?: boolean;
};

/** A cluster in virtual time: the real API server, scheduler and controllers, on machines that are hardly any. */
export class World {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly store = new Store();
  readonly server: PodariumApiServer;
  readonly client: LocalClient;
  readonly machines: Machines;
  readonly door: Door;
  /** What the pods use together, in milli-CPU. */
  loadMilli = 0;
  /** Runs of the disturbed controllers so far. */
  runs = 0;
  readonly #controllers: readonly AnyController[];
  readonly #subjects: ReadonlySet<string>;
  #others = new Subscription();
  #running = new Subscription();
  #defect: { readonly error: unknown } | undefined;
  readonly #letGo: () => void;

  constructor({ seed, subjects, interference, heartbeats = false }: WorldOptions) {
    const random = new Random(seed);
    this.server = createApiServer({ store: this.store, scheduler: this.clock, random });
    this.client = new LocalClient(this.server, admin);
    this.server.kinds.set('pods.metrics.k8s.io', [podMetrics((namespace) => this.#measured(namespace), () => '0')]);
    this.#letGo = catchUnhandled((error) => { this.#defect ??= { error }; });
    for (const name of ['default', 'kube-node-lease']) this.client.create(Namespaces, { metadata: { name }, spec: {} });
    this.client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
    this.machines = new Machines(this.server, this.clock, ['node-1', 'node-2', 'node-3'], heartbeats);
    this.door = new Door(this.server, this.clock, interference?.(this) ?? {});
    this.#subjects = new Set(subjects);
    this.#controllers = createControllers({ kinds: () => catalog }).filter(({ name }) => !left.has(name) && (heartbeats || !ofNodes.has(name)));
    const missing = subjects.filter((name) => !this.#controllers.some((each) => each.name === name));
    if (missing.length > 0) throw new Error(`no controller ${missing.join()} among ${this.#controllers.map(({ name }) => name).join()}`);
    this.#startOthers();
    this.#start();
    const own = new Informers(new LocalClient(this.server, scheduling), this.clock);
    createScheduler({ random }).run(own, this.#recorder(own)).subscribe();
  }

  /** Lets time pass; a controller that dies on the way comes back with nothing remembered. */
  advance(ms: number): void {
    const end = this.clock.now() + ms;
    for (let over = false; !over;) {
      try { this.clock.advanceTo(end); over = true; } catch (error) {
        if (!(error instanceof Died)) throw error;
        this.#running.unsubscribe();
        this.clock.schedule(() => this.#start(), restartMs);
      }
      if (this.#defect) throw this.#defect.error;
    }
  }

  /** All controllers stop at once and come back `ms` later. */
  pauseControllers(ms: number): void {
    this.clock.schedule(() => {
      this.#running.unsubscribe();
      this.#others.unsubscribe();
      this.clock.schedule(() => { this.#startOthers(); this.#start(); }, ms);
    });
  }

  [Symbol.dispose](): void {
    this.#running.unsubscribe();
    this.#others.unsubscribe();
    this.machines.stop();
    this.#letGo();
  }

  /** As a metrics server says it: the load is shared by the pods that are Ready. */
  #measured(namespace?: string): readonly PodMetrics[] {
    const ready = this.client.list(Pods, namespace).items.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
    const usage = { cpu: `${Math.round(this.loadMilli / Math.max(1, ready.length))}m`, memory: '10Mi' };
    const at = timestamp(this.clock.now());
    return ready.map(({ metadata: { name, labels, namespace: of }, spec: { containers: [container] } }) => ({
      apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', timestamp: at, window: '15s',
      metadata: { name, uid: '', resourceVersion: '', creationTimestamp: at, ...(of !== undefined && { namespace: of }), ...(labels && { labels }) },
      containers: [{ name: container?.name ?? '', usage }],
    }));
  }

  #recorder(informers: Informers): EventRecorder { return new EventRecorder(new LocalClient(this.server, informers.client.user), Events, () => this.clock.now()); }

  /** The disturbed controllers have caches of their own, behind their own door. */
  #start(): void {
    const informers = new Informers(new LocalClient(this.door, manager), this.clock);
    this.#running.unsubscribe();
    this.#running = this.#run(informers, (name) => this.#subjects.has(name), () => { this.runs++; });
  }

  #startOthers(): void {
    this.#others = this.#run(new Informers(new LocalClient(this.server, manager), this.clock), (name) => !this.#subjects.has(name), () => undefined);
  }

  #run(informers: Informers, chosen: (name: string) => boolean, ran: () => void): Subscription {
    const running = new Subscription(() => informers.stop());
    const recorder = this.#recorder(informers);
    for (const controller of this.#controllers) if (chosen(controller.name)) running.add(controller.run(informers, recorder).subscribe(ran));
    return running;
  }
}
