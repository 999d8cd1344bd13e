import type { DaemonSet, Deployment, DeploymentStatus, PersistentVolumeClaim, Pod, ReplicaSet, ReplicationController, StatefulSet } from '../../schema/types';
import { formatLabelSelector } from '../../lib/selectors';
import { formatLabels } from '../printers/table';
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

/** A ReplicationController with its pods. */
export function describeReplicationController(out: Description, { metadata, spec, status }: ReplicationController, pods: readonly Pod[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Selector:\t${formatLabels(spec.selector ?? {})}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  out.line(0, `Pods Status:\t${podsStatus(pods)}`);
  if (spec.template) describeTemplate(out, spec.template);
  describeConditions(out, status?.conditions ?? []);
}

/** A DaemonSet with its pods. */
export function describeDaemonSet(out: Description, { metadata, spec, status }: DaemonSet, pods: readonly Pod[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
  out.line(0, `Node-Selector:\t${pairs(spec.template.spec?.nodeSelector ?? {}).join(',') || '<none>'}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  out.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  out.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  out.line(0, `Pods Status:\t${podsStatus(pods)}`);
  describeTemplate(out, spec.template);
}

/** A StatefulSet with its pods and the claims it makes for each. */
export function describeStatefulSet(out: Description, { metadata, spec, status }: StatefulSet, pods: readonly Pod[]): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  out.line(0, `Selector:\t${formatLabelSelector(spec.selector)}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Replicas:\t${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  out.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ''}`);
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) out.line(1, `Partition:\t${partition}`);
  if (partition !== undefined && maxUnavailable !== undefined) out.line(1, `MaxUnavailable:\t${maxUnavailable}`);
  out.line(0, `Pods Status:\t${podsStatus(pods)}`);
  describeTemplate(out, spec.template);
  describeClaimTemplates(out, spec.volumeClaimTemplates ?? []);
}

const pairs = (texts: Readonly<Record<string, string>>): readonly string[] => Object.entries(texts).map(([key, value]) => `${key}=${value}`).sort();

function describeClaimTemplates(out: Description, templates: readonly PersistentVolumeClaim[]): void {
  out.line(0, templates.length === 0 ? 'Volume Claims:\t<none>' : 'Volume Claims:');
  for (const { metadata, spec } of templates) {
    out.line(1, `Name:\t${metadata.name}`);
    out.line(1, `StorageClass:\t${metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''}`);
    for (const [title, texts] of [['Labels', metadata.labels], ['Annotations', metadata.annotations]] as const) {
      const [first = '<none>', ...rest] = pairs(texts ?? {});
      out.line(1, `${title}:\t${first}`);
      for (const line of rest) out.line(1, `\t${line}`);
    }
    out.line(1, `Capacity:\t${spec.resources?.requests?.['storage'] ?? '<default>'}`);
    out.line(1, `Access Modes:\t[${(spec.accessModes ?? []).join(' ')}]`);
  }
}
