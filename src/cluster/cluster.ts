import { config, Subject, type Observable } from 'rxjs';
import { LocalClient } from '../api/local-client';
import type { User } from '../api/types';
import type { StaticTokens } from '../apiserver/authentication/authenticator';
import type { Authorizer } from '../apiserver/authorization/types';
import type { Storage } from '../apiserver/storage';
import { PodariumApiServer } from '../apiserver/server';
import { clusterDNS, clusterDomain } from './addons';
import { componentUser, kubeletsUser } from './component-users';
import { controlPlaneComponents, ownCaches, recorderOf } from './components';
import { historyLog } from './log';
import { serveMetrics } from './metrics';
import { MachinePark } from './machine-park';
import { controlPlaneAddress, controlPlaneMachine, controlPlaneName, workerMachine, type Machine } from './machines';
import { OptionalParts } from './optional-parts';
import { controlPlanePods, proxyPod, type StaticPod } from './static-pods';
import { podTokens } from './token';
import { createContainerRuntime } from '../containers/runtime';
import type { Software } from '../containers/software';
import { createKubelets, type Kubelets } from '../kubelet/kubelets';
import { Deployments } from '../kinds/apps/deployment';
import { Nodes } from '../kinds/core/node';
import { createNetwork } from '../net/network';
import type { Network, Source } from '../net/types';
import { createKubeProxy } from '../proxy/kube-proxy';
import { createPodNetwork } from '../proxy/pod-network';
import type { AnyController } from '../runtime/controller';
import type { Machinery, MachineTemplate } from '../runtime/machines';
import type { DecisionLog } from '../scheduler/decisions';
import { createScheduler } from '../scheduler/scheduler';
import { VirtualClock } from '../sim/clock';
import { Random } from '../sim/random';
import { Store } from '../store/store';

export type ClusterOptions = {
  /** The same seed and the same requests give the same history. */
  readonly seed?: number;
  /** Worker nodes beside the control plane. */
  readonly nodes?: number;
  /** Virtual time at the start, in milliseconds since the epoch. */
  readonly startedAt?: number;
  /** The network pods get their addresses from, a /24 of it for each node: the usual one is enough for 256 nodes. */
  readonly podNetwork?: string;
  /** How late watch events reach a user, in milliseconds. */
  readonly latencyMs?: (user: string) => number;
  /** Who decides what users may do: nobody when absent. */
  readonly authorizer?: ((storage: Storage) => Authorizer) | undefined;
  /** Bearer tokens of users. */
  readonly tokens?: StaticTokens;
  /** Group versions that are served beside those that are on by default. */
  readonly runtimeConfig?: readonly string[];
};

/** The user of the default kubeconfig. */
export const clusterAdmin: User = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'] };

const apiServerSource: Source = { ip: controlPlaneAddress, node: controlPlaneName, name: 'kube-apiserver' };
const defaultStart = Date.UTC(2026, 0, 1, 9);
/** A cluster that is not up after this long has a defect. */
const bootLimitMs = 300_000;

/** Errors that no part expected. A broken invariant: whoever runs a cluster stops it and says so. */
const defectsSubject = new Subject<unknown>();
export const defects: Observable<unknown> = defectsSubject;
config.onUnhandledError = (error) => defectsSubject.next(error);

/** A whole cluster: clock + seed + store + components. Nothing happens until its clock is moved. */
export class Cluster {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly store = new Store();
  readonly server: PodariumApiServer;
  readonly network: Network;
  readonly kubelets: Kubelets;
  /** What can be done to the machines themselves: power, network, kubelet. */
  readonly machines: Machinery;
  /** Parts that are off by default. */
  readonly parts: OptionalParts;
  /** What the scheduler decided, and why. */
  readonly decisions: DecisionLog;
  /** The cluster administrator's way in. */
  readonly client: LocalClient;
  #nodeCount = 0;

  /**
   * `software` is what images there are and what runs inside containers; it is asked for when the first of them is wanted. The API server is
   * whole when it has been given its parts: before anybody but the control plane writes.
   */
  constructor(software: () => Software, { seed = 1, nodes = 3, startedAt = defaultStart, podNetwork = '10.244.0.0/16', latencyMs, authorizer, tokens, runtimeConfig }: ClusterOptions = {}) {
    this.seed = seed;
    this.clock = new VirtualClock(startedAt);
    const random = new Random(seed);
    const { clock, store } = this;
    this.server = new PodariumApiServer({ store, scheduler: clock, random, kubelets: (node) => this.kubelets.kubelet(node), reach: (ip, port) => fabric.handlerAt(ip, port),
      dial: (host, port, payload) => fabric.connect(apiServerSource, host, port, payload), authorizer, tokens, runtimeConfig, ...(latencyMs && { latencyMs }) });
    const fabric = createNetwork({ scheduler: clock, random });
    this.network = fabric;
    const scheduler = createScheduler({ random });
    this.decisions = scheduler.decisions;
    this.client = new LocalClient(this.server, clusterAdmin);
    /** Nodes whose kube-proxy runs. */
    const proxies = new Set<string>();
    const machines = this.machines = new MachinePark(() => this.kubelets);
    const parts = this.parts = new OptionalParts({ machinery: machines, exchanges: fabric.exchanges, random: random.stream('optional parts'), scheduler: clock, server: this.server });
    const runtime = createContainerRuntime({
      scheduler: clock,
      software,
      components: { ...controlPlaneComponents({ server: this.server, store, clock, scheduler, podNetwork, proxies }), ...parts.components },
    });
    this.kubelets = createKubelets({ scheduler: clock, runtime, network: fabric, clusterDNS, clusterDomain, serviceAccountToken: podTokens(this.server, () => clock.now()) });
    serveMetrics(this.server.kinds, this.kubelets, () => clock.now());
    this.#run(kubeletsUser, [this.kubelets]);
    this.#run(componentUser('system:kube-proxy'), [createKubeProxy({ network: fabric, isUp: (node) => proxies.has(node) }), createPodNetwork(fabric)]);
    this.#add(controlPlaneMachine, [...controlPlanePods(podNetwork), proxyPod]);
    for (let i = 0; i < nodes; i++) this.addNode();
  }

  /** Adds a worker machine, `node-<number>` unless named otherwise, and returns its name; its kubelet registers it. Throws when the name is taken. */
  addNode({ name, ...template }: MachineTemplate & { readonly name?: string } = {}): string {
    const machine = workerMachine(name === undefined ? this.#nextNumber() : 0);
    const given = name ?? machine.name;
    this.machines.add(given, { labels: machine.labels, taints: machine.taints, capacity: machine.capacity, ...template });
    return given;
  }

  /** Runs until all nodes are Ready and cluster DNS answers. Throws when that takes more than five virtual minutes. */
  boot(): this {
    const limit = this.clock.now() + bootLimitMs;
    while (!this.#isUp()) {
      if (this.clock.now() >= limit) throw new Error('the cluster did not come up');
      this.clock.advanceBy(250);
    }
    return this;
  }

  /** The whole history as text, byte for byte the same for the same life. */
  log(): string { return historyLog(this.store); }

  /** Runs what is there as long as the machines are. */
  #run(user: User, controllers: readonly AnyController[]): void {
    const informers = ownCaches(this.server, user, this.clock);
    const recorder = recorderOf(informers);
    for (const controller of controllers) controller.run(informers, recorder).subscribe();
  }

  #nextNumber(): number {
    do this.#nodeCount++; while (this.machines.state(`node-${this.#nodeCount}`));
    return this.#nodeCount;
  }

  #add({ name, labels, taints, capacity }: Machine, staticPods: readonly StaticPod[]): void {
    this.kubelets.addNode(name, { labels, taints, capacity, staticPods });
  }

  #isUp(): boolean {
    if (this.store.count('nodes/') < this.machines.names.length) return false;
    const nodesReady = this.client.list(Nodes).items.every(({ status }) => status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True'));
    if (!nodesReady || this.store.get('deployments.apps/kube-system/coredns') === undefined) return false;
    const dns = this.client.get(Deployments, { namespace: 'kube-system', name: 'coredns' });
    return (dns.status?.availableReplicas ?? 0) === dns.spec.replicas;
  }
}
