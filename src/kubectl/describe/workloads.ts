import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { controlledBy, describeTemplate } from './pod';
import { annotations, labels, longTime, type Description } from './writer';

/** A deployment with the ReplicaSets that are its own. */
export function describeDeployment(
  out: Description, { metadata, spec, status = {} }: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[],
): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
  out.line(0, `Replicas:\t${replicasText(spec.replicas ?? 0, status)}`);
  out.line(0, `StrategyType:\t${spec.strategy?.type ?? ''}`);
  out.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) out.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? ''} max unavailable, ${rolling.maxSurge ?? ''} max surge`);
  describeTemplate(out, spec.template);
  describeConditions(out, status.conditions ?? []);
  if (!fresh && old.length === 0) return;
  out.line(0, `OldReplicaSets:\t${setsText(old)}`);
  out.line(0, `NewReplicaSet:\t${setsText(fresh ? [fresh] : [])}`);
}

const replicasText = (desired: number, { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 }: DeploymentStatus): string =>
  `${desired} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`;

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets.map(({ metadata, spec, status }) => `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`).join(', ') || '<none>';

type Condition = { readonly type: string; readonly status: string; readonly reason?: string };

function describeConditions(out: Description, conditions: readonly Condition[]): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tReason');
  out.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of conditions) out.line(1, `${type} \t${status}\t${reason}`);
}

/** How many pods are in which phase. */
export function podsStatus(pods: readonly Pod[]): string {
  const count = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

/** A ReplicaSet with its pods. */
export function describeReplicaSet(out: Description, { metadata, spec, status }: ReplicaSet, pods: readonly Pod[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  controlledBy(out, metadata);
  out.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  out.line(0, `Pods Status:\t${podsStatus(pods)}`);
  if (spec.template) describeTemplate(out, spec.template);
  describeConditions(out, status?.conditions ?? []);
}
