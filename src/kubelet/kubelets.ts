import { merge, Observable, Subject, type Subscription } from 'rxjs';
import { keyOf, keyText, revisionOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { Usage } from '../containers/usage';
import { nodeUser } from '../apiserver/authorization/node';
import { ConfigMaps } from '../kinds/core/configmap';
import { Nodes } from '../kinds/core/node';
import { isTerminal } from '../kinds/core/pod-conditions';
import { Pods } from '../kinds/core/pod';
import { Secrets } from '../kinds/core/secret';
import type { AnyController } from '../runtime/controller';
import type { EventRecorder } from '../runtime/event-recorder';
import type { IndexBy } from '../runtime/index-by';
import { byNamespace, type Changed } from '../runtime/informer';
import type { Informers } from '../runtime/informers';
import { workqueue, type Outcome, type RequeueAfter } from '../runtime/workqueue';
import type { Node, Pod } from '../schema/types';
import { ApiReach } from './api-reach';
import { connectTo, type KubeletApi } from './kubelet-api';
import { NodeHeartbeat } from './node-heartbeat';
import { NodeWorker, type NodeConfig, type NodeState } from './node-worker';
import { PodWorker } from './pod-worker';
import { removeObject, writeStatus } from './pod-writer';
import { createResolvers } from './resolvers';
import { ServiceVariables } from './service-variables';
import type { KubeletOptions, Shared } from './shared';
import { SharedValues } from './shared-values';
import { mirrored, staticPod } from './static-pods';
import { nodeUsage, podUsage, type ContainerUsage } from './usage';
import { VolumeGrowth } from './volume-growth';

export type NodeCondition = { readonly state: NodeState; readonly cut: boolean; readonly latencyMs: number; readonly version: string };

/** The kubelets of all nodes, as one controller, and the machines under them. */
export type Kubelets = AnyController & {
  /** Switches on a new machine, whose kubelet registers it. @throws Error when there is one of that name. */
  addNode(name: string, config?: NodeConfig): void;
  /** Takes the machine away for good, and its Node with it. */
  removeNode(name: string): void;
  /** Power off: containers, kubelet and heartbeat end at once. */
  crashNode(name: string): void;
  /** The kubelet alone stops; containers go on, and nobody hears of them. */
  stopHeartbeat(name: string): void;
  /** Machine and kubelet come (back) up. After a crash all containers are started anew. */
  restartNode(name: string): void;
  /** Cuts the node off from API server and other nodes, or joins it again: its containers go on, and its kubelet works with what it knew. */
  partitionNode(name: string, cut: boolean): void;
  /** News from the API server reach the node's kubelet so much later, and so do its heartbeats the server. */
  slowNode(name: string, latencyMs: number): void;
  /** The kubelet is replaced by one of another version; containers go on. */
  upgradeNode(name: string, version: string): void;
  /** How a machine is. Undefined when there is none of that name. */
  condition(name: string): NodeCondition | undefined;
  /** The kubelet's own API: logs, exec, attach. Undefined when nobody answers there. */
  kubelet(node: string): KubeletApi | undefined;
  /** SIGKILL to one container, as `crictl stop` on its node: what restarts it is the kubelet. @throws Error when it does not run. */
  kill(pod: { readonly namespace: string; readonly name: string }, container: string): void;
  readonly nodes: readonly string[];
  /** What a node uses, with its labels; undefined when nobody answers there. */
  nodeUsage(node: string): { readonly usage: Usage; readonly labels?: Readonly<Record<string, string>> } | undefined;
  /** What the running pods of a namespace use, or of all, or one pod, as far as their kubelets answer. */
  podUsage(namespace: string | undefined, name?: string): readonly { readonly pod: Pod; readonly containers: readonly ContainerUsage[] }[];
};

export const byNode: IndexBy<Pod> = { name: 'node', of: (pod) => pod.spec.nodeName || undefined };

/** As upstream's lease controller: soon at first, then every few seconds. */
const nodeBackOffMs = (failures: number): number => Math.min(200 * 2 ** (failures - 1), 7_000);

/** As upstream: what is left of a pod that is no more does not count when another is to be admitted. */
function orphan(worker: PodWorker): void {
  worker.orphaned = true;
  worker.node.requests.remove(worker.uid);
}

export const createKubelets = (options: KubeletOptions): Kubelets => new KubeletController(options);

type Machine = { readonly worker: NodeWorker; heartbeat: NodeHeartbeat | undefined };

class KubeletController implements Kubelets {
  readonly name = 'kubelet';
  readonly #machines = new Map<string, Machine>();
  readonly #workers = new Map<string, PodWorker>();
  /** The pod of each `namespace/name`, for those who ask by it. */
  readonly #byKey = new Map<string, PodWorker>();
  readonly #podWakes = new Subject<string>();
  readonly #nodeWakes = new Subject<string>();
  /** Pods that were seen and have no worker yet: uid → key. */
  readonly #arrived = new Map<string, string>();
  readonly #wokenBy = new Map<string, number>();
  readonly #clients = new Map<string, LocalClient>();
  readonly #reach: ApiReach;
  readonly #storage: Shared['storage'] = new Map();
  #shared: Shared | undefined;
  #count = 0;

  constructor(private readonly options: KubeletOptions) { this.#reach = new ApiReach(options.scheduler); }

  get nodes(): readonly string[] { return [...this.#machines.keys()]; }

  run(informers: Informers, recorder: EventRecorder): Observable<Outcome> {
    return new Observable<Outcome>((outcomes) => {
      const shared = this.#shared = this.#share(informers, recorder);
      const { scheduler } = informers;
      const pods = this.#podWakes.pipe(workqueue((uid) => this.#syncPod(uid, shared), { scheduler }));
      const nodes = this.#nodeWakes.pipe(workqueue((name) => this.#syncNode(name, shared), { scheduler, backoffMs: nodeBackOffMs }));
      const running: Subscription = merge(pods, nodes).subscribe(outcomes);
      running.add(informers.of(Nodes).changes.subscribe((change) => this.#nodeChanged(change)));
      running.add(informers.of(Pods).changes.subscribe((change) => this.#podChanged(change)));
      for (const machine of this.#machines.values()) this.#boot(machine, shared);
      return () => { running.unsubscribe(); this.#shared = undefined; this.#clients.clear(); };
    });
  }

  addNode(name: string, config: NodeConfig = {}): void {
    if (this.#machines.has(name)) throw new Error(`there is a node ${name} already`);
    const machine: Machine = { worker: new NodeWorker(name, config.ip ?? addressOf(this.#count++), config, this.options), heartbeat: undefined };
    this.#machines.set(name, machine);
    if (this.#shared) this.#boot(machine, this.#shared);
  }

  removeNode(name: string): void {
    this.crashNode(name);
    this.#machines.delete(name);
    this.#clients.delete(name);
    this.options.network.partition(name, false);
    this.#reach.forget(name);
    if (!this.#shared) return;
    try {
      this.#shared.informers.client.delete(Nodes, { name });
    } catch (error) {
      if (!StatusError.is(error, 'NotFound')) throw error;
    }
  }

  crashNode(name: string): void {
    const { worker } = this.#machine(name);
    worker.state = 'off';
    worker.images.interrupt();
    this.options.network.detach(worker.ip);
    for (const pod of [...worker.workers]) {
      pod.drop();
      this.#forget(pod);
    }
  }

  stopHeartbeat(name: string): void {
    const { worker } = this.#machine(name);
    if (worker.state === 'up') worker.state = 'silent';
  }

  restartNode(name: string): void {
    const machine = this.#machine(name);
    if (this.#shared && machine.worker.state !== 'up') this.#boot(machine, this.#shared);
  }

  partitionNode(name: string, cut: boolean): void {
    const machine = this.#machine(name);
    if (this.#reach.isCut(name) === cut) return;
    this.#reach.cut(name, cut);
    this.options.network.partition(name, cut);
    if (!cut && this.#shared && machine.worker.state === 'up') this.#catchUp(machine, this.#shared);
  }

  slowNode(name: string, latencyMs: number): void { this.#reach.slow(this.#machine(name).worker.name, latencyMs); }

  upgradeNode(name: string, version: string): void {
    const machine = this.#machine(name);
    machine.worker.version = version;
    if (!this.#shared || machine.worker.state !== 'up') return;
    machine.worker.state = 'silent';
    this.#boot(machine, this.#shared);
  }

  condition(name: string): NodeCondition | undefined {
    const worker = this.#machines.get(name)?.worker;
    return worker && { state: worker.state, cut: this.#reach.isCut(name), latencyMs: this.#reach.latencyMs(name), version: worker.version };
  }

  /** Whether the API server hears the machine's kubelet. */
  #answers(worker: NodeWorker | undefined): boolean { return worker?.state === 'up' && !this.#reach.isCut(worker.name); }

  kubelet(node: string): KubeletApi | undefined {
    const machine = this.#machines.get(node);
    if (!machine || !this.#answers(machine.worker)) return undefined;
    const find = (key: string): PodWorker | undefined => { const worker = this.#byKey.get(key); return worker?.node === machine.worker ? worker : undefined; };
    const { scheduler, network } = this.options;
    return connectTo({ find, scheduler, network, source: machine.worker.source });
  }

  nodeUsage(name: string): ReturnType<Kubelets['nodeUsage']> {
    const worker = this.#machines.get(name)?.worker;
    const usage = worker && this.#answers(worker) && nodeUsage(worker, this.options.scheduler.now());
    const labels = worker?.object?.metadata.labels;
    return usage ? { usage, ...(labels && { labels }) } : undefined;
  }

  podUsage(namespace: string | undefined, name?: string): ReturnType<Kubelets['podUsage']> {
    const pods = this.#shared?.informers.of(Pods);
    if (!pods) return [];
    const one = namespace !== undefined && name !== undefined ? pods.get(`${namespace}/${name}`) : undefined;
    const found: { pod: Pod; containers: readonly ContainerUsage[] }[] = [];
    for (const pod of name !== undefined ? (one ? [one] : []) : namespace !== undefined ? pods.by(byNamespace, namespace) : pods.list()) {
      const worker = this.#byKey.get(keyOf(pod));
      const containers = worker && this.#answers(worker.node) ? podUsage(worker) : undefined;
      if (containers) found.push({ pod, containers });
    }
    return found.sort((a, b) => (keyOf(a.pod) < keyOf(b.pod) ? -1 : 1));
  }

  kill(pod: { readonly namespace: string; readonly name: string }, container: string): void {
    const running = this.#byKey.get(keyText(pod))?.containers.find(({ name }) => name === container)?.running;
    if (!running) throw new Error(`container ${container} of ${keyText(pod)} does not run`);
    running.signal(9);
  }

  #machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (!machine) throw new Error(`there is no node ${name}`);
    return machine;
  }

  #share(informers: Informers, recorder: EventRecorder): Shared {
    const configMaps = (key: string) => informers.of(ConfigMaps).get(key);
    const secrets = (key: string) => informers.of(Secrets).get(key);
    const { serviceAccountToken: sign } = this.options;
    return {
      ...this.options, informers,
      recorder: { record: (event) => { if (!this.#reach.isCut(event.host ?? '')) recorder.record(event); } },
      ...(sign && { serviceAccountToken: (pod, seconds, audience) => { this.#reach.check(pod.spec.nodeName ?? ''); return sign(pod, seconds, audience); } }),
      serviceVariables: new ServiceVariables(informers),
      values: new SharedValues(),
      storage: this.#storage,
      growth: new VolumeGrowth(informers),
      references: (namespace) => ({ configMap: (name) => configMaps(`${namespace}/${name}`), secret: (name) => secrets(`${namespace}/${name}`) }),
      resolver: createResolvers(this.options),
      wake: (uid) => this.#podWakes.next(uid),
      wakeNode: (name) => this.#nodeWakes.next(name),
    };
  }

  /** The kubelet of this machine starts: it registers, takes up its own pods, then those that the API assigns to it. */
  #boot(machine: Machine, shared: Shared): void {
    const { worker } = machine;
    worker.state = 'up';
    machine.heartbeat = new NodeHeartbeat(worker, shared.recorder);
    this.options.network.attach(worker);
    this.#nodeWakes.next(worker.name);
    for (const manifest of worker.config.staticPods ?? []) this.#takeUp(staticPod(manifest, worker, shared.scheduler.now()), worker, shared);
    if (!this.#reach.isCut(worker.name)) this.#catchUp(machine, shared);
  }

  /** What the API has by now, after a time in which its news did not arrive. */
  #catchUp({ worker }: Machine, shared: Shared): void {
    const { informers } = shared;
    const pods = informers.of(Pods);
    const node = informers.of(Nodes).get(worker.name);
    if (node) this.#seeNode({ key: worker.name, next: node, revision: revisionOf(node) });
    this.#nodeWakes.next(worker.name);
    for (const pod of worker.workers) {
      if (!pod.isStatic && pods.get(pod.key)?.metadata.uid !== pod.uid) orphan(pod);   // deleted while nobody looked
      this.#podWakes.next(pod.uid);
    }
    for (const pod of pods.by(byNode, worker.name)) this.#arrive(pod, revisionOf(pod));
  }

  /** Static pods need no API; where its mirror still says how often a container was restarted, that is gone on with. */
  #takeUp(pod: Pod, worker: NodeWorker, shared: Shared): void {
    const { uid } = pod.metadata;
    if (this.#workers.has(uid)) return;
    const mirror = shared.informers.of(Pods).get(keyOf(pod));
    this.#adopt(new PodWorker(shared, worker, uid, mirror?.status ? { ...pod, status: mirror.status } : pod, true));
  }

  #nodeChanged(change: Changed<Node>): void { this.#reach.deliver(change.key, () => this.#seeNode(change)); }

  #seeNode({ key, next, revision }: Changed<Node>): void {
    const worker = this.#machines.get(key)?.worker;
    if (!worker || worker.state !== 'up') return;
    const { volumesAttached, volumesInUse } = worker.object?.status ?? {};
    worker.object = next;
    if (next?.status?.volumesAttached !== volumesAttached || next?.status?.volumesInUse !== volumesInUse) for (const pod of worker.workers) pod.retryMounts();
    const wasReady = worker.isReady;
    worker.podCIDR = next?.spec.podCIDR;
    this.#wokenBy.set(key, revision);
    if (worker.isReady !== wasReady) this.#nodeWakes.next(key);
  }

  #podChanged({ previous, next, revision }: Changed<Pod>): void {
    if (previous?.spec.nodeName && previous.metadata.uid !== next?.metadata.uid) this.#reach.deliver(previous.spec.nodeName, () => this.#leave(previous, revision));
    if (next?.spec.nodeName) this.#reach.deliver(next.spec.nodeName, () => this.#arrive(next, revision));
  }

  #arrive(pod: Pod, revision: number): void {
    const machine = this.#machines.get(pod.spec.nodeName ?? '');
    if (machine?.worker.state !== 'up') return;
    const hash = mirrored(pod);
    const uid = hash ?? pod.metadata.uid;
    const worker = this.#workers.get(uid);
    if (worker) {
      const known = hash === undefined ? worker.pod : worker.mirror;
      if (known && Number(known.metadata.resourceVersion) >= revision) return;   // its own write comes back
      if (hash !== undefined) worker.mirror = pod; else worker.see(pod);
      if (known && !isNews(known, pod)) return;
      if (known?.status !== pod.status || hash !== undefined) worker.dirty = worker.contested = true;
    } else if (hash !== undefined || isTerminal(pod)) return;
    else this.#arrived.set(uid, keyOf(pod));
    this.#wokenBy.set(uid, revision);
    this.#podWakes.next(uid);
  }

  /** Its object is gone from the API. */
  #leave(pod: Pod, revision: number): void {
    const uid = mirrored(pod) ?? pod.metadata.uid;
    const worker = this.#workers.get(uid);
    this.#arrived.delete(uid);
    if (!worker || worker.node.state !== 'up') return;
    if (worker.isStatic) {
      if (worker.mirror?.metadata.uid === pod.metadata.uid) worker.mirror = undefined;
      worker.dirty = true;
    } else orphan(worker);
    this.#wokenBy.set(uid, revision);
    this.#podWakes.next(uid);
  }

  #syncPod(uid: string, shared: Shared): RequeueAfter | void {
    const known = this.#workers.get(uid);
    const worker = known ?? this.#begin(uid, shared);
    const revision = this.#wokenBy.get(uid) ?? 0;
    this.#wokenBy.delete(uid);
    if (!worker || worker.node.state !== 'up') return undefined;
    const api = this.#client(shared, worker.node.name, worker.key, revision);
    if (worker.orphaned) worker.stop(worker.graceSeconds);
    worker.sync(() => writeStatus(worker, api));
    shared.growth.finish(worker, api);
    if (worker.done && !worker.isStatic) this.#finish(worker, api);
    const dueAt = worker.nextDueAt;
    return dueAt < Infinity ? { requeueAfterMs: Math.max(0, dueAt - shared.scheduler.now()) } : undefined;
  }

  #finish(worker: PodWorker, api: LocalClient): void {
    if (worker.orphaned) this.#forget(worker);
    else if (worker.pod.metadata.deletionTimestamp && !worker.dirty) removeObject(worker, api);
  }

  /** A pod that was assigned to a node of ours and has no worker yet. */
  #begin(uid: string, shared: Shared): PodWorker | undefined {
    const key = this.#arrived.get(uid);
    this.#arrived.delete(uid);
    const pod = key === undefined ? undefined : shared.informers.of(Pods).get(key);
    const machine = this.#machines.get(pod?.spec.nodeName ?? '');
    if (!pod || pod.metadata.uid !== uid || machine?.worker.state !== 'up') return undefined;
    return this.#adopt(new PodWorker(shared, machine.worker, uid, pod, false));
  }

  #adopt(worker: PodWorker): PodWorker {
    this.#workers.set(worker.uid, worker);
    this.#byKey.set(worker.key, worker);
    worker.node.workers.add(worker);
    return worker;
  }

  #forget(worker: PodWorker): void {
    this.#workers.delete(worker.uid);
    if (this.#byKey.get(worker.key) === worker) this.#byKey.delete(worker.key);
    worker.node.workers.delete(worker);
  }

  #syncNode(name: string, shared: Shared): RequeueAfter | void {
    const machine = this.#machines.get(name);
    const revision = this.#wokenBy.get(name) ?? 0;
    this.#wokenBy.delete(name);
    if (!machine?.heartbeat || machine.worker.state !== 'up') return undefined;
    const { requeueAfterMs } = machine.heartbeat.beat(this.#client(shared, name, name, revision), shared.scheduler.now());
    return { requeueAfterMs: requeueAfterMs + this.#reach.latencyMs(name) };
  }

  /** What a kubelet writes, it writes as its node. */
  #client({ informers }: Shared, node: string, key: string, revision: number): LocalClient {
    const known = this.#clients.get(node) ?? informers.client.as(nodeUser(node));
    this.#clients.set(node, known);
    return this.#reach.client(node, known).because({ component: this.name, key, revision });
  }
}

/** Something a kubelet acts on, besides what it wrote itself. */
const isNews = (known: Pod, next: Pod): boolean =>
  known.spec !== next.spec || known.status !== next.status || known.metadata.deletionTimestamp !== next.metadata.deletionTimestamp
  || known.metadata.deletionGracePeriodSeconds !== next.metadata.deletionGracePeriodSeconds;

/** 172.18.0.2, .3, …: as the nodes of a kind cluster. */
const addressOf = (index: number): string => `172.18.${Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;
