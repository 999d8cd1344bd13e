import { timestamp } from '../../lib/timestamp';
import type { PersistentVolume, PersistentVolumeSpec } from '../../schema/types';
import { defineKind } from '../define';
import { change, fill, set } from '../sharing';
import { volumeRules } from './persistentvolume-rules';

function specDefaults(given: PersistentVolumeSpec): PersistentVolumeSpec {
  let spec = fill(given, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
  spec = change(spec, 'hostPath', (source) => (source.type === undefined ? { ...source, type: '' } : source));
  spec = change(spec, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  spec = change(spec, 'rbd', (source) => fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }));
  spec = change(spec, 'azureDisk', (source) => fill(source, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }));
  return change(spec, 'scaleIO', (source) => fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
}

/** Fields that came for what annotations said before. */
const replacedBy: Readonly<Record<string, string>> = {
  'volume.beta.kubernetes.io/storage-class': 'storageClassName',
  'volume.beta.kubernetes.io/mount-options': 'mountOptions',
};

export const PersistentVolumes = defineKind<PersistentVolume>('persistentvolumes', {
  defaults: (volume) => set(set(volume, 'spec', specDefaults(volume.spec)), 'status', fill(volume.status ?? {}, { phase: 'Pending' })),
  prepareForCreate: (volume) => ({ ...volume, status: { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp } }),
  prepareStatus(volume, previous, now) {
    const [status, before] = [volume.status ?? {}, previous.status ?? {}];
    const isOld = status.lastPhaseTransitionTime === undefined || status.lastPhaseTransitionTime === before.lastPhaseTransitionTime;
    return status.phase === before.phase || !isOld ? volume : { ...volume, status: { ...status, lastPhaseTransitionTime: timestamp(now) } };
  },
  rules: volumeRules,
  warnings: function* ({ spec, metadata }) {
    for (const [annotation, field] of Object.entries(replacedBy))
      if (metadata.annotations?.[annotation] !== undefined) yield `metadata.annotations[${annotation}]: deprecated since v1.8; use "${field}" attribute instead`;
    if (spec.persistentVolumeReclaimPolicy === 'Recycle')
      yield 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';
  },
});
