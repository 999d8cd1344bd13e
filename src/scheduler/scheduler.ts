import { Observable, Subscription, type Subscriber } from 'rxjs';
import { revisionOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { Resource } from '../api/types';
import { getCondition, isTerminal } from '../kinds/core/pod-conditions';
import { Namespaces } from '../kinds/core/namespace';
import { Nodes } from '../kinds/core/node';
import { Pods } from '../kinds/core/pod';
import { timestamp } from '../lib/timestamp';
import type { AnyController } from '../runtime/controller';
import type { EventRecorder } from '../runtime/event-recorder';
import type { Changed } from '../runtime/informer';
import type { Informers } from '../runtime/informers';
import type { Outcome } from '../runtime/workqueue';
import type { Binding, Node, Pod, PodCondition } from '../schema/types';
import type { Random } from '../sim/random';
import { nodeSaysSomethingNew } from './cluster-events';
import { viewOf, type ClusterView } from './cluster-view';
import { SchedulingCycle, type CycleResult } from './cycle';
import { DecisionLog } from './decisions';
import type { WeightedPlugin } from './framework';
import { NodeTable } from './node-table';
import { defaultPlugins } from './plugins/default-plugins';
import { SchedulingQueue, type QueuedPod } from './queue';

export type SchedulerOptions = {
  readonly random: Random;
  /** Only pods that name this scheduler. */
  readonly schedulerName?: string;
  readonly plugins?: readonly WeightedPlugin[];
  /** 0 means that it follows from the cluster's size. */
  readonly percentageOfNodesToScore?: number;
};

export type Scheduler = AnyController & { readonly decisions: DecisionLog };

/** Binds pods without a node to the node that suits them best, one pod at a time. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { random, schedulerName = 'default-scheduler', plugins = defaultPlugins, percentageOfNodesToScore = 0 } = options;
  const decisions = new DecisionLog();
  const chance = random.stream('scheduler');
  const start = (informers: Informers, recorder: EventRecorder) => new Observable<Outcome>((outcomes) => {
    const queue = new SchedulingQueue(plugins.map(({ plugin }) => plugin));
    const cycle = new SchedulingCycle(plugins, chance, percentageOfNodesToScore);
    return new Run(schedulerName, informers, recorder, queue, cycle, decisions, outcomes).start();
  });
  return { name: schedulerName, run: start, decisions };
}

/** A binding is posted to the pod it binds. */
const PodBindings: Resource<Binding> = { resource: Pods.resource, group: '', version: 'v1', apiVersion: 'v1', kind: 'Binding', namespaced: true };

/** One scheduler process: everything it knows it learnt from its informers, and it begins anew when it is restarted. */
class Run {
  readonly #nodes = new NodeTable();
  /** Pods bound by this scheduler whose binding the watch has not shown yet, with their uid. */
  readonly #assumed = new Map<string, string>();
  readonly #cluster: ClusterView;
  #planned: Subscription | undefined;
  #timer: { readonly dueAt: number; readonly subscription: Subscription } | undefined;

  constructor(
    private readonly name: string, private readonly informers: Informers, private readonly recorder: EventRecorder, private readonly queue: SchedulingQueue,
    private readonly cycle: SchedulingCycle, private readonly decisions: DecisionLog, private readonly outcomes: Subscriber<Outcome>,
  ) { this.#cluster = viewOf(informers); }

  start(): Subscription {
    const work = new Subscription(() => { this.#planned?.unsubscribe(); this.#timer?.subscription.unsubscribe(); });
    work.add(this.informers.of(Namespaces).changes.subscribe(({ key, next }) => this.#nodes.counts.setNamespace(key, next?.metadata.labels)));
    work.add(this.informers.of(Nodes).changes.subscribe((change) => { this.#nodeChanged(change); this.#plan(); }));
    work.add(this.informers.of(Pods).changes.subscribe((change) => { this.#podChanged(change); this.#plan(); }));
    return work;
  }

  #now(): number { return this.informers.scheduler.now(); }

  #nodeChanged({ key, previous, next }: Changed<Node>): void {
    this.#nodes.setNode(key, next);
    if (previous && !next) this.queue.happened({ kind: 'NodeDelete', node: previous }, this.#now());
    if (next && !previous) this.queue.happened({ kind: 'NodeAdd', node: next }, this.#now());
    else if (next && previous && nodeSaysSomethingNew(previous, next)) this.queue.happened({ kind: 'NodeUpdate', previous, node: next }, this.#now());
  }

  #podChanged({ key, previous, next }: Changed<Pod>): void {
    if (next?.spec.nodeName && !isTerminal(next)) return this.#assigned(key, next.spec.nodeName, previous, next);
    if (next && this.#assumed.get(key) === next.metadata.uid && !isTerminal(next)) return;   // older than the binding
    this.#left(key);
    if (next && !next.spec.nodeName && !isTerminal(next) && (next.spec.schedulerName ?? this.name) === this.name) this.queue.put(key, next, this.#now());
    else this.queue.delete(key);
  }

  #assigned(key: string, node: string, previous: Pod | undefined, pod: Pod): void {
    this.queue.delete(key);
    this.#assumed.delete(key);
    this.#nodes.setPod(key, node, pod);
    if (!previous?.spec.nodeName) this.queue.happened({ kind: 'AssignedPodAdd', pod }, this.#now());
    else if (previous.spec !== pod.spec || previous.metadata.labels !== pod.metadata.labels) this.queue.happened({ kind: 'AssignedPodUpdate', previous, pod }, this.#now());
  }

  /** The pod takes no room any more: others may fit now. */
  #left(key: string): void {
    this.#assumed.delete(key);
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
    const api = this.informers.client.because({ component: this.name, key, revision: revisionOf(pod) });
    if (pod.metadata.deletionTimestamp) {
      this.queue.delete(key);
      return this.#tell(pod, 'Warning', 'FailedScheduling', 'Scheduling', `skip schedule deleting pod: ${key}`);
    }
    const result = this.cycle.run(pod, this.#nodes, this.#cluster);
    this.decisions.add({ pod: key, uid: pod.metadata.uid, attempt: queued.attempts, at: this.#now(), ...result.decision });
    const error = result.node === undefined ? this.#noNode(queued, result, api) : this.#bind(queued, result.node, api);
    this.outcomes.next({ key, at: this.#now(), ...(error && { error }) });
  }

  #bind(queued: QueuedPod, node: string, api: LocalClient): StatusError | undefined {
    const { key, pod } = queued;
    const { name, namespace, uid } = pod.metadata;
    this.#nodes.setPod(key, node, pod);
    this.#assumed.set(key, uid);
    try {
      api.create(PodBindings, { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } }, 'binding');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#nodes.removePod(key);
      this.#assumed.delete(key);
      this.#failed(queued, error, api);
      return error;
    }
    this.queue.delete(key);
    this.#tell(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${key} to ${node}`);
    return undefined;
  }

  #noNode(queued: QueuedPod, { message = '', rejectors }: CycleResult, api: LocalClient): undefined {
    this.queue.unschedulable(queued, rejectors, this.#now());
    this.#report(queued.pod, 'Unschedulable', message, api);
  }

  #failed(queued: QueuedPod, error: StatusError, api: LocalClient): void {
    if (error.reason === 'NotFound') return this.queue.delete(queued.key);
    this.queue.failed(queued, this.#now());
    this.#report(queued.pod, 'SchedulerError', `binding rejected: running Bind plugin "DefaultBinder": ${error.message}`, api);
  }

  /** Tells the user why the pod waits: an event each time, the condition when it changes. */
  #report(pod: Pod, reason: 'Unschedulable' | 'SchedulerError', message: string, api: LocalClient): void {
    this.#tell(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const before = getCondition<PodCondition>(pod.status, 'PodScheduled');
    if (before?.status === 'False' && before.reason === reason && before.message === message) return;
    const lastTransitionTime = before?.status === 'False' && before.lastTransitionTime ? before.lastTransitionTime : timestamp(this.#now());
    const { generation: observedGeneration } = pod.metadata;
    const observed = observedGeneration === undefined ? {} : { observedGeneration };
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime, ...observed };
    try {
      api.patch(Pods, pod.metadata, { status: { conditions: [condition] } }, 'strategic', 'status');
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;   // the pod has changed or gone: the next attempt will say it
    }
  }

  #tell(object: Pod, type: 'Normal' | 'Warning', reason: string, action: string, message: string): void {
    this.recorder.record({ object, type, reason, action, message, component: this.name });
  }
}
