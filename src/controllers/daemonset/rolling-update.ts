import { scaledValue } from '../../lib/int-or-string';
import type { DaemonSet, Pod } from '../../schema/types';
import type { Plan, View } from './plan';
import { isAvailable, isGoing, isUpdated } from './pods';

type Replacement = Pick<Plan, 'create' | 'remove'>;
type Bounds = { readonly maxUnavailable: number; readonly maxSurge: number };

/** How many nodes may be without a pod, or have two of them; percentages of the wanted number are rounded up. */
export function boundsOf({ spec: { updateStrategy } }: DaemonSet, desired: number): Bounds {
  const { maxUnavailable = 1, maxSurge = 0 } = updateStrategy?.rollingUpdate ?? {};
  const bounds = { maxUnavailable: scaledValue(maxUnavailable, desired, 'up'), maxSurge: scaledValue(maxSurge, desired, 'up') };
  return desired > 0 && bounds.maxUnavailable === 0 && bounds.maxSurge === 0 ? { ...bounds, maxUnavailable: 1 } : bounds;
}

type OnNode = { readonly fresh?: Pod; readonly old?: Pod };

/** The pod of the new template on a node and the one of an old one; undefined when there are too many of either to tell. */
function tellApart({ set, hash }: View, pods: readonly Pod[]): OnNode | undefined {
  const staying = pods.filter((pod) => !isGoing(pod));
  const [fresh, ...moreFresh] = staying.filter((pod) => isUpdated(pod, set, hash));
  const [old, ...moreOld] = staying.filter((pod) => !isUpdated(pod, set, hash));
  return moreFresh.length + moreOld.length > 0 ? undefined : { ...(fresh && { fresh }), ...(old && { old }) };
}

/** The next step from old pods to new ones, on nodes where nothing else is to be done. */
export function nextReplacement(view: View): Replacement {
  const { maxUnavailable, maxSurge } = boundsOf(view.set, view.desired);
  return maxSurge === 0 ? deleteFirst(view, maxUnavailable) : createFirst(view, maxSurge);
}

/** Old pods that are of no use go at once; others as far as the bound lets them. */
function deleteFirst(view: View, maxUnavailable: number): Replacement {
  const { set, now } = view;
  let unavailable = 0;
  const useless: Pod[] = [];
  const candidates: Pod[] = [];
  for (const [, pods] of onNodes(view)) {
    const { fresh, old } = tellApart(view, pods) ?? {};
    if (!old === !fresh) unavailable++;   // none, or both: that is put right elsewhere
    else if (fresh) { if (!isAvailable(fresh, set, now)) unavailable++; }
    else if (old) (isAvailable(old, set, now) ? candidates : useless).push(old);
  }
  const room = Math.max(0, maxUnavailable - unavailable - useless.length);
  return { create: [], remove: [...useless, ...candidates.slice(0, room)] };
}

/**
 * A second pod is made beside the old one, which goes when the new one is available. On a node that the set is no longer for, an old
 * pod that serves stays until as many others serve as the set wants.
 */
function createFirst(view: View, maxSurge: number): Replacement {
  const { set, nodes, desired, now } = view;
  let surging = 0;
  let available = 0;
  const remove: Pod[] = [];
  const unwanted: Pod[] = [];
  const useless: string[] = [];
  const candidates: string[] = [];
  for (const [node, pods] of onNodes(view)) {
    const found = tellApart(view, pods);
    if (!found) { surging++; continue; }
    const { fresh, old } = found;
    const serving = old ?? fresh;
    const serves = serving !== undefined && isAvailable(serving, set, now);
    if (serves) available++;
    if (!old) continue;
    if (fresh) { if (isAvailable(fresh, set, now)) remove.push(old); else surging++; }
    else if (nodes.get(node)?.runs) (serves ? candidates : useless).push(node);
    else (serves ? unwanted : remove).push(old);
  }
  const room = Math.max(0, maxSurge - surging);
  return { create: [...useless, ...candidates.slice(0, room)], remove: [...remove, ...unwanted.slice(0, Math.max(0, available - desired))] };
}

/** Pods on nodes that are there: what is left on others is collected elsewhere. */
const onNodes = ({ nodes, byNode }: View): readonly (readonly [string, readonly Pod[]])[] => [...byNode].filter(([node]) => nodes.has(node));
