import { isPodReady } from '../../kinds/core/pod-conditions';
import type { EventDraft } from '../../runtime/event-recorder';
import type { DaemonSet, Pod } from '../../schema/types';
import type { Backoff } from './backoff';
import type { Placement } from './placement';
import { isAvailable, isGoing, isUpdated, oldestFirst } from './pods';
import { boundsOf } from './rolling-update';

/** One set as it is looked at: the hash of its template, its pods by node, and where they should be. */
export type View = {
  readonly set: DaemonSet;
  readonly hash: string;
  readonly nodes: ReadonlyMap<string, Placement>;
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  /** How many nodes the set is for. */
  readonly desired: number;
  readonly now: number;
};

/** Nodes to make a pod for, pods to delete, and what to tell of them. */
export type Plan = { readonly create: readonly string[]; readonly remove: readonly Pod[]; readonly events: readonly EventDraft[]; readonly againInMs?: number | undefined };

/** What is missing and what is too much. */
export function planFor(view: View, backoff: Backoff): Plan {
  const { set, nodes, byNode, desired, now } = view;
  const surges = boundsOf(set, desired).maxSurge > 0 && set.spec.updateStrategy?.type === 'RollingUpdate';
  const create: string[] = [];
  const remove: Pod[] = [];
  const events: EventDraft[] = [];
  let againInMs: number | undefined;
  for (const [node, { runs, stays }] of nodes) {
    const pods = byNode.get(node);
    if (!pods) { if (runs) create.push(node); continue; }
    if (!stays) { remove.push(...pods.filter((pod) => !isGoing(pod))); continue; }
    const running: Pod[] = [];
    for (const pod of pods) {
      if (isGoing(pod)) continue;
      const end = endOf(pod);
      if (!end) { running.push(pod); continue; }
      const waitMs = end === 'Failed' ? backoff.waitMs(`${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`, now) : 0;
      if (waitMs > 0) { againInMs = Math.min(againInMs ?? waitMs, waitMs); continue; }
      events.push(ended(set, pod, end, node));
      remove.push(pod);
    }
    if (surges && running.length === 0 && runs) create.push(node);   // what was there may still be going
    remove.push(...superfluous(view, running.toSorted(oldestFirst), surges));
  }
  return { create, remove: [...remove, ...homeless(view)], events, againInMs };
}

function endOf({ status }: Pod): 'Failed' | 'Succeeded' | undefined { return status?.phase === 'Failed' || status?.phase === 'Succeeded' ? status.phase : undefined; }

/** Pods that wait for a node which is no more: nobody else would delete them. */
const homeless = ({ nodes, byNode }: View): readonly Pod[] =>
  [...byNode].flatMap(([node, pods]) => (nodes.has(node) ? [] : pods.filter((pod) => !pod.spec.nodeName && !isGoing(pod))));

/** Of several pods on a node the oldest stays; while a set surges the oldest of each template may, until the old one is not ready or the new one is available. */
function superfluous({ set, hash, now }: View, running: readonly Pod[], surges: boolean): readonly Pod[] {
  if (running.length <= 1) return [];
  if (!surges) return running.slice(1);
  const [fresh, ...moreFresh] = running.filter((pod) => isUpdated(pod, set, hash));
  const [old, ...moreOld] = running.filter((pod) => !isUpdated(pod, set, hash));
  const isReplaced = fresh && old && (!isPodReady(old) || isAvailable(fresh, set, now));
  return [...moreFresh, ...moreOld, ...(isReplaced ? [old] : [])];
}

function ended(set: DaemonSet, { metadata }: Pod, end: 'Failed' | 'Succeeded', node: string): EventDraft {
  const what = `daemon pod ${metadata.namespace}/${metadata.name} on node ${node}, will try to`;
  return end === 'Failed'
    ? { object: set, type: 'Warning', reason: 'FailedDaemonPod', message: `Found failed ${what} kill it` }
    : { object: set, type: 'Normal', reason: 'SucceededDaemonPod', message: `Found succeeded ${what} delete it` };
}
