import { scaledValue } from '../../lib/int-or-string';
import type { DaemonSet, Pod } from '../../schema/types';
import { isAvailable, isGoing, isUpdated } from './pods';

/** What a pass of an update asks for: pods to delete, and nodes to put a second pod on. */
export type Replacement = { readonly oldPods: readonly Pod[]; readonly nodes: readonly string[] };

/** How many nodes may be without a pod, or have two of them; percentages of the wanted number are rounded up. */
export function boundsOf({ spec: { updateStrategy } }: DaemonSet, desired: number): { readonly maxUnavailable: number; readonly maxSurge: number } {
  const { maxUnavailable = 1, maxSurge = 0 } = updateStrategy?.rollingUpdate ?? {};
  const bounds = { maxUnavailable: scaledValue(maxUnavailable, desired, 'up'), maxSurge: scaledValue(maxSurge, desired, 'up') };
  return desired > 0 && bounds.maxUnavailable === 0 && bounds.maxSurge === 0 ? { ...bounds, maxUnavailable: 1 } : bounds;
}

type OnNode = { readonly fresh?: Pod; readonly old?: Pod };

/** The pod of the new template on a node and the one of an old one; undefined when there are too many of either to tell. */
function tellApart(pods: readonly Pod[], hash: string): OnNode | undefined {
  const staying = pods.filter((pod) => !isGoing(pod));
  const [fresh, ...moreFresh] = staying.filter((pod) => isUpdated(pod, hash));
  const [old, ...moreOld] = staying.filter((pod) => !isUpdated(pod, hash));
  return moreFresh.length + moreOld.length > 0 ? undefined : { ...(fresh && { fresh }), ...(old && { old }) };
}

type Pass = { readonly set: DaemonSet; readonly hash: string; readonly byNode: ReadonlyMap<string, readonly Pod[]>; readonly desired: number; readonly now: number };

/** The next step from old pods to new ones. */
export function nextReplacement(pass: Pass): Replacement {
  const { maxUnavailable, maxSurge } = boundsOf(pass.set, pass.desired);
  return maxSurge === 0 ? deleteFirst(pass, maxUnavailable) : createFirst(pass, maxSurge);
}

/** Old pods that are of no use go at once; others as far as the bound lets them. */
function deleteFirst({ set, hash, byNode, now }: Pass, maxUnavailable: number): Replacement {
  let unavailable = 0;
  const useless: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of byNode.values()) {
    const { fresh, old } = tellApart(pods, hash) ?? {};
    if (!old === !fresh) unavailable++;   // none, or both: that is put right elsewhere
    else if (fresh) { if (!isAvailable(fresh, set, now)) unavailable++; }
    else if (old) (isAvailable(old, set, now) ? candidates : useless).push(old);
  }
  const room = Math.max(0, maxUnavailable - unavailable - useless.length);
  return { oldPods: [...useless, ...candidates.slice(0, room)], nodes: [] };
}

/** A second pod is made beside the old one, which goes when the new one is available. */
function createFirst({ set, hash, byNode, now }: Pass, maxSurge: number): Replacement {
  let surging = 0;
  const oldPods: Pod[] = [];
  const useless: string[] = [];
  const candidates: string[] = [];
  for (const [node, pods] of byNode) {
    const found = tellApart(pods, hash);
    if (!found) { surging++; continue; }
    const { fresh, old } = found;
    if (!old) continue;
    if (!fresh) (isAvailable(old, set, now) ? candidates : useless).push(node);
    else if (isAvailable(fresh, set, now)) oldPods.push(old);
    else surging++;
  }
  const room = Math.max(0, maxSurge - surging - useless.length);
  return { oldPods, nodes: [...useless, ...candidates.slice(0, room)] };
}
