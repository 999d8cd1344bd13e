import { annotations } from '../../kinds/core/well-known';
import type { ReplicaSet } from '../../schema/types';
import { desiredOf, isRollingUpdate, proportionalSizes, sizeOf } from './arithmetic';
import { isScaledUp, type Family } from './replica-sets';
import type { Rollout } from './rollout';

/** Whether the Deployment's size was changed since a ReplicaSet was last sized after it. */
export function isScalingEvent({ deployment, family }: Rollout): boolean {
  return family.all.some((each) => {
    const noted = each.metadata.annotations?.[annotations.desiredReplicas];
    return isScaledUp(each) && noted !== undefined && Number(noted) !== desiredOf(deployment);
  });
}

/** Sizes the ReplicaSets after the Deployment was scaled, without moving a rollout on. */
export function scaleAll(rollout: Rollout): void {
  const { deployment, family } = rollout;
  const active = family.all.filter(isScaledUp);
  const only = active.length > 1 ? undefined : active[0] ?? family.newest ?? family.old.at(-1);
  if (only) return void rollout.scale(only, desiredOf(deployment));
  if (isSaturated(rollout, family)) return family.old.filter(isScaledUp).forEach((old) => rollout.scale(old, 0));
  if (!isRollingUpdate(deployment)) return;
  for (const [replicaSet, size] of proportionalSizes(deployment, active)) rollout.resize(replicaSet, size);
}

/** The newest has all the pods the Deployment wants, and they are available. */
function isSaturated({ deployment }: Rollout, { newest }: Family): boolean {
  if (!newest) return false;
  const desired = desiredOf(deployment);
  return sizeOf(newest) === desired && notedSize(newest) === desired && newest.status?.availableReplicas === desired;
}

const notedSize = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[annotations.desiredReplicas]);
