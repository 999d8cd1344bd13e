import { keyOf } from '../../api/keys';
import { Nodes } from '../../kinds/core/node';
import { isConditionTrue, isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { taints as wellKnown } from '../../kinds/core/well-known';
import { timestamp } from '../../lib/timestamp';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import { tickFrom } from '../../runtime/ticks';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { Node, Pod, PodCondition } from '../../schema/types';
import { terminated, tooMany } from './terminated';

/** As upstream: how often it looks. */
const periodMs = 20_000;
/** How long a node may be missing before its pods are given up. It may only be re-registering. */
const quarantineMs = 40_000;
/** The key of all pods that are over; no node is called so. */
const terminatedKey = ':terminated';

/**
 * Removes pods that no kubelet will ever end: of nodes that exist no more or are out of service, and of no node at all; and the oldest of those that are
 * over when they are too many. A key is a node, or `namespace/name` of a pod without one.
 */
export const podGarbageCollector = defineStatefulController<Node>('pod-garbage-collector-controller', (startedAt) => {
  const missingSince = new Map<string, number>();
  const dueAt = new Map<string, number>();
  /** Whether it is time to look at the key, or how long it is until then. */
  const wait = (key: string, now: number): RequeueAfter | undefined => {
    const at = dueAt.get(key) ?? tickFrom(startedAt, periodMs, now);
    if (at > now) dueAt.set(key, at); else dueAt.delete(key);
    return at > now ? { requeueAfterMs: at - now } : undefined;
  };

  return {
    for: Nodes,
    ignores: (previous, next) => isOutOfService(previous) === isOutOfService(next),
    watches: [watched(
      Pods,
      (pod, informers) => wokenBy(pod, pod.spec.nodeName ? informers.of(Nodes).get(pod.spec.nodeName) : undefined),
      (previous, next) => previous.spec.nodeName === next.spec.nodeName && previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp
        && isTerminal(previous) === isTerminal(next),
    )],

    reconcile(key, context) {
      const now = context.now();
      const node = context.informer(Nodes).get(key);
      if (node && !isOutOfService(node)) {
        missingSince.delete(key);
        dueAt.delete(key);
        return undefined;
      }
      const waiting = wait(key, now);
      if (waiting) return waiting;
      if (key === terminatedKey) return void tooMany(context.informer(Pods)).forEach((pod) => giveUp(pod, context));
      if (key.includes('/')) return void endUnscheduled(context.informer(Pods).get(key), context);
      const pods = [...context.informer(Pods).by(byNode, key)];
      if (node) return void pods.filter(isTerminating).forEach((pod) => giveUp(pod, context));
      if (pods.length === 0) return void missingSince.delete(key);
      const since = missingSince.get(key) ?? now;
      missingSince.set(key, since);
      if (now < since + quarantineMs) return { requeueAfterMs: since + quarantineMs - now };
      if (unlessGone(() => context.api.get(Nodes, { name: key }))) return { requeueAfterMs: quarantineMs };   // the cache is late: the node is back
      for (const pod of pods) giveUp(pod, context, orphaned);
      missingSince.delete(key);
      return undefined;
    },
  };
});

const orphaned = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' } as const;

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** Somebody has made sure that nothing runs there any more. */
const isOutOfService = ({ spec, status }: Node): boolean => !isConditionTrue(status, 'Ready') && (spec.taints ?? []).some(({ key }) => key === wellKnown.outOfService);

function wokenBy(pod: Pod, node: Node | undefined): readonly string[] {
  const { nodeName } = pod.spec;
  const keys = isTerminal(pod) ? [terminatedKey] : [];
  if (!nodeName) return isTerminating(pod) ? [...keys, keyOf(pod)] : keys;
  return !node || (isOutOfService(node) && isTerminating(pod)) ? [...keys, nodeName] : keys;
}

function endUnscheduled(pod: Pod | undefined, context: Context): void {
  if (pod && isTerminating(pod) && !pod.spec.nodeName) giveUp(pod, context);
}

/** The pod is called failed first, so that its end is told, and then removed at once. */
function giveUp(pod: Pod, { api, now }: Context, condition?: PodCondition): void {
  const { metadata } = pod;
  const conditions = condition && [{ ...condition, lastTransitionTime: timestamp(now()) }];
  const change = { metadata: { uid: metadata.uid }, status: { phase: 'Failed', ...(conditions && { conditions }) } };
  if (!terminated.of(pod)) unlessGone(() => api.patch(Pods, metadata, change, 'strategic', 'status'));
  unlessGone(() => api.delete(Pods, metadata, { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } }));
}
