import { Nodes } from '../../kinds/core/node';
import { setCondition } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { tolerates } from '../../kinds/core/tolerations';
import { timestamp } from '../../lib/timestamp';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import type { Node, Pod, PodCondition, PodStatus, Taint, Toleration } from '../../schema/types';

/** Taints that drive pods away. */
const evicting = (node: Node | undefined): readonly Taint[] => (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/** How long the pod bears all these taints, in seconds: 0 not at all, undefined for ever. */
export function tolerationSecondsOf(tolerations: readonly Toleration[], taints: readonly Taint[]): number | undefined {
  let shortest: number | undefined;
  for (const taint of taints) if (!tolerations.some((each) => tolerates(each, taint))) return 0;
  for (const each of tolerations) {
    if (each.tolerationSeconds === undefined || !taints.some((taint) => tolerates(each, taint))) continue;
    shortest = Math.min(shortest ?? Infinity, Math.max(0, each.tolerationSeconds));
  }
  return shortest;
}

/** A pod that must go, and when. */
type Countdown = { readonly uid: string; readonly dueAt: number };

/**
 * Evicts pods from nodes with NoExecute taints, each after as long as it tolerates them. One key is one node. As upstream, a countdown once begun goes
 * on as it began while other taints come and go, and also when the node does; it ends when the pod bears all taints for ever.
 */
export const taintEvictionController = defineStatefulController<Node>('taint-eviction-controller', () => {
  const countdowns = new Map<string, Map<string, Countdown>>();   // node → pod key

  return {
    for: Nodes,
    ignores: (previous, next) => previous.spec.taints === next.spec.taints,
    watches: [watched(
      Pods,
      ({ spec: { nodeName } }, informers) => (nodeName && evicting(informers.of(Nodes).get(nodeName)).length > 0 ? [nodeName] : []),
      (previous, next) => previous.spec === next.spec && previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp,
    )],

    reconcile(name, context) {
      const now = context.now();
      const node = context.informer(Nodes).get(name);
      const taints = evicting(node);
      const before = countdowns.get(name);
      const running = new Map<string, Countdown>();
      const evicted = new Set<string>();
      let nextAt = Infinity;
      if (taints.length > 0 || (before && !node)) for (const pod of context.informer(Pods).by(byNode, name)) {
        if (pod.metadata.deletionTimestamp !== undefined) continue;
        const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
        const known = before?.get(key)?.uid === pod.metadata.uid ? before.get(key) : undefined;
        const dueAt = dueAtOf(pod, node, known, now);
        if (dueAt === undefined) continue;
        if (dueAt <= now) {
          if (known && known.dueAt > now) tellCancelled(key, known.uid, context);   // another taint makes it go at once
          evict(pod, context);
          evicted.add(key);
          continue;
        }
        running.set(key, { uid: pod.metadata.uid, dueAt });
        nextAt = Math.min(nextAt, dueAt);
      }
      for (const [key, { uid }] of before ?? []) if (!running.has(key) && !evicted.has(key)) tellCancelled(key, uid, context);
      if (running.size > 0) countdowns.set(name, running); else countdowns.delete(name);
      return nextAt < Infinity ? { requeueAfterMs: nextAt - now } : undefined;
    },
  };
});

/** When the pod must go; undefined when it may stay. */
function dueAtOf(pod: Pod, node: Node | undefined, known: Countdown | undefined, now: number): number | undefined {
  if (!node) return known?.dueAt;
  const seconds = tolerationSecondsOf(pod.spec.tolerations ?? [], evicting(node));
  if (seconds === undefined) return undefined;
  return seconds === 0 ? now : known?.dueAt ?? now + seconds * 1_000;
}

function evict(pod: Pod, { api, event, now }: Context): void {
  const { metadata } = pod;
  event({ object: pod, type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${metadata.namespace}/${metadata.name}` });
  const status = setCondition<PodCondition, PodStatus>(pod.status ?? {}, {
    type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: timestamp(now()),
  });
  const condition = status.conditions?.filter(({ type }) => type === 'DisruptionTarget');
  unlessGone(() => api.patch(Pods, metadata, { metadata: { uid: metadata.uid }, status: { conditions: condition } }, 'strategic', 'status'));
  unlessGone(() => api.delete(Pods, metadata, { preconditions: { uid: metadata.uid } }));
}

/** A countdown ended without an eviction: the pod still lives, and bears the node after all. */
function tellCancelled(key: string, uid: string, { event, informer }: Context): void {
  const pod = informer(Pods).get(key);
  if (pod?.metadata.uid !== uid || pod.metadata.deletionTimestamp !== undefined) return;
  event({ object: pod, type: 'Normal', reason: 'TaintManagerEviction', message: `Cancelling deletion of Pod ${key}` });
}
