import { StatefulSets } from '../../kinds/served';
import { isPodAvailable } from '../../kinds/core/pod-conditions';
import { equal } from '../../lib/equality';
import type { Context } from '../../runtime/controller';
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '../../schema/types';
import type { History } from './history';
import { revisionOfPod } from './identity';
import { isRunningAndReady, type Progress } from './rollout';

type Counts = { replicas: number; ready: number; available: number; current: number; updated: number };

function countsOf({ spec }: StatefulSet, pods: readonly Pod[], current: ControllerRevision, update: ControllerRevision, now: number): Counts {
  const counts = { replicas: pods.length, ready: 0, available: 0, current: 0, updated: 0 };
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      counts.ready++;
      if (isPodAvailable(pod, spec.minReadySeconds ?? 0, now)) counts.available++;
    }
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (revisionOfPod(pod) === current.metadata.name) counts.current++;
    if (revisionOfPod(pod) === update.metadata.name) counts.updated++;
  }
  return counts;
}

/** The status as upstream counts it; with every pod new and ready the update revision becomes the current one. */
export function statusOf(set: StatefulSet, pods: readonly Pod[], { current, update, collisionCount }: History, { replaced }: Partial<Progress>, now: number): StatefulSetStatus {
  const counts = countsOf(set, pods, current, update, now);
  if (replaced && revisionOfPod(replaced) === current.metadata.name) counts.current--;
  const wanted = set.spec.replicas ?? 1;
  const isComplete = set.spec.updateStrategy?.type === 'RollingUpdate' && counts.updated === wanted && counts.ready === wanted && counts.replicas === wanted;
  const currentReplicas = isComplete ? counts.updated : counts.current;
  return {
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    replicas: counts.replicas,
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(counts.updated > 0 && { updatedReplicas: counts.updated }),
    currentRevision: (isComplete ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
    availableReplicas: counts.available,   // upstream has always written this one, even 0
  };
}

export function writeStatus(set: StatefulSet, status: StatefulSetStatus, { api }: Context): void {
  if (!equal(status, set.status)) api.update(StatefulSets, { ...set, status }, 'status');
}
