import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import { DaemonSets } from '../../kinds/apps/daemonset';
import { Nodes } from '../../kinds/core/node';
import { isPodReady } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineStatefulController, watched, type AnyController, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { DaemonSet, DaemonSetStatus, Node, Pod } from '../../schema/types';
import { createPod, deletePod } from '../pod-control';
import { slowStart } from '../replicaset/slow-start';
import { historyOf, revisionHashLabel, truncate } from '../revision-history';
import { Backoff } from './backoff';
import { nodeOf, placementOn, type Placement } from './placement';
import { isAvailable, isGoing, isUpdated, oldestFirst, podFor } from './pods';
import { boundsOf, nextReplacement } from './rolling-update';

/** As upstream: so many creations, and so many deletions, in one pass. */
const burst = 250;

/** One set as it is looked at: its pods by node, and where they should be. */
type View = {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly nodes: readonly (readonly [Node, Placement])[];
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly desired: number;
  readonly context: Context;
};
type Plan = { readonly create: readonly string[]; readonly remove: readonly Pod[]; readonly againInMs?: number | undefined };

/** Keeps one pod of each DaemonSet on each node that it is for. */
export const daemonSetController: AnyController = defineStatefulController<DaemonSet>('daemonset-controller', () => {
  const backoff = new Backoff();
  return {
    for: DaemonSets,
    owns: [Pods],
    watches: [watched(Pods, adopters, sameBelonging), watched(Nodes, everySet, sameToDaemons)],
    settleMs: 10,

    reconcile(key, context) {
      const set = context.informer(DaemonSets).get(key);
      if (!set) return;
      const selector = selectorOf(set.spec.selector);
      const pods = claim<Pod>(set, { ownerKind: DaemonSets, kind: Pods, matches: ({ metadata }) => selector.matches(metadata.labels) }, context);
      const history = historyOf(DaemonSets, set, revisionHashLabel, context);
      const hash = history.update.metadata.labels?.[revisionHashLabel] ?? '';
      const view = viewOf(set, hash, pods, context);
      const plan = set.metadata.deletionTimestamp === undefined ? planFor(view, backoff) : undefined;
      const failure = plan && carryOut(plan, view);
      writeStatus(view, history.collisionCount);
      const live = new Set(history.revisions.filter(({ metadata }) => pods.some((pod) => isUpdated(pod, metadata.labels?.[revisionHashLabel] ?? ''))).map(({ metadata }) => metadata.name));
      truncate(set, history, live, context);
      if (failure) throw failure;
      const waitsMs = plan?.againInMs ?? nextAvailableInMs(view);
      return waitsMs === undefined ? undefined : { requeueAfterMs: waitsMs };
    },
  };
});

/** An orphan wakes every set that might adopt it. */
function* adopters(pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod)) return;
  for (const set of informers.of(DaemonSets).by(byNamespace, pod.metadata.namespace)) if (selectorOf(set.spec.selector).matches(pod.metadata.labels)) yield keyOf(set);
}

function* everySet(_node: Node, informers: Informers): Generator<string> { for (const set of informers.of(DaemonSets).list()) yield keyOf(set); }

/** Heartbeats say nothing new to daemons. */
const sameToDaemons = (a: Node, b: Node): boolean => equal(a.metadata.labels, b.metadata.labels) && equal(a.spec?.taints, b.spec?.taints);

function viewOf(set: DaemonSet, hash: string, pods: readonly Pod[], context: Context): View {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod) ?? '';
    const others = byNode.get(node);
    if (others) others.push(pod); else byNode.set(node, [pod]);
  }
  const nodes = [...context.informer(Nodes).list()].map((node) => [node, placementOn(node, set)] as const);
  return { set, hash, nodes, byNode, desired: nodes.filter(([, { runs }]) => runs).length, context };
}

/** What is missing and what is too much; when that is nothing, the next step of an update. */
function planFor(view: View, backoff: Backoff): Plan {
  const { set, hash, nodes, byNode, desired, context } = view;
  const surges = boundsOf(set, desired).maxSurge > 0 && set.spec.updateStrategy?.type !== 'OnDelete';
  const create: string[] = [];
  const remove: Pod[] = [];
  let againInMs: number | undefined;
  for (const [{ metadata: { name } }, { runs, stays }] of nodes) {
    const pods = byNode.get(name) ?? [];
    if (runs && pods.length === 0) { create.push(name); continue; }
    if (!stays) { remove.push(...pods.filter((pod) => !isGoing(pod))); continue; }
    const ended = pods.filter((pod) => !isGoing(pod) && (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'));
    for (const pod of ended) {
      const waitMs = pod.status?.phase === 'Failed' ? backoff.waitMs(`${set.metadata.uid}/${hash}/${name}`, context.now()) : 0;
      if (waitMs > 0) againInMs = Math.min(againInMs ?? waitMs, waitMs);
      else { tellEnded(set, pod, name, context); remove.push(pod); }
    }
    const running = pods.filter((pod) => !isGoing(pod) && !ended.includes(pod)).toSorted(oldestFirst);
    if (surges && running.length === 0 && ended.length === 0 && runs) create.push(name);   // its predecessor may still be going
    else remove.push(...superfluous(view, running, surges));
  }
  const known = new Set(nodes.map(([{ metadata }]) => metadata.name));
  for (const [node, pods] of byNode) if (!known.has(node)) remove.push(...pods.filter((pod) => !pod.spec.nodeName && !isGoing(pod)));   // nowhere to go
  if (create.length + remove.length > 0 || set.spec.updateStrategy?.type === 'OnDelete') return { create, remove, againInMs };
  const onKnown = new Map([...byNode].filter(([node]) => known.has(node)));
  const { oldPods, nodes: surging } = nextReplacement({ set, hash, byNode: onKnown, desired, now: context.now() });
  return { create: surging, remove: oldPods, againInMs };
}

/** Of several pods on a node the oldest stays; while a set surges, the oldest of each template may. */
function superfluous({ set, hash, context }: View, running: readonly Pod[], surges: boolean): readonly Pod[] {
  if (running.length <= 1) return [];
  if (!surges) return running.slice(1);
  const [fresh, ...moreFresh] = running.filter((pod) => isUpdated(pod, hash));
  const [old, ...moreOld] = running.filter((pod) => !isUpdated(pod, hash));
  return [...moreFresh, ...moreOld, ...(fresh && old && isAvailable(fresh, set, context.now()) ? [old] : [])];
}

function tellEnded(set: DaemonSet, { metadata, status }: Pod, node: string, { event }: Context): void {
  const [type, reason, text, what] = status?.phase === 'Failed'
    ? ['Warning', 'FailedDaemonPod', 'failed', 'kill'] as const : ['Normal', 'SucceededDaemonPod', 'succeeded', 'delete'] as const;
  event({ object: set, type, reason, message: `Found ${text} daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, will try to ${what} it` });
}

function carryOut({ create, remove }: Plan, { set, hash, context }: View): StatusError | undefined {
  const nodes = create.slice(0, burst);
  let next = 0;
  try {
    slowStart(nodes.length, () => createPod(set, podFor(set, hash, nodes[next++] ?? ''), context));
    for (const pod of remove.slice(0, burst)) deletePod(set, pod, context);
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  return undefined;
}

function statusOf({ set, hash, nodes, byNode, desired, context }: View, collisionCount: number): DaemonSetStatus {
  let current = 0, misscheduled = 0, ready = 0, available = 0, updated = 0;
  for (const [{ metadata: { name } }, { runs }] of nodes) {
    const [pod] = (byNode.get(name) ?? []).toSorted(oldestFirst);
    if (!pod) continue;
    if (!runs) { misscheduled++; continue; }
    current++;
    if (isPodReady(pod)) ready++;
    if (isAvailable(pod, set, context.now())) available++;
    if (isUpdated(pod, hash)) updated++;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(desired > available && { numberUnavailable: desired - available }),
    ...(collisionCount > 0 && { collisionCount }),
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}

function writeStatus(view: View, collisionCount: number): void {
  const status = statusOf(view, collisionCount);
  if (!equal(status, view.set.status)) view.context.api.update(DaemonSets, { ...view.set, status }, 'status');
}

/** When a pod that is ready may have been so for minReadySeconds; undefined when none waits for that. */
function nextAvailableInMs({ set, byNode, context }: View): number | undefined {
  if (!set.spec.minReadySeconds) return undefined;
  for (const pods of byNode.values()) if (pods.some((pod) => isPodReady(pod) && !isAvailable(pod, set, context.now()))) return 1_000;
  return undefined;
}
