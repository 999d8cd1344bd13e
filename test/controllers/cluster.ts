import { Subscription } from 'rxjs';
import { keyOf } from '../../src/api/keys';
import { LocalClient } from '../../src/api/local-client';
import type { Draft, KubeObject, Resource, User, WriteCause } from '../../src/api/types';
import { createApiServer, type PodariumApiServer } from '../../src/apiserver/create';
import { createControllers } from '../../src/controllers/all';
import { nodeOf } from '../../src/controllers/daemonset/placement';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Leases } from '../../src/kinds/coordination/lease';
import { Events } from '../../src/kinds/core/event';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Nodes } from '../../src/kinds/core/node';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { timestamp } from '../../src/lib/timestamp';
import type { AnyController } from '../../src/runtime/controller';
import { EventRecorder } from '../../src/runtime/event-recorder';
import { Informers } from '../../src/runtime/informers';
import type { CoreV1Event, Deployment, Pod, ReplicaSet } from '../../src/schema/types';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';
import { catchUnhandled } from '../unhandled';

export const startedAt = Date.UTC(2026, 0, 1);
const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };
const manager: User = { name: 'system:kube-controller-manager', groups: [] };
const kubelets: User = { name: 'system:nodes', groups: ['system:nodes'] };

export type Scenario = {
  readonly seed?: number;
  /** How late the controllers' caches are. */
  readonly latencyMs?: number;
  readonly nodes?: readonly string[];
  readonly controllers?: readonly AnyController[];
  /** From bound to Ready. Pods whose image contains `bad` never are. */
  readonly readyAfterMs?: number;
  /** A node's zone; one for each node when absent. */
  readonly zone?: (node: string) => string;
};

/** A cluster in virtual time: the real API server and controllers, and the simplest nodes that could be. */
export function startCluster({
  seed = 1,
  latencyMs = 0,
  nodes = ['node-1', 'node-2'],
  controllers = createControllers(),
  readyAfterMs = 1_000,
  zone = (node) => `zone-${node}`,
}: Scenario = {}) {
  const clock = new VirtualClock(startedAt);
  const store = new Store();
  const server = createApiServer({ store, scheduler: clock, random: new Random(seed), latencyMs: (user) => (user === manager.name ? latencyMs : 0) });
  const client = new LocalClient(server, admin);
  const failures: { readonly controller: string; readonly key: string; readonly message: string }[] = [];
  const defects: unknown[] = [];
  const letGo = catchUnhandled((error) => { defects.push(error); });
  for (const name of ['default', 'kube-node-lease']) {
    client.create(Namespaces, { metadata: { name }, spec: {} });
    if (name === 'default') client.create(ServiceAccounts, { metadata: { name: 'default', namespace: name } });
  }
  const fleet = new Fleet(server, clock, readyAfterMs, zone);
  for (const node of nodes) fleet.join(node);

  let running = new Subscription();
  const start = (): void => {
    const informers = new Informers(new LocalClient(server, manager), clock);
    const recorder = new EventRecorder(new LocalClient(server, manager), Events, () => clock.now());
    running = new Subscription(() => informers.stop());
    for (const controller of controllers)
      running.add(
        controller.run(informers, recorder).subscribe({
          next: ({ key, error }) => {
            if (error) failures.push({ controller: controller.name, key, message: error.message });
          },
          error: (error: unknown) => defects.push(error),
        }),
      );
  };
  start();

  const pods = (): Pod[] => [...client.list(Pods, 'default').items];
  const cluster = {
    clock,
    store,
    server,
    client,
    failures,
    fleet,
    pods,
    ready: (): Pod[] => pods().filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined),
    replicaSets: (): ReplicaSet[] => [...client.list(ReplicaSets, 'default').items],
    deployment: (name = 'web'): Deployment => client.get(Deployments, { namespace: 'default', name }),
    events: (reason?: string): CoreV1Event[] => client.list(Events).items.filter((event) => reason === undefined || event.reason === reason),
    exists: (kind: Resource<KubeObject>, name: string, namespace: string | undefined = 'default'): boolean =>
      client.list(kind, namespace).items.some(({ metadata }) => metadata.name === name),
    /** Runs until the condition holds, looking after every action; fails with the last writes when it takes longer than `withinMs`. */
    until(what: string, holds: () => boolean, withinMs = 60_000): void {
      const limit = clock.now() + withinMs;
      while (!holds()) {
        if (defects.length > 0) throw defects[0];
        if (clock.nextDueAt === undefined || clock.nextDueAt > limit) throw new Error(`never: ${what}\n${lastWrites(store)}`);
        clock.step();
      }
    },
    advance(ms: number): void {
      clock.advanceBy(ms);
      if (defects.length > 0) throw defects[0];
    },
    /** The controllers' process dies and comes back with nothing remembered. */
    restart(): void {
      running.unsubscribe();
      start();
    },
    stop(): void {
      running.unsubscribe();
    },
    resume: start,
    [Symbol.dispose]() {
      running.unsubscribe();
      fleet.stop();
      letGo();
      if (defects.length > 0) throw defects[0];
    },
  };
  return cluster;
}
export type Cluster = ReturnType<typeof startCluster>;

function lastWrites(store: Store): string {
  return [...store.history.since(0)]
    .slice(-40)
    .map(({ revision, key, value, cause }) => {
      const { component = 'a client', key: about = '' } = (cause ?? {}) as Partial<WriteCause>;
      return `${revision} ${value === undefined ? 'deleted' : 'wrote'} ${key} by ${component} for ${about}`;
    })
    .join('\n');
}

/** Nodes that place, run and end pods, and send heartbeats while they are not silenced. */
class Fleet {
  readonly #client: LocalClient;
  readonly #names: string[] = [];
  readonly #silent = new Set<string>();
  readonly #subscription = new Subscription();
  #placed = 0;
  #address = 0;

  constructor(
    private readonly server: PodariumApiServer,
    private readonly clock: VirtualClock,
    private readonly readyAfterMs: number,
    private readonly zoneOf: (node: string) => string,
  ) {
    this.#client = new LocalClient(server, kubelets);
    this.#subscription.add(
      this.#client.watch(Pods, { since: '0' }).subscribe(({ type, object }) => {
        if (type !== 'DELETED') this.#see(object);
      }),
    );
  }

  join(name: string): void {
    this.#names.push(name);
    const now = timestamp(this.clock.now());
    const conditions = [
      ['Ready', 'True'],
      ['MemoryPressure', 'False'],
      ['DiskPressure', 'False'],
      ['PIDPressure', 'False'],
    ].map(([type = '', status = '']) => ({ type, status, lastHeartbeatTime: now, lastTransitionTime: now, reason: 'Kubelet', message: '' }));
    this.#client.create(Nodes, { metadata: { name, labels: { 'topology.kubernetes.io/zone': this.zoneOf(name) } }, spec: {}, status: { conditions } });
    this.#client.create(Leases, {
      metadata: { name, namespace: 'kube-node-lease' },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: `${now.slice(0, -1)}.000000Z` },
    });
    this.#beat(name);
  }

  /** The node falls silent: no heartbeats, no work. */
  silence(name: string): void {
    this.#silent.add(name);
  }
  wake(name: string): void {
    this.#silent.delete(name);
    const node = this.#client.get(Nodes, { name });
    const at = timestamp(this.clock.now());
    const conditions = node.status?.conditions?.map((each) => ({
      ...each,
      status: each.type === 'Ready' ? 'True' : 'False',
      lastHeartbeatTime: at,
      lastTransitionTime: at,
    }));
    this.#client.update(Nodes, { ...node, status: { ...node.status, ...(conditions && { conditions }) } }, 'status');
    for (const { metadata, spec, status } of this.#client.list(Pods).items) {
      if (spec.nodeName !== name || status?.phase !== 'Running') continue;
      this.#client.patch(Pods, metadata, { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }] } }, 'strategic', 'status');
    }
  }
  leave(name: string): void {
    this.#names.splice(this.#names.indexOf(name), 1);
    this.#silent.add(name);
    this.#client.delete(Nodes, { name });
  }
  stop(): void {
    this.#subscription.unsubscribe();
  }

  #beat(name: string): void {
    this.#after(10_000, () => {
      if (!this.#names.includes(name)) return;
      if (!this.#silent.has(name)) {
        const renewTime = `${timestamp(this.clock.now()).slice(0, -1)}.000000Z`;
        this.#client.patch(Leases, { namespace: 'kube-node-lease', name }, { spec: { renewTime } });
      }
      this.#beat(name);
    });
  }

  #see(pod: Pod): void {
    const { nodeName } = pod.spec;
    if (!nodeName) {
      if (!pod.metadata.deletionTimestamp) this.#after(1, () => this.#place(pod));
      return;
    }
    if (pod.metadata.deletionTimestamp) return this.#after(500, () => this.#end(pod));
    if (!pod.status?.podIP) this.#after(this.readyAfterMs, () => this.#run(pod));
  }

  #place({ metadata: { namespace, name } }: Pod): void {
    const found = this.#find(namespace, name);
    const awake = this.#names.filter((each) => !this.#silent.has(each));
    const target = (found && nodeOf(found)) ?? awake[this.#placed++ % Math.max(1, this.#names.length - this.#silent.size)];
    if (!target || !found || found.spec.nodeName) return;
    this.server.call({
      verb: 'create',
      resource: 'pods',
      subresource: 'binding',
      namespace,
      name,
      user: kubelets,
      body: { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target: { kind: 'Node', name: target } },
    });
  }

  #run({ metadata: { namespace, name, uid } }: Pod): void {
    const pod = this.#find(namespace, name);
    if (pod?.metadata.uid !== uid || pod.status?.podIP || this.#silent.has(pod.spec.nodeName ?? '')) return;
    const healthy = !pod.spec.containers.some(({ image }) => image?.includes('bad'));
    const at = this.#address++;
    const podIP = `10.244.${Math.floor(at / 250)}.${(at % 250) + 1}`;
    const conditions = [
      ...(pod.status?.conditions ?? []),
      { type: 'Ready', status: healthy ? 'True' : 'False', lastTransitionTime: timestamp(this.clock.now()) },
    ];
    this.#client.update(
      Pods,
      { ...pod, status: { ...pod.status, phase: healthy ? 'Running' : 'Pending', podIP, podIPs: [{ ip: podIP }], conditions } },
      'status',
    );
  }

  #end({ metadata: { namespace, name, uid }, spec: { nodeName } }: Pod): void {
    const pod = this.#find(namespace, name);
    if (pod?.metadata.uid === uid && !this.#silent.has(nodeName ?? '')) this.#client.delete(Pods, pod.metadata, { gracePeriodSeconds: 0 });
  }

  #find(namespace: string, name: string): Pod | undefined {
    try {
      return this.#client.get(Pods, { namespace, name });
    } catch {
      return undefined;
    }
  }

  #after(delayMs: number, work: () => void): void {
    this.clock.schedule(work, delayMs);
  }
}

export const web = (replicas: number, image = 'nginx:1.27', spec: Partial<Deployment['spec']> = {}): Draft<Deployment> => ({
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 80 }] }] } },
    ...spec,
  },
});

export const webSet = (replicas: number, spec: Partial<ReplicaSet['spec']> = {}): Draft<ReplicaSet> => {
  const { selector, template } = web(replicas).spec;
  return { metadata: { name: 'web', namespace: 'default' }, spec: { replicas, selector, template, ...spec } };
};

export const nameOf = (object: KubeObject): string => keyOf(object);
