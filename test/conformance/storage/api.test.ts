import { expect } from 'vitest';
import { Pods } from '../../../src/kinds/core/pod';
import { Secrets } from '../../../src/kinds/core/secret';
import { CSIDrivers } from '../../../src/kinds/storage/csidriver';
import { CSIStorageCapacities } from '../../../src/kinds/storage/csistoragecapacity';
import { StorageClasses } from '../../../src/kinds/storage/storageclass';
import { VolumeAttachments } from '../../../src/kinds/storage/volumeattachment';
import { VolumeAttributesClasses } from '../../../src/kinds/storage/volumeattributesclass';
import { behaviour } from '../behaviours';
import { found, refusal, startConformance } from '../framework';

behaviour('storage-002', () => {
  const { api, namespace, until } = startConformance();
  api.create(CSIDrivers, { metadata: { name: 'inline.e2e.example.com' }, spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] } });
  const key = { namespace, name: 'inline' };
  api.create(Pods, {
    metadata: { ...key, labels: { test: 'inline' } },
    spec: {
      terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'nginx', volumeMounts: [{ name: 'inline', mountPath: '/data' }] }],
      volumes: [{ name: 'inline', csi: { driver: 'inline.e2e.example.com', volumeAttributes: { size: '1Gi' } } }],
    },
  });
  expect(api.get(Pods, key).spec.volumes).toContainEqual({ name: 'inline', csi: { driver: 'inline.e2e.example.com', volumeAttributes: { size: '1Gi' } } });
  expect(api.list(Pods, namespace, { labelSelector: 'test=inline' }).items).toHaveLength(1);
  expect(api.patch(Pods, key, { metadata: { labels: { patched: 'yes' } } }).metadata.labels).toMatchObject({ patched: 'yes' });
  api.delete(Pods, key);
  until('the pod is gone', () => found(() => api.get(Pods, key)) === undefined);
});

behaviour('storage-004', () => {
  const { api, namespace, wait } = startConformance();
  const make = (name: string) => ({ metadata: { name, namespace, labels: { test: 'capacity' } }, storageClassName: 'e2e', capacity: '1Gi' });
  const created = api.create(CSIStorageCapacities, make('one'));
  expect(api.get(CSIStorageCapacities, created.metadata).metadata.uid).toBe(created.metadata.uid);
  expect(api.list(CSIStorageCapacities).items.map(({ metadata }) => metadata.name)).toEqual(['one']);
  expect(api.list(CSIStorageCapacities, namespace).items).toHaveLength(1);
  expect(refusal(() => api.update(CSIStorageCapacities, { ...created, storageClassName: 'other' })).code).toBe(422);
  expect(api.patch(CSIStorageCapacities, created.metadata, { metadata: { annotations: { patched: 'true' } } }, 'merge').metadata.annotations).toEqual({ patched: 'true' });
  const current = api.get(CSIStorageCapacities, created.metadata);
  expect(api.update(CSIStorageCapacities, { ...current, capacity: '2Gi' }).capacity).toBe('2Gi');
  api.delete(CSIStorageCapacities, created.metadata);
  expect(found(() => api.get(CSIStorageCapacities, created.metadata))).toBeUndefined();
  api.create(CSIStorageCapacities, make('two'));
  api.create(CSIStorageCapacities, make('three'));
  api.deleteCollection(CSIStorageCapacities, namespace, { labelSelector: 'test=capacity' });
  wait(1_000);
  expect(api.list(CSIStorageCapacities, namespace).items).toEqual([]);
});

behaviour('storage-082', () => {
  const { api, namespace } = startConformance();
  const key = { namespace, name: 'immutable' };
  const created = api.create(Secrets, { metadata: key, data: { 'data-1': 'dmFsdWUtMQo=' } });
  const changed = api.update(Secrets, { ...created, data: { ...created.data, 'data-2': 'dmFsdWUtMg==' } });
  const fixed = api.update(Secrets, { ...changed, immutable: true });
  expect(refusal(() => api.update(Secrets, { ...fixed, data: { 'data-3': 'dmFsdWUtMw==' } })).code).toBe(422);
  expect(refusal(() => api.update(Secrets, { ...fixed, immutable: false })).code).toBe(422);
  expect(api.update(Secrets, { ...fixed, metadata: { ...fixed.metadata, labels: { label: 'value' } } }).metadata.labels).toEqual({ label: 'value' });
  api.delete(Secrets, key);
  expect(found(() => api.get(Secrets, key))).toBeUndefined();
});

behaviour('storage-083', () => {
  const { api } = startConformance();
  const make = (name: string) => ({ metadata: { name, labels: { e2e: 'class' } }, provisioner: 'e2e.example.com/provisioner', reclaimPolicy: 'Delete' });
  const created = api.create(StorageClasses, make('first'));
  expect(api.get(StorageClasses, { name: 'first' }).metadata.uid).toBe(created.metadata.uid);
  expect(api.patch(StorageClasses, { name: 'first' }, { metadata: { labels: { first: 'patched' } } }, 'merge').metadata.labels).toMatchObject({ first: 'patched' });
  expect(api.list(StorageClasses, undefined, { labelSelector: 'first=patched' }).items).toHaveLength(1);
  api.delete(StorageClasses, { name: 'first' });
  expect(found(() => api.get(StorageClasses, { name: 'first' }))).toBeUndefined();
  const again = api.create(StorageClasses, make('second'));
  expect(api.update(StorageClasses, { ...again, metadata: { ...again.metadata, labels: { ...again.metadata.labels, second: 'updated' } } }).metadata.labels).toMatchObject({ second: 'updated' });
  api.deleteCollection(StorageClasses, undefined, { labelSelector: 'second=updated' });
  expect(found(() => api.get(StorageClasses, { name: 'second' }))).toBeUndefined();
});

const attachment = (name: string) => ({ metadata: { name, labels: { e2e: name } }, spec: { attacher: 'e2e-attacher', nodeName: 'node-1', source: { persistentVolumeName: `pv-${name}` } } });

behaviour('storage-089', () => {
  const { api } = startConformance();
  const key = { name: 'status' };
  api.create(VolumeAttachments, attachment(key.name));
  expect(api.patch(VolumeAttachments, key, { status: { attached: true } }, 'merge', 'status').status?.attached).toBe(true);
  const current = api.get(VolumeAttachments, key, 'status');
  expect(current.status?.attached).toBe(true);
  expect(api.update(VolumeAttachments, { ...current, status: { attached: false } }, 'status').status?.attached).toBe(false);
  expect(api.get(VolumeAttachments, key).status?.attached).toBe(false);
});

behaviour('storage-090', () => {
  const { api } = startConformance();
  const created = api.create(VolumeAttachments, attachment('first'));
  expect(api.get(VolumeAttachments, { name: 'first' }).metadata.uid).toBe(created.metadata.uid);
  expect(api.patch(VolumeAttachments, { name: 'first' }, { metadata: { labels: { first: 'patched' } } }, 'merge').metadata.labels).toMatchObject({ first: 'patched' });
  expect(api.list(VolumeAttachments, undefined, { labelSelector: 'first=patched' }).items).toHaveLength(1);
  api.delete(VolumeAttachments, { name: 'first' });
  expect(found(() => api.get(VolumeAttachments, { name: 'first' }))).toBeUndefined();
  const again = api.create(VolumeAttachments, attachment('second'));
  expect(api.update(VolumeAttachments, { ...again, metadata: { ...again.metadata, labels: { second: 'updated' } } }).metadata.labels).toEqual({ second: 'updated' });
  api.deleteCollection(VolumeAttachments, undefined, { labelSelector: 'second=updated' });
  expect(found(() => api.get(VolumeAttachments, { name: 'second' }))).toBeUndefined();
});

behaviour('storage-091', () => {
  const { api, until } = startConformance();
  const make = (name: string) => ({ metadata: { name, labels: { e2e: 'attributes' } }, driverName: 'e2e.example.com', parameters: { foo: 'bar' } });
  const created = api.create(VolumeAttributesClasses, make('first'));
  expect(api.get(VolumeAttributesClasses, { name: 'first' }).metadata.uid).toBe(created.metadata.uid);
  expect(api.patch(VolumeAttributesClasses, { name: 'first' }, { metadata: { labels: { first: 'patched' } } }, 'merge').metadata.labels).toMatchObject({ first: 'patched' });
  expect(api.list(VolumeAttributesClasses, undefined, { labelSelector: 'first=patched' }).items).toHaveLength(1);
  const current = api.get(VolumeAttributesClasses, { name: 'first' });
  expect(refusal(() => api.update(VolumeAttributesClasses, { ...current, parameters: { foo: 'other' } })).code).toBe(422);
  api.delete(VolumeAttributesClasses, { name: 'first' });
  until('it is gone', () => found(() => api.get(VolumeAttributesClasses, { name: 'first' })) === undefined);
  const again = api.create(VolumeAttributesClasses, make('second'));
  expect(api.update(VolumeAttributesClasses, { ...again, metadata: { ...again.metadata, labels: { second: 'updated' } } }).metadata.labels).toEqual({ second: 'updated' });
  api.deleteCollection(VolumeAttributesClasses, undefined, { labelSelector: 'second=updated' });
  until('it is gone', () => found(() => api.get(VolumeAttributesClasses, { name: 'second' })) === undefined);
});
