import { expect } from 'vitest';
import { PodCertificateRequests } from '../../../src/kinds/certificates/podcertificaterequest';
import { behaviour } from '../behaviours';
import { refusal, startConformance } from '../framework';

behaviour('auth-002', () => {
  const { api, namespace, wait } = startConformance('podcertificates', { nodes: 1, runtimeConfig: ['certificates.k8s.io/v1beta1'] });
  const discovered = api.json('/apis/certificates.k8s.io/v1beta1') as { resources: { name: string }[] };
  expect(discovered.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['podcertificaterequests', 'podcertificaterequests/status']));
  const spec = {
    signerName: 'example.com/e2e', podName: 'p', podUID: 'u1', serviceAccountName: 'default', serviceAccountUID: 'u2', nodeName: 'node-1', nodeUID: 'u3',
    maxExpirationSeconds: 86_400, stubPKCS10Request: btoa('a request'),
  };
  const watched = api.watch(PodCertificateRequests, namespace);
  const made = api.create(PodCertificateRequests, { metadata: { name: 'one', namespace, labels: { special: 'e2e' } }, spec });
  api.create(PodCertificateRequests, { metadata: { name: 'two', namespace, labels: { special: 'e2e' } }, spec });
  expect(api.get(PodCertificateRequests, made.metadata).spec.signerName).toBe('example.com/e2e');
  expect(api.list(PodCertificateRequests, namespace, { labelSelector: 'special=e2e' }).items).toHaveLength(2);
  expect(api.list(PodCertificateRequests).items).toHaveLength(2);
  const patched = api.patch(PodCertificateRequests, made.metadata, { metadata: { annotations: { patched: 'true' } } }, 'merge');
  const updated = api.update(PodCertificateRequests, { ...patched, metadata: { ...patched.metadata, annotations: { updated: 'true' } } });
  expect(updated.metadata.annotations).toEqual({ updated: 'true' });
  expect(refusal(() => api.update(PodCertificateRequests, { ...updated, spec: { ...updated.spec, podName: 'other' } })).code).toBe(422);
  const conditions = [{ type: 'Denied', status: 'True', reason: 'E2E', message: 'not today', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  expect(api.update(PodCertificateRequests, { ...updated, status: { conditions } }, 'status').status?.conditions).toMatchObject([{ type: 'Denied' }]);
  api.patch(PodCertificateRequests, made.metadata, { metadata: { annotations: { patchedstatus: 'true' } } }, 'merge', 'status');
  expect(api.get(PodCertificateRequests, made.metadata, 'status').status?.conditions).toHaveLength(1);
  api.delete(PodCertificateRequests, made.metadata);
  expect(refusal(() => api.get(PodCertificateRequests, made.metadata)).code).toBe(404);
  api.deleteCollection(PodCertificateRequests, namespace, { labelSelector: 'special=e2e' });
  expect(api.list(PodCertificateRequests, namespace).items).toEqual([]);
  wait(1_000);
  expect(watched.events.map(({ type }) => type)).toContain('DELETED');
});
