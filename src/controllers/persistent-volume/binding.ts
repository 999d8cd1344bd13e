import { storageClassOf } from '../../kinds/core/storage-class-of';
import { compareQuantities } from '../../lib/quantity';
import { matches } from '../../lib/selectors';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../schema/types';

/** What the controllers, the scheduler and provisioners tell each other. */
export const annotations = {
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  selectedNode: 'volume.kubernetes.io/selected-node',
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  betaProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  defaultClass: 'storageclass.kubernetes.io/is-default-class',
  betaClass: 'volume.beta.kubernetes.io/storage-class',
} as const;

export const requestOf = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.['storage'] ?? '0';
export const capacityOf = ({ spec }: PersistentVolume): string => spec.capacity?.['storage'] ?? '0';
export const classOfVolume = ({ metadata, spec }: PersistentVolume): string => metadata.annotations?.[annotations.betaClass] ?? spec.storageClassName ?? '';

/** Whether the volume's claimRef names the claim: before it is bound by name alone, then by uid too. */
export function isFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Whether a node has to be chosen before the claim may be bound. */
export const waitsForNode = ({ metadata }: PersistentVolumeClaim, storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && metadata.annotations?.[annotations.selectedNode] === undefined;

/** Why a volume that the claim names itself cannot be bound to it. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantities(capacityOf(volume), requestOf(claim)) < 0) return 'requested PV is too small';
  if (classOfVolume(volume) !== (storageClassOf(claim) ?? '')) return 'storageClassName does not match';
  if ((volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

const hasModes = ({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean => (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));

/**
 * The volume a claim is to have: one that was meant for it, or the smallest that is free and fits. While a node has to be chosen first, only the former;
 * the scheduler chooses among the others.
 */
export function bestMatch(claim: PersistentVolumeClaim, volumes: Iterable<PersistentVolume>, waits: boolean): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec: { claimRef }, status } = volume;
    if (metadata.deletionTimestamp !== undefined) continue;
    const isMeant = claimRef !== undefined && isFor(volume, claim);
    if (!isMeant && (waits || claimRef || status?.phase !== 'Available' || !matchesSelector(volume, claim))) continue;
    if (mismatch(volume, claim) !== undefined) continue;
    if (isMeant) return volume;
    const order = best ? compareQuantities(capacityOf(volume), capacityOf(best)) : -1;
    if (order < 0 || (order === 0 && best && metadata.name < best.metadata.name)) best = volume;
  }
  return best;
}

const matchesSelector = ({ metadata }: PersistentVolume, { spec }: PersistentVolumeClaim): boolean => !spec.selector || matches(spec.selector, metadata.labels);
