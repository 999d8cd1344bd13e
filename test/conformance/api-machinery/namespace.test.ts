import { describe, expect } from 'vitest';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import { Services } from '../../../src/kinds/core/service';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import type { Namespace } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance } from '../framework';

const gone = 'the namespace is gone';

describe('namespaces', () => {
  behaviour('api-machinery-068', () => {
    const { api } = startConformance();
    const name = 'finalized';
    const created = api.create(Namespaces, { metadata: { name }, spec: {} });
    expect(created.spec?.finalizers).toEqual(['kubernetes']);
    const finalizer = 'e2e.example.com/fakeFinalizer';
    const added = api.update(Namespaces, { ...created, spec: { finalizers: [...created.spec?.finalizers ?? [], finalizer] } }, 'finalize');
    expect(added.spec?.finalizers).toEqual(['kubernetes', finalizer]);
    const removed = api.update(Namespaces, { ...added, spec: { finalizers: ['kubernetes'] } }, 'finalize');
    expect(removed.spec?.finalizers).toEqual(['kubernetes']);
    expect(api.get(Namespaces, { name }).spec?.finalizers).toEqual(['kubernetes']);
  });

  behaviour('api-machinery-069', () => {
    const { api, namespace } = startConformance();
    const current = api.get(Namespaces, { name: namespace });
    const updated = api.update(Namespaces, { ...current, metadata: { ...current.metadata, labels: { ...current.metadata.labels, [namespace]: 'updated' } } });
    expect(updated.metadata.labels?.[namespace]).toBe('updated');
    expect(api.get(Namespaces, { name: namespace }).metadata.labels?.[namespace]).toBe('updated');
  });

  behaviour('api-machinery-070', () => {
    const { api } = startConformance();
    const name = 'with-status';
    api.create(Namespaces, { metadata: { name }, spec: {} });
    expect(api.get(Namespaces, { name }, 'status').status?.phase).toBe('Active');
    const condition = { type: 'StatusPatch', status: 'True', reason: 'E2E', message: 'Patched by an e2e test' };
    const patched = api.patch(Namespaces, { name }, { metadata: { annotations: { 'e2e-patched-ns-status': name } }, status: { conditions: [condition] } }, 'merge', 'status');
    expect([patched.metadata.annotations?.['e2e-patched-ns-status'], patched.status?.phase]).toEqual([name, 'Active']);
    expect(patched.status?.conditions?.map(({ type }) => type)).toEqual(['StatusPatch']);
    const second = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Updated by an e2e test' } as const;
    const next: Namespace = { ...patched, status: { ...patched.status, conditions: [...patched.status?.conditions ?? [], second] } };
    const updated = api.update(Namespaces, next, 'status');
    expect(updated.status?.conditions?.map(({ type, message }) => [type, message])).toEqual([[condition.type, condition.message], [second.type, second.message]]);
    expect([updated.status?.phase, updated.metadata.annotations?.['e2e-patched-ns-status']]).toEqual(['Active', name]);
  });

  behaviour('api-machinery-071', () => {
    const { api, until } = startConformance();
    const name = 'nsdeletetest';
    const make = () => api.create(Namespaces, { metadata: { name }, spec: {} });
    make();
    until('it has a service account', () => found(() => api.get(ServiceAccounts, { namespace: name, name: 'default' })));
    api.create(Pods, { metadata: { name: 'test-pod', namespace: name }, spec: { containers: [{ name: 'nginx', image: 'registry.k8s.io/pause:3.10' }] } });
    until('the pod runs', () => api.get(Pods, { namespace: name, name: 'test-pod' }).status?.phase === 'Running');
    api.delete(Namespaces, { name });
    until(gone, () => found(() => api.get(Namespaces, { name })) === undefined);
    make();
    expect(found(() => api.get(Pods, { namespace: name, name: 'test-pod' }))).toBeUndefined();
  });

  behaviour('api-machinery-072', () => {
    const { api, until } = startConformance();
    const name = 'nsdeletetest';
    const make = () => api.create(Namespaces, { metadata: { name }, spec: {} });
    make();
    api.create(Services, { metadata: { name: 'test-service', namespace: name }, spec: { selector: { foo: 'bar' }, ports: [{ port: 80, targetPort: 80 }] } });
    api.delete(Namespaces, { name });
    until(gone, () => found(() => api.get(Namespaces, { name })) === undefined);
    make();
    expect(found(() => api.get(Services, { namespace: name, name: 'test-service' }))).toBeUndefined();
  });

  behaviour('api-machinery-073', () => {
    const { api } = startConformance();
    const name = 'nspatchtest';
    api.create(Namespaces, { metadata: { name }, spec: {} });
    api.patch(Namespaces, { name }, { metadata: { labels: { testLabel: 'testValue' } } });
    expect(api.get(Namespaces, { name }).metadata.labels?.['testLabel']).toBe('testValue');
  });
});
