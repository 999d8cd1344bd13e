import { merge, Observable, Subscription, tap, type Subscriber } from 'rxjs';
import { revisionOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { KubeObject } from '../api/types';
import { getCondition, isTerminal } from '../kinds/core/pod-conditions';
import { Namespaces } from '../kinds/core/namespace';
import { Nodes } from '../kinds/core/node';
import { PersistentVolumeClaims, PersistentVolumes } from '../kinds/served';
import { Pods } from '../kinds/core/pod';
import { CSINodes } from '../kinds/storage/csinode';
import { StorageClasses } from '../kinds/storage/storageclass';
import { timestamp } from '../lib/timestamp';
import type { AnyController } from '../runtime/controller';
import type { EventRecorder } from '../runtime/event-recorder';
import type { Changed } from '../runtime/informer';
import type { Informers } from '../runtime/informers';
import type { Outcome } from '../runtime/workqueue';
import type { Node, Pod, PodCondition } from '../schema/types';
import type { Random } from '../sim/random';
import { BindingCycle, type BindingFailure } from './binding-cycle';
import { nodeSaysSomethingNew, type ClusterEvent } from './cluster-events';
import { viewOf, type ClusterView } from './cluster-view';
import { SchedulingCycle, type CycleResult } from './cycle';
import { DecisionLog } from './decisions';
import { defaultSchedulerName, profilesOf, type KubeSchedulerConfiguration, type Profile } from './configuration';
import type { Plugin } from './framework';
import { NodeTable } from './node-table';
import type { Candidate } from './preemption/choose';
import { evict, outbid } from './preemption/evict';
import { SchedulingQueue, type QueuedPod } from './queue';

export type SchedulerOptions = {
  readonly random: Random;
  /** Profiles, plugins, their weights and arguments, sampling, backoff; the defaults when absent. */
  readonly configuration?: KubeSchedulerConfiguration;
};

export type Scheduler = AnyController & { readonly decisions: DecisionLog };

/**
 * Binds pods without a node to the node that suits them best, one pod at a time. Pods that name a scheduler no profile has are left alone.
 * @throws SchedulerConfigurationError
 */
export function createScheduler({ random, configuration = {} }: SchedulerOptions): Scheduler {
  const profiles = profilesOf(configuration);
  const decisions = new DecisionLog();
  const chance = random.stream('scheduler');
  const start = (informers: Informers, recorder: EventRecorder) => new Observable<Outcome>((outcomes) => {
    const cycles = new Map(profiles.map(({ schedulerName, plugins, percentageOfNodesToScore }) => [schedulerName, new SchedulingCycle(plugins, chance, percentageOfNodesToScore)]));
    return new Run(informers, recorder, queueOf(profiles, configuration), pluginsBy(profiles, ({ preBind }) => preBind), cycles, decisions, outcomes).start();
  });
  return { name: defaultSchedulerName, run: start, decisions };
}

type PluginsOf = (pod: Pod) => readonly Plugin[];
/** The plugins of a pod's profile that take part in something. */
function pluginsBy(profiles: readonly Profile[], takesPart: (plugin: Plugin) => unknown): PluginsOf {
  const lists = new Map(profiles.map(({ schedulerName, plugins }) => [schedulerName, plugins.map(({ plugin }) => plugin).filter(takesPart)]));
  const [first = []] = lists.values();
  return (pod) => (lists.size === 1 ? first : lists.get(schedulerOf(pod)) ?? first);
}

function queueOf(profiles: readonly Profile[], { podInitialBackoffSeconds = 1, podMaxBackoffSeconds = 10 }: KubeSchedulerConfiguration): SchedulingQueue {
  const first = profiles[0]?.plugins.map(({ plugin }) => plugin) ?? [];
  return new SchedulingQueue(first, pluginsBy(profiles, () => true), { initialMs: podInitialBackoffSeconds * 1_000, maxMs: podMaxBackoffSeconds * 1_000 });
}

const storageChange: ClusterEvent = { kind: 'StorageChange' };

/** One scheduler process: everything it knows it learnt from its informers, and it begins anew when it is restarted. */
class Run {
  readonly #nodes = new NodeTable();
  readonly #cluster: ClusterView;
  readonly #binding: BindingCycle;
  #planned: Subscription | undefined;
  #timer: { readonly dueAt: number; readonly subscription: Subscription } | undefined;

  constructor(
    private readonly informers: Informers, private readonly recorder: EventRecorder, private readonly queue: SchedulingQueue,
    preBinders: PluginsOf, private readonly cycles: ReadonlyMap<string, SchedulingCycle>, private readonly decisions: DecisionLog, private readonly outcomes: Subscriber<Outcome>,
  ) {
    this.#cluster = viewOf(informers);
    this.#binding = new BindingCycle(informers, this.#nodes, this.#cluster, preBinders, {
      bound: (queued, node) => this.#bound(queued, node),
      failed: (queued, failure, api) => this.#failed(queued, failure, api),
    });
  }

  start(): Subscription {
    const work = new Subscription(() => { this.#planned?.unsubscribe(); this.#timer?.subscription.unsubscribe(); this.#binding.stop(); });
    work.add(this.informers.of(Namespaces).changes.subscribe(({ key, next }) => this.#nodes.counts.setNamespace(key, next?.metadata.labels)));
    work.add(this.informers.of(Nodes).changes.subscribe((change) => { this.#nodeChanged(change); this.#plan(); }));
    work.add(this.informers.of(Pods).changes.subscribe((change) => { this.#podChanged(change); this.#plan(); }));
    const { informers } = this;
    const claims = informers.of(PersistentVolumeClaims).changes.pipe(tap(({ previous, next }) => this.#binding.claimChanged(next ?? previous)));
    const volumes = informers.of(PersistentVolumes).changes.pipe(tap(({ previous, next }) => { this.#binding.volumeChanged(previous); this.#binding.volumeChanged(next); }));
    const stored = merge<Changed<KubeObject>[]>(claims, volumes, informers.of(StorageClasses).changes, informers.of(CSINodes).changes);
    work.add(stored.subscribe(() => { this.queue.happened(storageChange, this.#now()); this.#plan(); }));
    return work;
  }

  #now(): number { return this.informers.scheduler.now(); }

  #nodeChanged({ key, previous, next }: Changed<Node>): void {
    this.#nodes.setNode(key, next);
    if (previous && !next) {
      this.queue.happened({ kind: 'NodeDelete', node: previous }, this.#now());
      this.#binding.nodeGone(key);
    }
    if (next && !previous) this.queue.happened({ kind: 'NodeAdd', node: next }, this.#now());
    else if (next && previous && nodeSaysSomethingNew(previous, next)) this.queue.happened({ kind: 'NodeUpdate', previous, node: next }, this.#now());
  }

  #podChanged({ key, previous, next }: Changed<Pod>): void {
    if (next?.spec.nodeName && !isTerminal(next)) return this.#assigned(key, next.spec.nodeName, previous, next);
    if (next && this.#binding.isAssumed(key, next.metadata.uid) && !isTerminal(next)) {   // older than the binding
      const waiting = this.#binding.isInFlight(key) ? this.queue.get(key) : undefined;
      return void (waiting && revisionOf(waiting.pod) < revisionOf(next) && this.queue.put(key, next, this.#now()));
    }
    this.#left(key);
    if (!next || next.spec.nodeName || isTerminal(next) || !this.cycles.has(schedulerOf(next))) return this.#notWaiting(key, next ?? previous);
    const nominated = next.status?.nominatedNodeName;
    if (nominated !== previous?.status?.nominatedNodeName) this.#nodes.nominate(key, next, nominated || undefined);
    this.queue.put(key, next, this.#now());
  }

  /** Nobody waits for the room any more that was kept for the pod. */
  #notWaiting(key: string, pod: Pod | undefined): void {
    this.queue.delete(key);
    if (!pod || this.#nodes.nominationOf(key) === undefined) return;
    this.#nodes.nominate(key, pod, undefined);
    this.queue.happened({ kind: 'AssignedPodDelete', pod }, this.#now());
  }

  #assigned(key: string, node: string, previous: Pod | undefined, pod: Pod): void {
    this.queue.delete(key);
    this.#binding.forget(key);
    this.#nodes.nominate(key, pod, undefined);
    this.#nodes.setPod(key, node, pod);
    if (!previous?.spec.nodeName) this.queue.happened({ kind: 'AssignedPodAdd', pod }, this.#now());
    else if (previous.spec !== pod.spec || previous.metadata.labels !== pod.metadata.labels) this.queue.happened({ kind: 'AssignedPodUpdate', previous, pod }, this.#now());
  }

  /** The pod takes no room any more: others may fit now. */
  #left(key: string): void {
    this.#binding.forget(key);
    const node = this.#nodes.nodeOf(key);
    const pod = node === undefined ? undefined : this.#nodes.get(node)?.pods.get(key);
    if (!pod) return;
    this.#nodes.removePod(key);
    this.queue.happened({ kind: 'AssignedPodDelete', pod }, this.#now());
  }

  /** One pod for each action of the clock, so that slices stay short and every decision can be stepped to. */
  #plan(): void {
    if (this.outcomes.closed) return;
    const next = () => { this.#planned = undefined; this.#scheduleOne(); this.#plan(); };
    if (!this.#planned && !this.queue.isEmpty) this.#planned = this.informers.scheduler.schedule(next);
    const dueAt = this.queue.nextDueAt;
    if (dueAt === undefined || (this.#timer && this.#timer.dueAt <= dueAt)) return;
    this.#timer?.subscription.unsubscribe();
    const wake = () => { this.#timer = undefined; this.#scheduleOne(); this.#plan(); };
    this.#timer = { dueAt, subscription: this.informers.scheduler.schedule(wake, dueAt - this.#now()) };
  }

  #scheduleOne(): void {
    const queued = this.queue.pop(this.#now());
    if (!queued) return;
    const { key, pod } = queued;
    const api = this.informers.client.because({ component: schedulerOf(pod), key, revision: revisionOf(pod) });
    if (pod.metadata.deletionTimestamp) {
      this.queue.delete(key);
      return this.#tell(pod, 'Warning', 'FailedScheduling', 'Scheduling', `skip schedule deleting pod: ${key}`);
    }
    const result = this.cycles.get(schedulerOf(pod))?.run(pod, this.#nodes, this.#cluster);
    if (!result) return;
    this.decisions.add({ pod: key, uid: pod.metadata.uid, attempt: queued.attempts, at: this.#now(), ...result.decision });
    if (result.node !== undefined) return this.#binding.begin(queued, result.node, api);
    this.#noNode(queued, result, api);
    this.outcomes.next({ key, at: this.#now() });
  }

  #bound({ key, pod }: QueuedPod, node: string): void {
    this.queue.delete(key);
    this.#tell(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${key} to ${node}`);
    this.outcomes.next({ key, at: this.#now() });
  }

  #failed(queued: QueuedPod, { error, message, isGone, nominated }: BindingFailure, api: LocalClient): void {
    const { key, pod } = queued;
    if (isGone) this.queue.delete(key);
    else {
      this.queue.failed(queued, this.#now());
      this.#report(pod, 'SchedulerError', message, api, nominated ?? '');
    }
    this.queue.happened({ kind: 'AssignedPodDelete', pod }, this.#now());
    this.outcomes.next({ key, at: this.#now(), error });
    this.#plan();
  }

  #noNode(queued: QueuedPod, { message = '', rejectors, nominated }: CycleResult, api: LocalClient): void {
    const { key, pod } = queued;
    this.queue.unschedulable(queued, rejectors, this.#now());
    if (typeof nominated === 'object') this.#preempt(key, pod, nominated, api);
    else if (nominated === 'none') this.#nodes.nominate(key, pod, undefined);
    this.#report(pod, 'Unschedulable', message, api, this.#nodes.nominationOf(key));
  }

  /** Makes room for the pod: the victims go, each in its own time, and the pod is nominated to their node. */
  #preempt(key: string, pod: Pod, candidate: Candidate, api: LocalClient): void {
    evict(candidate, { pod, scheduler: schedulerOf(pod), api, recorder: this.recorder, now: this.#now() });
    for (const [otherKey, other] of outbid(this.#nodes.get(candidate.node)?.nominated, pod.spec.priority ?? 0)) {
      this.#nodes.nominate(otherKey, other, undefined);
      this.#patchStatus(other, { nominatedNodeName: null }, api);
    }
    this.#nodes.nominate(key, pod, candidate.node);
  }

  /** Tells the user why the pod waits: an event each time, condition and nomination when they change. */
  #report(pod: Pod, reason: 'Unschedulable' | 'SchedulerError', message: string, api: LocalClient, nominated = pod.status?.nominatedNodeName): void {
    this.#tell(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const before = getCondition<PodCondition>(pod.status, 'PodScheduled');
    const isNominatedElsewhere = (nominated ?? '') !== (pod.status?.nominatedNodeName ?? '');
    if (before?.status === 'False' && before.reason === reason && before.message === message && !isNominatedElsewhere) return;
    const lastTransitionTime = before?.status === 'False' && before.lastTransitionTime ? before.lastTransitionTime : timestamp(this.#now());
    const { generation: observedGeneration } = pod.metadata;
    const observed = observedGeneration === undefined ? {} : { observedGeneration };
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime, ...observed };
    this.#patchStatus(pod, { conditions: [condition], ...(isNominatedElsewhere && { nominatedNodeName: nominated ?? null }) }, api);
  }

  #patchStatus(pod: Pod, status: object, api: LocalClient): void {
    try {
      api.patch(Pods, pod.metadata, { status }, 'strategic', 'status');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;   // the pod has changed or gone: the next attempt will say it
    }
  }

  #tell(object: Pod, type: 'Normal' | 'Warning', reason: string, action: string, message: string): void {
    this.recorder.record({ object, type, reason, action, message, component: schedulerOf(object) });
  }
}

const schedulerOf = ({ spec }: Pod): string => spec.schedulerName ?? defaultSchedulerName;
