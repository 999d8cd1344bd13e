import { storageClassOf } from '../../kinds/core/storage-class-of';
import type { PersistentVolumeClaim, Pod } from '../../schema/types';
import { accessModesText, phaseText } from './persistent-volume';
import { annotations, labels, longTime, multiline, type Description } from './writer';

/** A claim with the pods that use it. `pods` are all of its namespace. */
export function describePersistentVolumeClaim(out: Description, claim: PersistentVolumeClaim, pods: readonly Pod[], now: number): void {
  const { metadata, spec, status } = claim;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  out.line(0, `StorageClass:\t${storageClassOf(claim) ?? ''}`);
  out.line(0, `Status:\t${phaseText(claim, now)}`);
  out.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  out.line(0, `Capacity:\t${spec.volumeName ? status?.capacity?.['storage'] ?? '0' : ''}`);
  out.line(0, `Access Modes:\t${spec.volumeName ? accessModesText(status?.accessModes) : ''}`);
  if (spec.volumeMode) out.line(0, `VolumeMode:\t${spec.volumeMode}`);
  for (const line of dataSourceLines(spec.dataSource)) out.line(0, line);
  multiline(out, 'Used By', usersOf(claim, pods).map((pod) => pod.metadata.name).sort());
  conditions(out, status?.conditions ?? []);
}

/** What a claim's volume is filled from. */
export function dataSourceLines(source: PersistentVolumeClaim['spec']['dataSource']): readonly string[] {
  if (!source) return [];
  return ['DataSource:', ...(source.apiGroup === undefined ? [] : [`  APIGroup:\t${source.apiGroup}`]), `  Kind:\t${source.kind}`, `  Name:\t${source.name}`];
}

/** Pods that mount the claim, and pods for which it was made. */
function usersOf({ metadata }: PersistentVolumeClaim, pods: readonly Pod[]): readonly Pod[] {
  const owners = new Set((metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid));
  return pods.filter((pod) => owners.has(pod.metadata.uid) || pod.spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name));
}

function conditions(out: Description, all: NonNullable<NonNullable<PersistentVolumeClaim['status']>['conditions']>): void {
  if (all.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of all)
    out.line(1, [type, status, longTime(lastProbeTime), longTime(lastTransitionTime), reason, message].join(' \t'));
}
