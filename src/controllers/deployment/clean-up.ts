import type { ReplicaSet } from '../../schema/types';
import { sizeOf } from './arithmetic';
import { revisionOf } from './revisions';
import type { Rollout } from './rollout';

/** Removes the oldest revisions beyond revisionHistoryLimit, if they are empty. */
export function cleanUp(rollout: Rollout): void {
  const limit = rollout.deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return;
  const candidates = rollout.family.old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = candidates.length - limit;
  if (excess <= 0) return;
  const oldestFirst = candidates.toSorted((a, b) => (revisionOf(a) < revisionOf(b) ? -1 : 1));
  for (const replicaSet of oldestFirst.slice(0, excess)) if (isEmpty(replicaSet)) rollout.remove(replicaSet);
}

const isEmpty = (replicaSet: ReplicaSet): boolean => {
  const { metadata: { generation = 0 }, status } = replicaSet;
  return (status?.replicas ?? 0) === 0 && sizeOf(replicaSet) === 0 && generation <= (status?.observedGeneration ?? 0);
};
