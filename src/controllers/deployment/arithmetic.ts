import { annotations } from '../../kinds/core/well-known';
import { scaledValue } from '../../lib/int-or-string';
import type { Deployment, ReplicaSet } from '../../schema/types';

export const desiredOf = ({ spec }: Deployment): number => spec.replicas ?? 1;
export const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;
export const isRollingUpdate = ({ spec }: Deployment): boolean => (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** How many pods above `replicas` a rolling update may have: percentages round up. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? scaledValue(deployment.spec.strategy?.rollingUpdate?.maxSurge ?? '25%', desiredOf(deployment), 'up') : 0;
}

/** How many pods may be missing: percentages round down; never more than there are, and one when neither surge nor this leaves room. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredOf(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  const allowed = scaledValue(deployment.spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', desired, 'down');
  return Math.min(allowed === 0 && maxSurge(deployment) === 0 ? 1 : allowed, desired);
}

export const totalSize = (replicaSets: Iterable<ReplicaSet>): number => sum(replicaSets, sizeOf);
export const totalAvailable = (replicaSets: Iterable<ReplicaSet>): number => sum(replicaSets, ({ status }) => status?.availableReplicas ?? 0);

export function sum(replicaSets: Iterable<ReplicaSet>, of: (replicaSet: ReplicaSet) => number): number {
  let total = 0;
  for (const replicaSet of replicaSets) total += of(replicaSet);
  return total;
}

/** The size the newest ReplicaSet may have now: as much as surge leaves room for. `allSize` counts it too. */
export function newReplicaSetSize(deployment: Deployment, newSize: number, allSize: number): number {
  const desired = desiredOf(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const room = desired + maxSurge(deployment) - allSize;
  return room <= 0 ? newSize : newSize + Math.min(room, desired - newSize);
}

/** A ReplicaSet's part of `toAdd` (below zero: to remove) when all active ones are scaled together; `added` went to others already. */
export function proportion(replicaSet: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (sizeOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0;
  const share = fraction(replicaSet, deployment);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed);
}

function fraction(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = sizeOf(replicaSet);
  if (desiredOf(deployment) === 0) return -size;
  const maxBefore = Number(replicaSet.metadata.annotations?.[annotations.maxReplicas]) || (deployment.status?.replicas ?? 0);
  if (maxBefore === 0) return 0;
  return roundHalfAway((size * (desiredOf(deployment) + maxSurge(deployment))) / maxBefore) - size;
}

const roundHalfAway = (value: number): number => (value < 0 ? -Math.round(-value) : Math.round(value));

/** Sizes for all active ReplicaSets after the Deployment was scaled in the middle of a rollout; what rounding leaves goes to the largest. */
export function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Map<ReplicaSet, number> {
  const desired = desiredOf(deployment);
  const toAdd = (desired > 0 ? desired + maxSurge(deployment) : 0) - totalSize(active);
  const order = toAdd > 0 ? bySizeNewer : bySizeOlder;
  const sorted = toAdd === 0 ? active : [...active].sort(order);
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const replicaSet of sorted) {
    const part = proportion(replicaSet, deployment, toAdd, added);
    sizes.set(replicaSet, sizeOf(replicaSet) + part);
    added += part;
  }
  const [largest] = sorted;
  if (largest && toAdd !== 0) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + toAdd - added));
  return sizes;
}

/** Oldest first; those of one second by name. */
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compare(a.metadata.name, b.metadata.name);
const bySizeNewer = (a: ReplicaSet, b: ReplicaSet): number => sizeOf(b) - sizeOf(a) || byAge(b, a);
const bySizeOlder = (a: ReplicaSet, b: ReplicaSet): number => sizeOf(b) - sizeOf(a) || byAge(a, b);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
