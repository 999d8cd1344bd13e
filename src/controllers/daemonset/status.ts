import { DaemonSets } from '../../kinds/served';
import { isPodReady } from '../../kinds/core/pod-conditions';
import { equal } from '../../lib/equality';
import type { Context } from '../../runtime/controller';
import type { DaemonSetStatus } from '../../schema/types';
import type { View } from './plan';
import { isAvailable, isUpdated, oldestFirst } from './pods';

/** The status as upstream counts it: of several pods on a node, the oldest. */
export function statusOf({ set, hash, nodes, byNode, desired, now }: View): DaemonSetStatus {
  let current = 0, misscheduled = 0, ready = 0, available = 0, updated = 0;
  for (const [node, { runs }] of nodes) {
    const [pod] = (byNode.get(node) ?? []).toSorted(oldestFirst);
    if (!pod) continue;
    if (!runs) { misscheduled++; continue; }
    current++;
    if (isPodReady(pod)) ready++;
    if (isAvailable(pod, set, now)) available++;
    if (isUpdated(pod, set, hash)) updated++;
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
    ...(set.status?.collisionCount !== undefined && { collisionCount: set.status.collisionCount }),
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}

export function writeStatus(view: View, { api }: Context): void {
  const status = statusOf(view);
  if (!equal(status, view.set.status)) api.update(DaemonSets, { ...view.set, status }, 'status');
}
