import { expect } from 'vitest';
import { StorageVersionMigrations } from '../../../src/kinds/storagemigration/storageversionmigration';
import type { StorageVersionMigration } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance } from '../framework';

const test = 'test.storagemigration.example.com';
const labelSelector = 'e2e-test.kubernetes.io=storage-version-migration';
const condition = { type: 'TestCondition', status: 'True', reason: 'TestReason', message: 'TestMessage', lastTransitionTime: '2026-01-01T00:00:00Z' } as const;
const draft = { metadata: { name: 'test', labels: { 'e2e-test.kubernetes.io': 'storage-version-migration' } }, spec: { resource: { group: '', resource: 'foo' } } };
const conditioned = { status: { conditions: [condition] } };

behaviour('api-machinery-090', () => {
  const { api, wait } = startConformance('storage-version-migration', { runtimeConfig: ['storagemigration.k8s.io/v1beta1'] });
  const kind = StorageVersionMigrations;
  const key = { name: 'test' };
  const { resources } = api.json('/apis/storagemigration.k8s.io/v1beta1') as { readonly resources: readonly { readonly name: string }[] };
  expect(resources.map(({ name }) => name)).toEqual(['storageversionmigrations', 'storageversionmigrations/status']);
  const watched = api.watch(kind, undefined, { labelSelector });

  const created = api.create(kind, draft, { fieldValidation: 'Strict' });
  expect(api.get(kind, key)).toEqual(created);
  const updated = api.update(kind, { ...created, metadata: { ...created.metadata, labels: { ...created.metadata.labels, [test]: 'test' } } });
  expect(updated.metadata.labels?.[test]).toBe('test');
  expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
  expect(refusal(() => api.update(kind, { ...updated, spec: { resource: { group: '', resource: 'bar' } } })).message).toContain('spec: Invalid value');
  expect(api.update(kind, { ...updated, ...conditioned }, 'status').status?.conditions).toEqual([condition]);
  expect(api.get(kind, key, 'status').status?.conditions).toEqual([condition]);

  const again = (): StorageVersionMigration => {
    api.delete(kind, key);
    expect(refusal(() => api.get(kind, key)).code).toBe(404);
    return api.create(kind, draft);
  };
  const patches = ['strategic', 'merge', 'apply', 'json'] as const;
  for (const type of patches) {
    const { metadata: { uid } } = again();
    const whole = (labels: object, part: object) => ({ kind: kind.kind, apiVersion: kind.apiVersion, ...part, metadata: { ...labels, ...key, uid } });
    const options = { fieldValidation: 'Strict', ...(type === 'apply' && { fieldManager: 'test-apply', force: true }) };
    const ofSpec = type === 'json' ? [{ op: 'add', path: `/metadata/labels/${test}`, value: 'test' }] : whole({ labels: { [test]: 'test' } }, {});
    expect(api.patch(kind, key, ofSpec, type, undefined, options).metadata.labels?.[test]).toBe('test');
    const ofStatus = type === 'json' ? [{ op: 'add', path: '/status', value: conditioned.status }] : whole({}, conditioned);
    expect(api.patch(kind, key, ofStatus, type, 'status', options).status?.conditions).toEqual([condition]);
  }

  api.create(kind, { ...draft, metadata: { ...draft.metadata, name: 'other' } });
  expect(api.list(kind, undefined, { labelSelector }).items.map(({ metadata: { name } }) => name)).toEqual(['other', 'test']);
  api.deleteCollection(kind, undefined, { labelSelector });
  expect(api.list(kind).items).toEqual([]);
  wait(1_000);
  const ofTheFirst = watched.events.filter(({ object }) => object.metadata.uid === created.metadata.uid).map(({ type }) => type);
  expect(ofTheFirst).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
});
