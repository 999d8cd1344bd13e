import { keyOf } from '../api/keys';
import type { FileTree, Surroundings } from '../containers/types';
import { isTerminal } from '../kinds/core/pod-conditions';
import { set } from '../kinds/sharing';
import { semanticallyEqual } from '../lib/equality';
import { timestamp } from '../lib/timestamp';
import type { Handler, Protocol } from '../net/types';
import type { ConfigMap, ContainerState, Pod, Secret } from '../schema/types';
import { containerEvents } from './container-life';
import { ContainerWorker } from './container-worker';
import type { References } from './environment';
import type { OwnFacts } from './field-references';
import type { NodeWorker } from './node-worker';
import type { Refusal } from './node-admission';
import { podEffects } from './pod-effects';
import { podEvents, podShape, podWalk, type PodMoment } from './pod-life';
import type { PodEvent } from './pod-machine';
import { heldBack, PodResize } from './pod-resize';
import { byName } from './pod-status';
import { Prober } from './prober';
import type { Shared } from './shared';
import { claimedVolume } from './claimed-volume';
import { MountError, type VolumeSources } from './volumes';

const creating: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const initializing: ContainerState = { waiting: { reason: 'PodInitializing' } };
const noContainers: readonly ContainerWorker[] = [];
const noVolumes: ReadonlyMap<string, FileTree> = new Map();
const defaultGraceSeconds = 30;

/** One pod on its node, as its kubelet knows it. Goes on whether or not the API server can be reached. */
export class PodWorker implements VolumeSources {
  moment: PodMoment;
  dueAt = Infinity;
  #dueEvent: PodEvent | undefined;
  readonly key: string;
  readonly inits: readonly ContainerWorker[];
  readonly mains: readonly ContainerWorker[];
  /** Ephemeral containers, as they are added. */
  debuggers: readonly ContainerWorker[] = noContainers;
  /** The main containers are in the order of their names, as the status lists them. */
  readonly isSorted: boolean;
  readonly startTime: string;
  readonly #startedAt: number;

  /** Its address in the pod network, or its node's; undefined before the sandbox is made. */
  ip: string | undefined;
  hasSandbox = false;
  volumes = noVolumes;
  prober: Prober | undefined;
  /** Its resources were changed while it runs. */
  resize: PodResize | undefined;
  /** Why the pod failed as a whole: refused by the node, or past its deadline. */
  failure: Refusal | undefined;
  /** The status differs from what was last written. */
  dirty = true;
  /** Somebody else wrote the status: it is compared before it is written again. */
  contested = false;
  /** Its node is off: nothing more may come of it. */
  dropped = false;
  /** Its object is gone from the API: it only has to end. */
  orphaned = false;
  /** When a write that failed is tried again. */
  retryAt = Infinity;
  /** What stands for a static pod in the API. */
  mirror: Pod | undefined;
  /** When its time to end is over, once it has to. */
  #stopAt = Infinity;
  #isSyncing = false;
  #hasBegun = false;

  /** `isStatic`: the pod comes from the node's own files, and the API has a mirror of it. */
  constructor(readonly shared: Shared, readonly node: NodeWorker, readonly uid: string, public pod: Pod, readonly isStatic: boolean) {
    this.key = keyOf(pod);
    this.#startedAt = pod.status?.startTime ? Date.parse(pod.status.startTime) : this.now;
    this.startTime = timestamp(this.#startedAt);
    const { spec: { initContainers = [], containers }, status } = heldBack(pod);
    const known = new Map([...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map((each) => [each.name, each]));
    this.inits = initContainers.map((spec) => new ContainerWorker(this, spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init', known.get(spec.name)));
    this.mains = containers.map((spec) => new ContainerWorker(this, spec, 'main', known.get(spec.name)));
    this.isSorted = this.mains.every((main, at) => at === 0 || byName(this.mains[at - 1] ?? main, main) <= 0);
    this.moment = podWalk.begin(podShape(this.inits.length)).to;
    if (containers !== pod.spec.containers) this.resize = new PodResize(this);
  }

  get now(): number { return this.shared.scheduler.now(); }
  get containers(): readonly ContainerWorker[] { return this.inits.length === 0 && this.debuggers.length === 0 ? this.mains : [...this.inits, ...this.mains, ...this.debuggers]; }
  get firstState(): ContainerState { return this.pod.spec.initContainers?.length ? initializing : creating; }
  /** Its life is over: all has ended and is given back, or it never began. */
  get done(): boolean { return this.moment.done; }
  /** It ran, and has ended. */
  get stopped(): boolean { return this.moment.name === 'stopped'; }
  get rejected(): boolean { return this.moment.name === 'rejected'; }
  get graceSeconds(): number { return this.pod.metadata.deletionGracePeriodSeconds ?? this.pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds; }
  get remainingGraceMs(): number {
    if (this.#stopAt === Infinity) this.#stopAt = this.now + this.graceSeconds * 1_000;
    return Math.max(0, this.#stopAt - this.now);
  }

  get facts(): OwnFacts { return { podIP: this.ip ?? '', hostIP: this.node.ip, nodeName: this.node.name, allocatable: this.node.allocatable }; }
  get references(): References { return this.shared.references(this.pod.metadata.namespace); }
  configMap(name: string): ConfigMap | undefined { return this.references.configMap(name); }
  secret(name: string): Secret | undefined { return this.references.secret(name); }
  hostPath(path: string): FileTree { return this.node.hostPath(path); }
  claimed(claim: string): FileTree { return claimedVolume(`${this.pod.metadata.namespace}/${claim}`, this); }
  token(expirationSeconds: number, audience?: string): () => string {
    const sign = this.shared.serviceAccountToken;
    if (!sign) throw new MountError('failed to fetch token: no issuer of service account tokens is configured');
    return () => sign(this.pod, expirationSeconds, audience);
  }
  keepVolume(name: string, files: FileTree): void { this.volumes = new Map(this.volumes).set(name, files); }

  surroundings(): Surroundings {
    const { name } = this.pod.metadata;
    return { network: this.shared.network, resolver: this.shared.resolver(this.pod), source: { ip: this.ip ?? this.node.ip, node: this.node.name, pod: this.key, name } };
  }

  /** What listens on a port of the pod at this moment. */
  accept(port: number, protocol: Protocol): Handler | undefined {
    for (const { running } of this.containers) {
      const handler = running?.accept(port, protocol);
      if (handler) return handler;
    }
    return undefined;
  }

  /** Its node was off meanwhile: what ran before the outage is gone. */
  get hadSandbox(): boolean { return this.containers.some(({ lastRun, termination }) => !lastRun && termination !== undefined); }

  get usesHostPorts(): boolean { return this.pod.spec.containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort !== undefined)); }

  /** A port of the node that one of the containers asked for. */
  acceptHostPort(port: number, protocol: Protocol): Handler | undefined {
    for (const { ports } of this.pod.spec.containers) {
      const taken = ports?.find((each) => each.hostPort === port && (each.protocol ?? 'TCP') === protocol);
      if (taken) return this.accept(taken.containerPort, protocol);
    }
    return undefined;
  }

  send(event: PodEvent): void { if (!this.done) this.#take(podWalk.next(this.moment, event)); }

  /** One turn of the pod's sync: what is due happens. `write` is called where a status is to be seen, before time goes on. */
  sync(write: () => void): void {
    this.#isSyncing = true;
    try {
      if (!this.#hasBegun) this.#begin();
      if (this.dirty) write();
      this.#advance();
      if (this.dirty) write();
    } finally {
      this.#isSyncing = false;
    }
  }

  /** When it next moves by itself. */
  get nextDueAt(): number {
    let next = Math.min(this.dueAt, this.#deadlineAt, this.retryAt, this.resize?.dueAt ?? Infinity);
    for (const container of this.mains) next = Math.min(next, container.dueAt);
    for (const container of this.inits) next = Math.min(next, container.dueAt);
    for (const container of this.debuggers) next = Math.min(next, container.dueAt);
    return next;
  }

  /** Its object changed, or was seen for the first time. */
  see(next: Pod): void {
    const { spec } = this.pod;
    this.pod = next;
    if (!this.#hasBegun) return;
    if (next.spec !== spec) this.#changeSpec();
    if (next.metadata.deletionTimestamp || (isTerminal(next) && !this.done)) this.stop(this.graceSeconds);
  }

  /** Ends it within the grace. Called again, it can only become shorter. */
  stop(graceSeconds: number): void {
    const stopAt = this.now + graceSeconds * 1_000;
    const isStopping = this.moment.name.startsWith('stopping');
    if (stopAt >= this.#stopAt && isStopping) return;
    this.#stopAt = Math.min(this.#stopAt, stopAt);
    if (!isStopping) return this.send(podEvents.stop);
    for (const container of this.containers) if (!container.done && container.moment.context.final) container.stop(this.remainingGraceMs);
  }

  /** Called after each step of a container: the pod's own next step may depend on it. */
  containerMoved(container?: ContainerWorker): void {
    switch (this.moment.name) {
      case 'initializing': return this.#initMoved(container);
      case 'running': if (this.mains.every(({ done }) => done)) this.send(podEvents.completed); return;
      case 'stopping': if (this.containers.every(({ role, done }) => done || role === 'sidecar')) this.send(podEvents.mainStopped); return;
      case 'stoppingSidecars': if (container?.role === 'sidecar' && container.done) this.send(podEvents.sidecarStopped);
    }
  }

  changed(): void {
    this.dirty = true;
    this.wake();
  }

  /** What it waited for may be there: volumes are mounted now rather than later. */
  retryMounts(): void {
    if (this.moment.name !== 'backingOff') return;
    this.send(podEvents.retry);
    this.changed();
  }

  wake(): void { if (!this.#isSyncing && !this.dropped) this.shared.wake(this.uid); }

  announce(type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    if (this.dropped) return;
    this.shared.recorder.record({ object: this.pod, type, reason, message, component: 'kubelet', host: this.node.name, ...(fieldPath && { fieldPath }) });
  }

  watchProbes(container: ContainerWorker): void { (this.prober ??= new Prober(this.shared.scheduler)).watch(container); }

  release(): void {
    this.prober?.stop();
    this.node.release(this);
    this.shared.growth.left(this);
    if (this.node.volumes.leave(this.uid)) this.shared.wakeNode(this.node.name);
    this.hasSandbox = false;
    this.changed();
  }

  /** The node is switched off under it. */
  drop(): void {
    this.dropped = true;
    this.prober?.stop();
    for (const container of this.containers) container.drop();
    this.node.release(this);
    this.node.volumes.leave(this.uid);
    this.shared.growth.left(this);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#take(podWalk.begin(podShape(this.inits.length)));
    if (this.pod.metadata.deletionTimestamp && !this.isStatic) this.stop(this.graceSeconds);
  }

  #take({ to, effects }: ReturnType<typeof podWalk.next>): void {
    if (to !== this.moment) {
      this.moment = to;
      this.dueAt = to.timeout ? this.now + to.timeout.afterMs : Infinity;
      this.#dueEvent = to.timeout?.event;
    }
    for (const effect of effects) podEffects[effect]?.(this);
  }

  /** Starts what was added to a pod that has its sandbox, whatever its own containers do. */
  #addDebuggers(): void {
    const { spec, status } = this.pod;
    if (!spec.ephemeralContainers || spec.ephemeralContainers.length === this.debuggers.length || !this.hasSandbox || this.moment.name.startsWith('stopping')) return;
    const added = spec.ephemeralContainers.filter(({ name }) => !this.debuggers.some((each) => each.name === name))
      .map((container) => new ContainerWorker(this, container, 'ephemeral', status?.ephemeralContainerStatuses?.find(({ name }) => name === container.name)));
    this.debuggers = [...this.debuggers, ...added];
    for (const container of added) container.send(containerEvents.begin);
    this.changed();
  }

  #advance(): void {
    const { now } = this;
    this.#addDebuggers();
    if (this.#deadlineAt <= now) this.#passDeadline();
    if (this.dueAt <= now && this.#dueEvent) this.send(this.#dueEvent);
    for (const container of this.containers) container.advance(now);
    this.resize?.advance(now);
  }

  get #deadlineAt(): number {
    const { activeDeadlineSeconds } = this.pod.spec;
    return activeDeadlineSeconds === undefined || this.failure || this.done ? Infinity : this.#startedAt + activeDeadlineSeconds * 1_000;
  }

  #passDeadline(): void {
    this.failure = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
    this.announce('Normal', this.failure.reason, this.failure.message);
    this.changed();
    this.stop(this.graceSeconds);
  }

  #initMoved(container: ContainerWorker | undefined): void {
    const current = this.inits[this.moment.context.init];
    if (!current || container !== current) return;
    if (current.role === 'sidecar' ? current.started : current.exitCode === 0) this.send(podEvents.initDone);
    else if (current.done) this.send(podEvents.initFailed);
  }

  /** There is more room on the node than before. */
  askForRoom(): void {
    this.resize?.ask();
    this.shared.wake(this.uid);
  }

  /** What may change of a running pod's containers: the image, for which the container is replaced, and resources, which the node has to have first. */
  #changeSpec(): void {
    const specs = new Map([...(this.pod.spec.initContainers ?? []), ...this.pod.spec.containers].map((spec) => [spec.name, spec]));
    let isResized = this.resize !== undefined;
    for (const container of this.containers) {
      const spec = specs.get(container.name);
      if (!spec || spec === container.spec) continue;
      const isOther = spec.image !== container.spec.image;
      isResized ||= !semanticallyEqual(spec.resources ?? {}, container.spec.resources ?? {});
      container.spec = isResized ? set(spec, 'resources', container.spec.resources) : spec;
      if (isOther && container.moment.name === 'running') container.replace('definition changed, will be restarted');
    }
    if (!isResized) return;
    this.resize ??= new PodResize(this);
    this.askForRoom();
  }
}
