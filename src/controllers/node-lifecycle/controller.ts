import { Subject } from 'rxjs';
import { Leases } from '../../kinds/coordination/lease';
import { Nodes } from '../../kinds/core/node';
import { getCondition, isPodReady } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { timestamp } from '../../lib/timestamp';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import { tickFrom } from '../../runtime/ticks';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { Node } from '../../schema/types';
import { graceMsOf, silentConditions } from './health';
import { missingLabels } from './labels';
import { RateLimitedQueue } from './rate-limited-queue';
import { settings } from './settings';
import { demandedTaints, isGivenUp } from './taints';
import { Zones, zoneOf } from './zones';

const leaseNamespace = 'kube-node-lease';
/** Who speaks in this controller's events. */
const component = 'node-controller';
const excludedLabel = 'node.kubernetes.io/exclude-disruption';
/** Keys beside those of nodes; no node can be called so. */
const zonesKey = ':zones';
const zonePrefix = ':zone ';

/** What is remembered of a node between two looks. */
type Known = {
  readonly name: string;
  uid: string;
  /** As it was last seen; undefined when it is gone. */
  node: Node | undefined;
  zone: string;
  /** When it was last known to live: noticed at a look, as upstream does. */
  aliveAt: number;
  heartbeat: string | null | undefined;
  lookedAt: number;
  nextLookAt: number;
  /** `waiting`: for its turn among the zone's nodes that are not ready; `given up`: its pods are driven away. */
  mark: 'kept' | 'waiting' | 'given up';
  /** The taint for that was there. */
  isTainted: boolean;
};

/**
 * Listens for each node's heartbeat; marks what has fallen silent, and keeps the taints that follow from conditions. A node is looked at when
 * something about it changed and when its silence may have lasted too long, always at a tick of the monitor: heartbeats are only noted.
 */
export const nodeLifecycleController = defineStatefulController<Node>('node-lifecycle-controller', (startedAt) => {
  const lifecycle = new NodeLifecycle(startedAt);
  return {
    for: Nodes,
    wakes: lifecycle.wakes,
    watches: [
      watched(Leases, ({ metadata: { namespace, name } }, informers) => {
        if (namespace === leaseNamespace) lifecycle.hear(name, informers.of(Leases).get(`${namespace}/${name}`) ? informers.scheduler.now() : undefined);
        return [];
      }, (previous, next) => previous.spec.renewTime === next.spec.renewTime),
      watched(
        Pods,
        (pod, informers) => (pod.spec.nodeName && isPodReady(pod) && isUnknown(informers.of(Nodes).get(pod.spec.nodeName)) ? [pod.spec.nodeName] : []),
        (previous, next) => previous.status === next.status && previous.spec.nodeName === next.spec.nodeName,
      ),
    ],
    reconcile: (key, context) => {
      if (key === zonesKey) return lifecycle.judge(context.now());
      if (key.startsWith(zonePrefix)) return lifecycle.giveTurns(key.slice(zonePrefix.length), context.now());
      return lifecycle.tend(key, context);
    },
  };
});

const statusOf = (node: Node | undefined): string | undefined => getCondition(node?.status, 'Ready')?.status;
const isUnknown = (node: Node | undefined): boolean => statusOf(node) === 'Unknown';

class NodeLifecycle {
  readonly wakes = new Subject<string>();
  readonly #known = new Map<string, Known>();
  /** When each node's lease was last seen renewed, by this controller's clock. */
  readonly #heardAt = new Map<string, number>();
  readonly #zones = new Zones();
  readonly #queues = new Map<string, RateLimitedQueue>();

  constructor(private readonly startedAt: number) {}

  hear(name: string, at: number | undefined): void {
    if (at === undefined) this.#heardAt.delete(name); else this.#heardAt.set(name, at);
  }

  tend(name: string, context: Context): RequeueAfter | undefined {
    const now = context.now();
    const node = context.informer(Nodes).get(name);
    const known = this.#known.get(name) ?? (node && this.#meet(node, context));
    if (!known) return undefined;
    if (known.node !== node) {
      known.node = node;
      known.nextLookAt = Math.min(known.nextLookAt, this.#tick(Math.max(now, known.lookedAt + 1)));
    }
    if (!node) return now < known.nextLookAt ? { requeueAfterMs: known.nextLookAt - now } : this.#lose(known, context);
    const current = now >= known.nextLookAt ? this.#look(known, node, context) : node;
    this.#keepSpec(known, current, context);
    if (isUnknown(current)) markPodsNotReady(current, context);
    return known.nextLookAt < Infinity ? { requeueAfterMs: known.nextLookAt - now } : undefined;
  }

  /** Sets each zone's rate as its nodes are now. */
  judge(now: number): void {
    const { rates, turned } = this.#zones.judge();
    for (const [zone, perSecond] of rates) {
      this.#queue(zone, now).setRate(perSecond, now);
      this.wakes.next(zonePrefix + zone);
    }
    if (turned) for (const known of this.#known.values()) {
      if (turned === 'on') known.aliveAt = now;   // all are listened to anew
      else if (known.mark === 'given up') this.#queueUp(known, now);   // its taint goes
    }
  }

  /** Gives up the next node of a zone when it is time. */
  giveTurns(zone: string, now: number): RequeueAfter | undefined {
    const queue = this.#queue(zone, now);
    for (let name = queue.take(now); name !== undefined; name = queue.take(now)) {
      const known = this.#known.get(name);
      if (!known) continue;
      known.mark = 'given up';
      known.isTainted = false;
      this.wakes.next(name);
    }
    const requeueAfterMs = queue.waitMs(now);
    return requeueAfterMs < Infinity ? { requeueAfterMs } : undefined;
  }

  #tick(now: number): number { return tickFrom(this.startedAt, settings.nodeMonitorPeriodMs, now); }

  #queue(zone: string, now: number): RateLimitedQueue {
    const found = this.#queues.get(zone) ?? new RateLimitedQueue(settings.nodeEvictionRate, now);
    this.#queues.set(zone, found);
    return found;
  }

  #meet(node: Node, { now }: Context): Known {
    const { name, uid, creationTimestamp, labels } = node.metadata;
    const ready = getCondition(node.status, 'Ready');
    const known: Known = {
      name, uid, node, zone: zoneOf(labels), heartbeat: ready?.lastHeartbeatTime, lookedAt: -Infinity, nextLookAt: this.#tick(now()), mark: 'kept', isTainted: false,
      aliveAt: ready ? this.#tick(now()) : Date.parse(creationTimestamp ?? timestamp(now())),
    };
    this.#known.set(name, known);
    return known;
  }

  #lose(known: Known, context: Context): undefined {
    const { name, uid, zone } = known;
    this.#known.delete(name);
    this.#queues.get(zone)?.remove(name);
    if (this.#zones.forget(name)) this.wakes.next(zonesKey);
    context.event({ object: nodeReference(name, uid), type: 'Normal', reason: 'RemovingNode', message: `Node ${name} event: Removing Node ${name} from Controller`, component });
  }

  /** The monitor's look at a node. Returns it as it is afterwards. */
  #look(known: Known, node: Node, context: Context): Node {
    const now = context.now();
    const { name, uid, labels } = node.metadata;
    if (known.lookedAt === -Infinity)
      context.event({ object: nodeReference(name, uid), type: 'Normal', reason: 'RegisteredNode', message: `Node ${name} event: Registered Node ${name} in Controller`, component });
    const isFirst = known.lookedAt === -Infinity;
    known.uid = uid;
    this.#move(known, zoneOf(labels), now);

    const { lastHeartbeatTime: heartbeat, status: observed } = getCondition(node.status, 'Ready') ?? {};
    if (heartbeat !== known.heartbeat) known.aliveAt = now;
    known.heartbeat = heartbeat;
    const heardAt = this.#heardAt.get(name);
    if (heardAt !== undefined) known.aliveAt = Math.max(known.aliveAt, Math.min(now, this.#tick(heardAt)));
    const deadline = this.#tick(known.aliveAt + graceMsOf(node));
    const current = now >= deadline ? markSilent(node, context) : node;
    if (observed === 'True' && isUnknown(current)) context.event({ object: node, type: 'Normal', reason: 'NodeNotReady', message: `Node ${name} status is now: NodeNotReady`, component });

    const counted = labels?.[excludedLabel] !== undefined ? this.#zones.forget(name) : this.#zones.place(name, known.zone, statusOf(current) === 'True');
    if (counted) this.wakes.next(zonesKey);
    if (observed !== undefined) this.#decide(known, node, observed, isFirst, now);
    known.lookedAt = now;
    known.nextLookAt = now < deadline ? deadline : Infinity;
    return current;
  }

  /** Whether the node's pods are to be driven away, by its status as it was before this look. */
  #decide(known: Known, node: Node, observed: string, isFirst: boolean, now: number): void {
    if (observed === 'True') {
      known.mark = 'kept';
      this.#queues.get(known.zone)?.remove(known.name);
    } else if (known.mark === 'kept') {
      if (isGivenUp(node) && !isFirst) known.mark = 'given up'; else this.#queueUp(known, now);
    } else if (known.mark === 'given up' && known.isTainted && !isGivenUp(node)) this.#queueUp(known, now);   // somebody took the taint away
  }

  #queueUp(known: Known, now: number): void {
    known.mark = 'waiting';
    this.#queue(known.zone, now).add(known.name);
    this.wakes.next(zonePrefix + known.zone);
    this.wakes.next(known.name);
  }

  #move(known: Known, zone: string, now: number): void {
    if (known.zone === zone) return;
    this.#queues.get(known.zone)?.remove(known.name);
    known.zone = zone;
    if (known.mark === 'waiting') this.#queueUp(known, now);
  }

  /** Writes taints and labels where they are otherwise than they should be. */
  #keepSpec(known: Known, node: Node, { api, now }: Context): void {
    const taints = demandedTaints(node, known.mark === 'given up', now());
    const labels = missingLabels(node);
    const { resourceVersion } = node.metadata;
    if (taints || labels) api.patch(Nodes, node.metadata, { metadata: { resourceVersion, ...(labels && { labels }) }, ...(taints && { spec: { taints } }) });
    known.isTainted ||= known.mark === 'given up' && isGivenUp(taints ? { ...node, spec: { ...node.spec, taints } } : node);
  }
}

const nodeReference = (name: string, uid: string) => ({ kind: 'Node', name, uid, apiVersion: 'v1' });

function markSilent(node: Node, { api, now }: Context): Node {
  if (isUnknown(node)) return node;
  return api.update(Nodes, { ...node, status: { ...node.status, conditions: silentConditions(node, now()) } }, 'status');
}

/** Services must not send anybody to pods that cannot be heard of. */
function markPodsNotReady(node: Node, { api, event, informer, now }: Context): void {
  for (const pod of informer(Pods).by(byNode, node.metadata.name)) {
    if (!isPodReady(pod)) continue;
    const status = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: timestamp(now()) }] };
    if (unlessGone(() => api.patch(Pods, pod.metadata, { metadata: { uid: pod.metadata.uid }, status }, 'strategic', 'status')))
      event({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', component });
  }
}
