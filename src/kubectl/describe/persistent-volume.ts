import { age } from '../../kinds/columns';
import type { NodeSelectorRequirement, PersistentVolume, PersistentVolumeClaim } from '../../schema/types';
import { volumeSourceLines } from './volume-sources';
import { annotations, labels, type Description } from './writer';

const shortModes = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };

/** Access modes in their short words, in kubectl's order: `RWO,ROX`. */
export const accessModesText = (modes: readonly string[] = []): string =>
  Object.entries(shortModes).filter(([mode]) => modes.includes(mode)).map(([, short]) => short).join(',');

/** The phase of a volume or a claim, or for how long it has been going. */
export const phaseText = ({ metadata, status }: PersistentVolume | PersistentVolumeClaim, now: number): string =>
  (metadata.deletionTimestamp ? `Terminating (lasts ${age(metadata.deletionTimestamp, now)})` : status?.phase ?? '');

/** A volume: who claims it, where it may be used and what it is made of. */
export function describePersistentVolume(out: Description, volume: PersistentVolume, now: number): void {
  const { metadata, spec, status } = volume;
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  out.line(0, `StorageClass:\t${metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''}`);
  out.line(0, `Status:\t${phaseText(volume, now)}`);
  out.line(0, `Claim:\t${spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''}`);
  out.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`);
  out.line(0, `Access Modes:\t${accessModesText(spec.accessModes)}`);
  if (spec.volumeMode) out.line(0, `VolumeMode:\t${spec.volumeMode}`);
  out.line(0, `Capacity:\t${spec.capacity?.['storage'] ?? '0'}`);
  nodeAffinity(out, spec);
  out.line(0, `Message:\t${status?.message ?? ''}`);
  out.line(0, 'Source:');
  const source = volumeSourceLines(spec);
  if (!source) out.line(1, '<unknown>');
  for (const line of source ?? []) out.line(2, line);
}

function nodeAffinity(out: Description, { nodeAffinity: affinity }: PersistentVolume['spec']): void {
  const terms = affinity?.required?.nodeSelectorTerms;
  out.line(0, `Node Affinity:\t${terms ? '' : '<none>'}`);
  if (!terms) return;
  out.line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`);
  for (const [index, { matchExpressions = [] }] of terms.entries()) describeTerm(out, 2, index, matchExpressions.map(requirementText));
}

/** `Term 0:  zone in [a, b]`, further requirements below. */
export function describeTerm(out: Description, level: number, index: number, requirements: readonly string[]): void {
  out.line(level, `Term ${index}:\t${requirements[0] ?? '<none>'}`);
  for (const each of requirements.slice(1)) out.line(level, `\t${each}`);
}

const requirementText = ({ key, operator, values = [] }: NodeSelectorRequirement): string =>
  `${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`;
