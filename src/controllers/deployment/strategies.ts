import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { byOwner } from '../../runtime/informer';
import type { ReplicaSet } from '../../schema/types';
import { byAge, desiredOf, maxUnavailable, newReplicaSetSize, sizeOf, totalAvailable, totalSize } from './arithmetic';
import { isScaledUp } from './replica-sets';
import type { Rollout } from './rollout';

/** Replaces old pods by new ones bit by bit: one step up, or if there is none, one step down. False when there was nothing to do. */
export function rollingUpdate(rollout: Rollout): boolean {
  if (!rollout.family.newest) rollout.createNewest();
  return growNewest(rollout) || shrinkOld(rollout);
}

/** Ends all old pods, waits until they are gone, and only then starts new ones. False when there was nothing to do. */
export function recreate(rollout: Rollout): boolean {
  const active = rollout.family.old.filter(isScaledUp);
  for (const replicaSet of active) rollout.scale(replicaSet, 0);
  if (active.length > 0 || rollout.family.old.some((old) => hasPods(old, rollout))) return true;
  if (!rollout.family.newest) rollout.createNewest();
  const { newest } = rollout.family;
  return newest ? rollout.scale(newest, desiredOf(rollout.deployment)) : false;
}

/** Pods that are ending count too: two versions must never run together. */
function hasPods({ metadata, status }: ReplicaSet, { context }: Rollout): boolean {
  if ((status?.replicas ?? 0) > 0 || (status?.terminatingReplicas ?? 0) > 0) return true;
  for (const pod of context.informer(Pods).by(byOwner, metadata.uid)) if (!isTerminal(pod)) return true;   // its status may not tell of them yet
  return false;
}

function growNewest(rollout: Rollout): boolean {
  const { deployment, family: { newest, all } } = rollout;
  if (!newest) return false;
  const size = sizeOf(newest);
  const desired = desiredOf(deployment);
  return rollout.scale(newest, size > desired ? desired : newReplicaSetSize(deployment, size, totalSize(all)));
}

function shrinkOld(rollout: Rollout): boolean {
  const { deployment, family: { newest, old, all } } = rollout;
  if (!newest || totalSize(old) === 0) return false;
  const minAvailable = desiredOf(deployment) - maxUnavailable(deployment);
  // Pods of the newest that are not available yet must not make room: else a bad version would take the good one with it.
  const newUnavailable = sizeOf(newest) - (newest.status?.availableReplicas ?? 0);
  const room = totalSize(all) - minAvailable - newUnavailable;
  if (room <= 0) return false;
  const unhealthy = removeUnhealthy(rollout, room);
  return removeHealthy(rollout, minAvailable) || unhealthy;
}

/** Old pods that serve nobody go first, oldest ReplicaSet first. */
function removeUnhealthy(rollout: Rollout, room: number): boolean {
  let left = room;
  for (const replicaSet of rollout.family.old.toSorted(byAge)) {
    const unhealthy = sizeOf(replicaSet) - (replicaSet.status?.availableReplicas ?? 0);
    const count = Math.min(left, unhealthy);
    if (count <= 0) continue;
    rollout.scale(replicaSet, sizeOf(replicaSet) - count);
    left -= count;
  }
  return left < room;
}

/** Then healthy ones, down to what must stay available. */
function removeHealthy(rollout: Rollout, minAvailable: number): boolean {
  const room = totalAvailable(rollout.family.all) - minAvailable;
  let left = room;
  for (const replicaSet of rollout.family.old.toSorted(byAge)) {
    const count = Math.min(left, sizeOf(replicaSet));
    if (count <= 0) continue;
    rollout.scale(replicaSet, sizeOf(replicaSet) - count);
    left -= count;
  }
  return left < room;
}
