import { expect } from 'vitest';
import { RestClient } from '../rest-client';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Secrets } from '../../../src/kinds/core/secret';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { CertificateSigningRequests } from '../../../src/kinds/certificates/certificatesigningrequest';
import { RoleBindings } from '../../../src/kinds/rbac/roles';
import { behaviour } from '../behaviours';
import { refusal, startConformance } from '../framework';

/** A request of CN=e2e.example.com, and a certificate for it. */
const pem = `-----BEGIN CERTIFICATE REQUEST-----
MIHUMHwCAQAwGjEYMBYGA1UEAwwPZTJlLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEGKrhrvI5ERsu6WJJApRUOTa3gQ7y/OC/pVcBXP99sii3
1heWNzw+1s5wR8PNCCoE8ccuMdew4XvButDvN3eheKAAMAoGCCqGSM49BAMCA0gA
MEUCIQDncBMKcWXka4u7hUzzYY90K3/C7/SJzyQRZ/qdYA64EQIgcqH1KX8ATOil
oszR8CgOBM8gzZzEUCzB/LgypppvaSw=
-----END CERTIFICATE REQUEST-----
`;
const certificate = `-----BEGIN CERTIFICATE-----
MIIBLzCB1wIUP/WsbbMzKAV7C26sohTpPP7g8O4wCgYIKoZIzj0EAwIwGjEYMBYG
A1UEAwwPZTJlLmV4YW1wbGUuY29tMCAXDTI2MTEyMTEyMzMwOVoYDzIxMjYxMDI4
MTIzMzA5WjAaMRgwFgYDVQQDDA9lMmUuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQYquGu8jkRGy7pYkkClFQ5NreBDvL84L+lVwFc/32yKLfW
F5Y3PD7WznBHw80IKgTxxy4x17Dhe8G60O83d6F4MAoGCCqGSM49BAMCA0cAMEQC
IAntgPZRQnXJkQjTB8FtVDrtZUGkvmQKCD/XgL1cYV7OAiBCt4dRaB4nRKHLGljH
hQWsfDOuwtGEqkCUMR7inZn9hA==
-----END CERTIFICATE-----
`;

behaviour('auth-001', () => {
  const { api, wait } = startConformance('certificates', { nodes: 1, authorizationMode: 'RBAC' });
  const discovered = api.json('/apis/certificates.k8s.io/v1') as { resources: { name: string }[] };
  expect(discovered.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(
    ['certificatesigningrequests', 'certificatesigningrequests/approval', 'certificatesigningrequests/status']));
  const draft = (name: string) => ({
    metadata: { name, labels: { special: 'e2e' } },
      spec: { request: btoa(pem), signerName: 'example.com/e2e', usages: ['digital signature', 'key encipherment', 'client auth'], expirationSeconds: 3600 },
  });
  const watched = api.watch(CertificateSigningRequests, undefined, { labelSelector: 'special=e2e' });
  const made = api.create(CertificateSigningRequests, draft('one'));
  expect(made.spec).toMatchObject({ username: 'kubernetes-admin', groups: api.user.groups });
  for (const name of ['two', 'three']) api.create(CertificateSigningRequests, draft(name));
  expect(api.get(CertificateSigningRequests, { name: 'one' }).metadata.uid).toBe(made.metadata.uid);
  expect(api.list(CertificateSigningRequests, undefined, { labelSelector: 'special=e2e' }).items).toHaveLength(3);
  const patched = api.patch(CertificateSigningRequests, { name: 'one' }, { metadata: { annotations: { patched: 'true' } }, spec: { signerName: 'other.com/x' } }, 'merge');
  expect([patched.metadata.annotations, patched.spec.signerName]).toEqual([{ patched: 'true' }, 'example.com/e2e']);
  const updated = api.update(CertificateSigningRequests, { ...patched, metadata: { ...patched.metadata, annotations: { updated: 'true' } } });
  expect(updated.metadata.annotations).toEqual({ updated: 'true' });
  const approved = api.update(CertificateSigningRequests, { ...updated, status: { conditions: [{ type: 'Approved', status: 'True', reason: 'E2E', message: 'Set from an e2e test' }] } }, 'approval');
  expect(approved.status?.conditions).toMatchObject([{ type: 'Approved', status: 'True', reason: 'E2E' }]);
  api.patch(CertificateSigningRequests, { name: 'one' }, { metadata: { annotations: { patchedapproval: 'true' } } }, 'merge', 'approval');
  const issued = api.update(CertificateSigningRequests, { ...api.get(CertificateSigningRequests, { name: 'one' }), status: { certificate: btoa(certificate) } }, 'status');
  expect(issued.status).toMatchObject({ certificate: btoa(certificate), conditions: [{ type: 'Approved' }] });
  api.patch(CertificateSigningRequests, { name: 'one' }, { metadata: { annotations: { patchedstatus: 'true' } } }, 'merge', 'status');
  expect(api.get(CertificateSigningRequests, { name: 'one' }, 'status').metadata.annotations).toMatchObject({ patchedapproval: 'true', patchedstatus: 'true' });
  const denied = { status: { conditions: [{ type: 'Denied', status: 'True' }, ...(issued.status?.conditions ?? [])] } };
  expect(refusal(() => api.patch(CertificateSigningRequests, { name: 'one' }, denied, 'merge', 'approval')).code).toBe(422);
  api.delete(CertificateSigningRequests, { name: 'one' });
  expect(refusal(() => api.get(CertificateSigningRequests, { name: 'one' })).code).toBe(404);
  api.deleteCollection(CertificateSigningRequests, undefined, { labelSelector: 'special=e2e' });
  expect(api.list(CertificateSigningRequests, undefined, { labelSelector: 'special=e2e' }).items).toEqual([]);
  wait(1_000);
  expect(watched.events[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
});

behaviour('auth-011', () => {
  const { cluster: { server }, api, namespace } = startConformance('subjectreview', { nodes: 1, authorizationMode: 'RBAC' });
  api.create(ServiceAccounts, { metadata: { name: 'e2e', namespace } });
  const username = `system:serviceaccount:${namespace}:e2e`;
  api.create(RoleBindings, {
    metadata: { name: 'view', namespace }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'e2e', namespace }],
  });
  const resourceOf = { configmaps: ConfigMaps, secrets: Secrets } as const;
  for (const [resource, kind] of Object.entries(resourceOf)) {
    const resourceAttributes = { verb: 'list', resource, namespace, version: 'v1' };
    const ask = (path: string, kindName: string, metadata: object) => (JSON.parse(api.raw('POST', path, {
      body: { apiVersion: 'authorization.k8s.io/v1', kind: kindName, metadata, spec: { user: username, resourceAttributes } },
    }).body) as { status: { allowed: boolean } }).status.allowed;
    const everywhere = ask('/apis/authorization.k8s.io/v1/subjectaccessreviews', 'SubjectAccessReview', {});
    const here = ask(`/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`, 'LocalSubjectAccessReview', { namespace });
    const answer = new RestClient(server, api.user).raw('GET', `/api/v1/namespaces/${namespace}/${kind.facts.plural}`, { headers: { 'impersonate-user': username } });
    expect([everywhere, here]).toEqual([answer.code === 200, answer.code === 200]);
    expect(everywhere).toBe(resource === 'configmaps');
  }
});
