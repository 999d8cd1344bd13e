import { Deployments } from '../../kinds/apps/deployment';
import { getCondition } from '../../kinds/core/pod-conditions';
import { equal } from '../../lib/equality';
import type { Context } from '../../runtime/controller';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { Deployment, DeploymentStatus, ReplicaSet, ReplicaSetCondition } from '../../schema/types';
import { desiredOf, maxUnavailable, sum, totalAvailable, totalSize } from './arithmetic';
import { appended, progressingOf, reasons, replaced, withCondition, without } from './conditions';
import type { Family } from './replica-sets';

/** A Deployment without this deadline (Kubernetes stores the largest number for "none") is never called stuck. */
const noDeadline = 2 ** 31 - 1;
export const deadlineSecondsOf = ({ spec: { progressDeadlineSeconds } }: Deployment): number | undefined =>
  progressDeadlineSeconds === undefined || progressDeadlineSeconds === noDeadline ? undefined : progressDeadlineSeconds;

/** The counts, and whether enough pods are available. */
export function countedStatus(deployment: Deployment, { newest, all }: Family, now: number): DeploymentStatus {
  const available = totalAvailable(all);
  const counts = {
    replicas: sum(all, ({ status }) => status?.replicas ?? 0),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalSize(all) - available),
  };
  const { collisionCount, conditions } = deployment.status ?? {};
  const allTell = all.every(({ status }) => status?.terminatingReplicas !== undefined);
  const status: DeploymentStatus = {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(deployment.metadata.generation !== undefined && { observedGeneration: deployment.metadata.generation }),
    ...(allTell && { terminatingReplicas: sum(all, (each) => each.status?.terminatingReplicas ?? 0) }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
  return withCondition(status, available >= desiredOf(deployment) - maxUnavailable(deployment)
    ? { type: 'Available', status: 'True', reason: reasons.minimum, message: 'Deployment has minimum availability.' }
    : { type: 'Available', status: 'False', reason: reasons.belowMinimum, message: 'Deployment does not have minimum availability.' }, now);
}

/** All pods are new, available, and there are no others. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = desiredOf(deployment);
  return (status?.updatedReplicas ?? 0) === desired && (status?.replicas ?? 0) === desired && (status?.availableReplicas ?? 0) === desired
    && (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}

/** More new pods, fewer old ones, or more of them ready or available than before. */
function isProgressing({ status: before = {} }: Deployment, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) || old(after) < old(before)
    || (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) || (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0);
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = progressingOf(status);
  if (!condition || condition.reason === reasons.available) return false;
  if (condition.reason === reasons.timedOut) return true;
  return Date.parse(condition.lastUpdateTime ?? '') + (deadlineSecondsOf(deployment) ?? Infinity) * 1_000 < now;
}

/** The status during a rollout: how it progresses, and what keeps ReplicaSets from making pods. */
export function rolloutStatus(deployment: Deployment, family: Family, now: number): DeploymentStatus {
  const counted = countedStatus(deployment, family, now);
  return withFailures(withProgress(deployment, counted, family, now), family);
}

function withProgress(deployment: Deployment, status: DeploymentStatus, { newest }: Family, now: number): DeploymentStatus {
  if (deadlineSecondsOf(deployment) === undefined) return without(status, 'Progressing');
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && progressingOf(deployment.status)?.reason === reasons.available;
  if (settled) return status;
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status))
    return withCondition(status, { type: 'Progressing', status: 'True', reason: reasons.available, message: `${subject} has successfully progressed.` }, now);
  if (isProgressing(deployment, status))
    return replaced(status, { type: 'Progressing', status: 'True', reason: reasons.updated, message: `${subject} is progressing.` }, now);
  if (isTimedOut(deployment, status, now))
    return withCondition(status, { type: 'Progressing', status: 'False', reason: reasons.timedOut, message: `${subject} has timed out progressing.` }, now);
  return status;
}

/** A failure of the newest ReplicaSet is told before one of an old. */
function withFailures(status: DeploymentStatus, { newest, all }: Family): DeploymentStatus {
  const failureOf = (replicaSet: ReplicaSet | undefined): ReplicaSetCondition | undefined => getCondition(replicaSet?.status, 'ReplicaFailure');
  let failure = failureOf(newest);
  for (const replicaSet of all) failure ??= failureOf(replicaSet);
  if (!failure) return without(status, 'ReplicaFailure');
  const known = getCondition(status, 'ReplicaFailure');
  if (known?.status === failure.status && known.reason === failure.reason) return status;
  return appended(status, { ...failure, ...(failure.lastTransitionTime && { lastUpdateTime: failure.lastTransitionTime }) });
}

/** Writes the status if it says something new; else says when to look again whether the rollout is stuck. */
export function writeStatus(deployment: Deployment, status: DeploymentStatus, { api, now }: Context): RequeueAfter | undefined {
  if (!equal(status, deployment.status)) { api.update(Deployments, { ...deployment, status }, 'status'); return undefined; }
  return whenStuck(deployment, status, now());
}

function whenStuck(deployment: Deployment, status: DeploymentStatus, now: number): RequeueAfter | undefined {
  const condition = progressingOf(status);
  const deadlineSeconds = deadlineSecondsOf(deployment);
  if (!condition || deadlineSeconds === undefined || isComplete(deployment, status) || condition.reason === reasons.timedOut) return undefined;
  return { requeueAfterMs: Math.max(0, Date.parse(condition.lastUpdateTime ?? '') + deadlineSeconds * 1_000 - now) + 1_000 };   // past the deadline, not on it
}
