import { expect } from 'vitest';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { PersistentVolumes } from '../../../src/kinds/core/persistentvolume';
import { PersistentVolumeClaims } from '../../../src/kinds/core/persistentvolumeclaim';
import { CSIDrivers } from '../../../src/kinds/storage/csidriver';
import { CSINodes } from '../../../src/kinds/storage/csinode';
import { behaviour } from '../behaviours';
import { found, refusal, startConformance } from '../framework';

behaviour('storage-001', () => {
  const { api } = startConformance();
  const labels = { 'e2e-test': 'csi-driver' };
  const driver = api.create(CSIDrivers, { metadata: { name: 'inline-driver-a', labels }, spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] } });
  expect(api.get(CSIDrivers, { name: 'inline-driver-a' }).metadata.uid).toBe(driver.metadata.uid);
  expect(api.patch(CSIDrivers, driver.metadata, { metadata: { labels: { 'inline-driver-a': 'patched' } } }, 'merge').metadata.labels).toMatchObject({ 'inline-driver-a': 'patched' });
  const current = api.get(CSIDrivers, { name: 'inline-driver-a' });
  expect(api.update(CSIDrivers, { ...current, metadata: { ...current.metadata, labels: { ...current.metadata.labels, 'inline-driver-a': 'updated' } } }).metadata
    .labels).toMatchObject({ 'inline-driver-a': 'updated' });
  expect(api.list(CSIDrivers, undefined, { labelSelector: 'inline-driver-a=updated' }).items).toHaveLength(1);
  api.delete(CSIDrivers, { name: 'inline-driver-a' });
  expect(found(() => api.get(CSIDrivers, { name: 'inline-driver-a' }))).toBeUndefined();
  api.create(CSIDrivers, { metadata: { name: 'inline-driver-b', labels }, spec: { attachRequired: false } });
  api.deleteCollection(CSIDrivers, undefined, { labelSelector: 'e2e-test=csi-driver' });
  expect(api.list(CSIDrivers, undefined, { labelSelector: 'e2e-test=csi-driver' }).items).toEqual([]);
});

behaviour('storage-003', () => {
  const { api } = startConformance();
  const name = 'e2e-csinode';
  const created = api.create(CSINodes, { metadata: { name }, spec: { drivers: [] } });
  expect(api.get(CSINodes, { name }).metadata.uid).toBe(created.metadata.uid);
  expect(api.patch(CSINodes, { name }, { metadata: { labels: { [name]: 'patched' } } }, 'merge').metadata.labels).toEqual({ [name]: 'patched' });
  expect(api.list(CSINodes, undefined, { labelSelector: `${name}=patched` }).items).toHaveLength(1);
  api.delete(CSINodes, { name });
  expect(found(() => api.get(CSINodes, { name }))).toBeUndefined();
  const again = api.create(CSINodes, { metadata: { name }, spec: { drivers: [] } });
  expect(api.update(CSINodes, { ...again, metadata: { ...again.metadata, labels: { [name]: 'updated' } } }).metadata.labels).toEqual({ [name]: 'updated' });
  api.deleteCollection(CSINodes, undefined, { labelSelector: `${name}=updated` });
  expect(found(() => api.get(CSINodes, { name }))).toBeUndefined();
});

behaviour('storage-014', () => {
  const { api, namespace } = startConformance();
  const key = { namespace, name: 'immutable' };
  const created = api.create(ConfigMaps, { metadata: key, data: { 'data-1': 'value-1' } });
  const changed = api.update(ConfigMaps, { ...created, data: { ...created.data, 'data-2': 'value-2' } });
  const fixed = api.update(ConfigMaps, { ...changed, immutable: true });
  expect(refusal(() => api.update(ConfigMaps, { ...fixed, data: { 'data-2': 'value-3' } })).code).toBe(422);
  expect(refusal(() => api.update(ConfigMaps, { ...fixed, immutable: false })).code).toBe(422);
  expect(api.update(ConfigMaps, { ...fixed, metadata: { ...fixed.metadata, labels: { label: 'value' } } }).metadata.labels).toEqual({ label: 'value' });
  api.delete(ConfigMaps, key);
  expect(found(() => api.get(ConfigMaps, key))).toBeUndefined();
});

const volume = (name: string, labels: Readonly<Record<string, string>>) => ({
  metadata: { name, labels },
  spec: { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: name, csi: { driver: 'e2e-driver', volumeHandle: 'e2e-handle' } },
});
const claim = (namespace: string, name: string, storageClassName: string) =>
  ({ metadata: { name, namespace, labels: { e2e: name } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, storageClassName } });

behaviour('storage-044', () => {
  const { api, namespace, until } = startConformance();
  api.create(PersistentVolumes, volume('pv-status', { e2e: 'pv-status' }));
  const key = { namespace, name: 'pvc-status' };
  api.create(PersistentVolumeClaims, claim(namespace, key.name, 'pv-status'));
  until('claim and volume are bound', () => api.get(PersistentVolumeClaims, key).status?.phase === 'Bound' && api.get(PersistentVolumes, { name: 'pv-status' }).status?.phase === 'Bound');
  const conditions = [{ type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' }];
  const bound = api.get(PersistentVolumeClaims, key, 'status');
  expect(api.update(PersistentVolumeClaims, { ...bound, status: { ...bound.status, conditions } }, 'status').status?.conditions).toMatchObject(conditions);
  expect(api.patch(PersistentVolumeClaims, key, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'merge', 'status').status?.conditions)
    .toMatchObject([{ type: 'StatusPatched' }]);
  const place = { name: 'pv-status' };
  expect(api.patch(PersistentVolumes, place, { status: { message: 'StatusPatched', reason: 'E2E patchStatus' } }, 'merge', 'status').status)
    .toMatchObject({ message: 'StatusPatched', reason: 'E2E patchStatus' });
  const current = api.get(PersistentVolumes, place, 'status');
  expect(api.update(PersistentVolumes, { ...current, status: { ...current.status, message: 'StatusUpdated' } }, 'status').status?.message).toBe('StatusUpdated');
});

behaviour('storage-045', () => {
  const { api, namespace, until } = startConformance();
  const labels = { e2e: 'pv-lifecycle' };
  api.create(PersistentVolumes, volume('pv-lifecycle', labels));
  api.create(PersistentVolumeClaims, claim(namespace, 'pvc-lifecycle', 'pv-lifecycle'));
  const place = { name: 'pv-lifecycle' };
  const key = { namespace, name: 'pvc-lifecycle' };
  expect(api.list(PersistentVolumes, undefined, { labelSelector: 'e2e=pv-lifecycle' }).items).toHaveLength(1);
  expect(api.list(PersistentVolumeClaims, namespace).items).toHaveLength(1);
  expect(api.patch(PersistentVolumes, place, { metadata: { labels: { 'pv-lifecycle': 'patched' } } }).metadata.labels).toMatchObject({ 'pv-lifecycle': 'patched' });
  expect(api.patch(PersistentVolumeClaims, key, { metadata: { labels: { 'pvc-lifecycle': 'patched' } } }).metadata.labels).toMatchObject({ 'pvc-lifecycle': 'patched' });
  until('they are bound', () => api.get(PersistentVolumeClaims, key).status?.phase === 'Bound');
  api.delete(PersistentVolumeClaims, key);
  until('the claim is gone', () => found(() => api.get(PersistentVolumeClaims, key)) === undefined);
  api.delete(PersistentVolumes, place);
  until('the volume is gone', () => found(() => api.get(PersistentVolumes, place)) === undefined);
  const again = api.create(PersistentVolumes, volume('pv-lifecycle', labels));
  const updated = api.update(PersistentVolumes, { ...again, metadata: { ...again.metadata, labels: { ...labels, 'pv-lifecycle': 'updated' } } });
  expect(updated.metadata.labels).toMatchObject({ 'pv-lifecycle': 'updated' });
  api.create(PersistentVolumeClaims, claim(namespace, 'pvc-lifecycle', 'pv-lifecycle'));
  api.deleteCollection(PersistentVolumeClaims, namespace, { labelSelector: 'e2e=pvc-lifecycle' });
  until('the claim is gone', () => found(() => api.get(PersistentVolumeClaims, key)) === undefined);
  api.deleteCollection(PersistentVolumes, undefined, { labelSelector: 'pv-lifecycle=updated' });
  until('the volume is gone', () => found(() => api.get(PersistentVolumes, place)) === undefined);
});
