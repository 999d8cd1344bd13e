import { StatusError } from '../../api/status';
import type { KubeObject, Resource } from '../../api/types';
import type { Context } from '../../runtime/controller';
import { getCondition, isPodAvailable, isPodReady } from '../../kinds/core/pod-conditions';
import { equal } from '../../lib/equality';
import { timestamp } from '../../lib/timestamp';
import type { Pod, PodTemplateSpec, ReplicaSetCondition, ReplicaSetStatus } from '../../schema/types';

/** What a ReplicaSet and a ReplicationController have in common; only the former counts the pods that are going. */
export type Replicated = KubeObject & {
  readonly spec: { readonly replicas?: number; readonly minReadySeconds?: number; readonly template?: PodTemplateSpec };
  readonly status?: Omit<ReplicaSetStatus, 'terminatingReplicas'>;
};

/** What a run found, and what went wrong in it. */
export type Findings = {
  readonly active: readonly Pod[];
  /** Absent where it is not told. */
  readonly terminating?: number;
  readonly failure: { readonly reason: 'FailedCreate' | 'FailedDelete'; readonly error: StatusError } | undefined;
};

/** The status as upstream counts it. */
export function statusOf(replicaSet: Replicated, { active, terminating, failure }: Findings, now: number): ReplicaSetStatus {
  const { minReadySeconds = 0, template } = replicaSet.spec;
  const wanted = Object.entries(template?.metadata?.labels ?? {});
  let labelled = 0, ready = 0, available = 0;
  for (const pod of active) {
    if (hasLabels(pod, wanted)) labelled++;
    if (!isPodReady(pod)) continue;
    ready++;
    if (isPodAvailable(pod, minReadySeconds, now)) available++;
  }
  const conditions = conditionsOf(replicaSet, failure, now);
  return {
    replicas: active.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    ...(replicaSet.metadata.generation !== undefined && { observedGeneration: replicaSet.metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

function hasLabels({ metadata: { labels } }: Pod, wanted: readonly (readonly [string, string])[]): boolean {
  for (const [key, value] of wanted) if (labels?.[key] !== value) return false;
  return true;
}

/** The failure stays as it was first told until a run goes well. */
function conditionsOf({ status }: Replicated, failure: Findings['failure'], now: number): readonly ReplicaSetCondition[] {
  const conditions = status?.conditions ?? [];
  const known = getCondition(status, 'ReplicaFailure');
  if (!failure) return known ? conditions.filter((condition) => condition !== known) : conditions;
  if (known) return conditions;
  const { reason, error: { message } } = failure;
  return [...conditions, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp(now), reason, message }];
}

export function writeStatus<T extends Replicated>(kind: Resource<T>, replicaSet: T, findings: Findings, { api, now }: Context): void {
  const status = statusOf(replicaSet, findings, now());
  if (!equal(status, replicaSet.status)) api.update(kind, { ...replicaSet, status }, 'status');
}

/** How long until the next ready pod has been ready for minReadySeconds; undefined when none waits for that. */
export function nextAvailableInMs({ spec: { minReadySeconds = 0 } }: { readonly spec: { readonly minReadySeconds?: number } }, active: readonly Pod[], now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of active) {
    const ready = getCondition(pod.status, 'Ready');
    if (ready?.status !== 'True' || !ready.lastTransitionTime) continue;
    const inMs = Date.parse(ready.lastTransitionTime) + minReadySeconds * 1_000 - now;
    if (inMs > 0 && (next === undefined || inMs < next)) next = inMs;
  }
  return next;
}
