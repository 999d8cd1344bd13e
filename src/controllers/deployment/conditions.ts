import { getCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import type { DeploymentCondition, DeploymentStatus } from '../../schema/types';

/** Upstream's words for how a Deployment is doing. */
export const reasons = {
  updated: 'ReplicaSetUpdated', createError: 'ReplicaSetCreateError', created: 'NewReplicaSetCreated', found: 'FoundNewReplicaSet',
  available: 'NewReplicaSetAvailable', timedOut: 'ProgressDeadlineExceeded', paused: 'DeploymentPaused', resumed: 'DeploymentResumed',
  minimum: 'MinimumReplicasAvailable', belowMinimum: 'MinimumReplicasUnavailable',
} as const;

type Change = Pick<DeploymentCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string };

export const progressingOf = (status: DeploymentStatus | undefined): DeploymentCondition | undefined => getCondition(status, 'Progressing');

/** The condition in place of the one of its type. One with the same status and reason stays as it is, its message too. */
export function withCondition(status: DeploymentStatus, change: Change, now: number): DeploymentStatus {
  const known = getCondition(status, change.type);
  return known?.status === change.status && known.reason === change.reason ? status : replaced(status, change, now);
}

/** As {@link withCondition}, but repeats move lastUpdateTime: how progress is noticed. */
export function replaced(status: DeploymentStatus, change: Change, now: number): DeploymentStatus {
  const known = getCondition(status, change.type);
  const at = timestamp(now);
  const lastTransitionTime = known?.status === change.status && known.lastTransitionTime ? known.lastTransitionTime : at;
  return appended(status, { ...change, lastUpdateTime: at, lastTransitionTime });
}

export const appended = (status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus =>
  ({ ...status, conditions: [...without(status, condition.type).conditions ?? [], condition] });

export function without(status: DeploymentStatus, type: string): DeploymentStatus {
  if (!getCondition(status, type)) return status;
  const { conditions = [], ...rest } = status;
  const others = conditions.filter((condition) => condition.type !== type);
  return { ...rest, ...(others.length > 0 && { conditions: others }) };
}
