import type { DownwardAPIVolumeFile, ObjectFieldSelector, Volume, VolumeProjection } from '../../schema/types';
import { change, fill, mapItems } from '../sharing';
import { pullPolicyOf } from './image-name';

/** 0644. */
const defaultMode = 420;

/** A volume that names no source is an emptyDir; sources get what upstream gives each. */
export function volumeDefaults(volume: Volume): Volume {
  if (Object.keys(volume).every((key) => key === 'name')) return { ...volume, emptyDir: {} };
  let result = change(volume, 'secret', (source) => fill(source, { defaultMode }));
  result = change(result, 'configMap', (source) => fill(source, { defaultMode }));
  result = change(result, 'downwardAPI', (source) => fill(change(source, 'items', (items) => mapItems(items, downwardFile)), { defaultMode }));
  result = change(result, 'projected', (source) => fill(change(source, 'sources', (sources) => mapItems(sources, projection)), { defaultMode }));
  result = change(result, 'hostPath', (source) => (source.type === undefined ? { ...source, type: '' } : source));
  result = change(result, 'image', (source) => fill(source, { pullPolicy: pullPolicyOf(source.reference ?? '') }));
  result = change(result, 'ephemeral', (source) =>
    change(source, 'volumeClaimTemplate', (template) => ({ ...template, spec: fill(template.spec, { volumeMode: 'Filesystem' }) })));
  result = change(result, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  result = change(result, 'rbd', (source) => fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }));
  result = change(result, 'azureDisk', (source) => fill(source, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }));
  return change(result, 'scaleIO', (source) => fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
}

/** `metadata.name` of which API version: v1. */
export const fieldRefDefaults = (reference: ObjectFieldSelector): ObjectFieldSelector => fill(reference, { apiVersion: 'v1' });
const downwardFile = (file: DownwardAPIVolumeFile): DownwardAPIVolumeFile => change(file, 'fieldRef', fieldRefDefaults);

const projection = (source: VolumeProjection): VolumeProjection =>
  change(
    change(source, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: 3600 })),
    'downwardAPI',
    (api) => change(api, 'items', (items) => mapItems(items, downwardFile)),
  );
