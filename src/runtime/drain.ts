import type { LocalClient } from '../api/local-client';
import { controllerOf } from '../api/keys';
import { StatusError } from '../api/status';
import { isTerminal } from '../kinds/core/pod-conditions';
import { Nodes } from '../kinds/core/node';
import { Pods } from '../kinds/core/pod';
import type { Node, Pod } from '../schema/types';

/** What one look at a node that is to be emptied found. */
export type Drained = {
  /** Pods that are still there and are to go. */
  readonly remaining: readonly Pod[];
  readonly evicted: readonly Pod[];
  readonly held: readonly Held[];
};
/** Why a pod may not go yet: a disruption budget, in the API's words. */
export type Held = { readonly pod: Pod; readonly why: string };

/** The same as kubectl drain says it. */
export const heldText = ({ pod: { metadata: { namespace, name } }, why }: Held): string =>
  `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)} (will retry after ${drainRetryMs / 1_000}s): ${why}`;

/** How often the eviction of a pod is asked for again while a budget forbids it: as kubectl drain. */
export const drainRetryMs = 5_000;

const isMirror = ({ metadata }: Pod): boolean => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
const isDaemon = (pod: Pod): boolean => controllerOf(pod)?.kind === 'DaemonSet';

/** Pods that leave a node when it is emptied: not the node's own, not those of daemons. */
export const drainable = (pod: Pod): boolean => !isMirror(pod) && (!isDaemon(pod) || isTerminal(pod));

/**
 * One step of emptying a node: asks for the eviction of every pod that is to leave and is not leaving yet. To be called again until nothing remains.
 * Throws StatusError for anything but a budget's refusal.
 */
export function drainStep(pods: Iterable<Pod>, api: LocalClient): Drained {
  const remaining: Pod[] = [];
  const evicted: Pod[] = [];
  const held: { pod: Pod; why: string }[] = [];
  for (const pod of pods) {
    if (!drainable(pod)) continue;
    remaining.push(pod);
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    try {
      api.evict(Pods, pod);
      evicted.push(pod);
    } catch (error) {
      if (StatusError.is(error, 'NotFound')) continue;
      if (!(error instanceof StatusError) || !StatusError.is(error, 'TooManyRequests')) throw error;
      held.push({ pod, why: error.message });
    }
  }
  return { remaining, evicted, held };
}

/** Makes the node take new pods, or not. */
export function cordon(node: Node, wanted: boolean, api: LocalClient): Node {
  return (node.spec.unschedulable ?? false) === wanted ? node : api.patch(Nodes, node.metadata, { spec: { unschedulable: wanted || null } });
}
