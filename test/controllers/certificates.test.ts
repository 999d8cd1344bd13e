import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LocalClient } from '../../src/api/local-client';
import { createCluster, type Cluster } from '../../src/cluster';
import { rootCertificate } from '../../src/cluster/root-certificate';
import { CertificateSigningRequests } from '../../src/kinds/certificates/certificatesigningrequest';
import { ClusterRoleBindings } from '../../src/kinds/rbac/roles';
import { authorityCertificate } from '../../src/lib/certificates/authority';

const folder = mkdtempSync(join(tmpdir(), 'requests-'));
afterAll(() => rmSync(folder, { recursive: true }));
const key = join(folder, 'key.pem');
writeFileSync(key, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));

function pemOf(subject: string, ...more: readonly string[]): string {
  const file = join(folder, 'request.pem');
  execFileSync('openssl', ['req', '-new', '-key', key, '-subj', subject, '-out', file, ...more], { stdio: 'pipe' });
  return btoa(readFileSync(file, 'utf8'));
}
const client = 'kubernetes.io/kube-apiserver-client';
const minutes = 60_000;
const start = () => createCluster({ nodes: 1 }).boot();
type Wanted = { readonly subject?: string; readonly signerName?: string; readonly usages?: readonly string[]; readonly expirationSeconds?: number; readonly api?: LocalClient };
const ask = (cluster: Cluster, name: string, { subject = '/CN=jane/O=developers', signerName = client, usages = ['client auth'], expirationSeconds, api = cluster.client }: Wanted = {}) =>
  api.create(CertificateSigningRequests, { metadata: { name }, spec: { request: pemOf(subject), signerName, usages, ...(expirationSeconds !== undefined && { expirationSeconds }) } });
const found = (cluster: Cluster, name: string) => cluster.client.list(CertificateSigningRequests).items.find(({ metadata }) => metadata.name === name);
const decide = (cluster: Cluster, name: string, type: 'Approved' | 'Denied') => {
  const csr = cluster.client.get(CertificateSigningRequests, { name });
  cluster.client.update(CertificateSigningRequests,
    { ...csr, status: { ...csr.status, conditions: [{ type, status: 'True', reason: 'KubectlApprove', message: 'This CSR was approved by kubectl certificate approve.' }] } }, 'approval');
};
const certificateOf = (cluster: Cluster, name: string) => new X509Certificate(atob(found(cluster, name)?.status?.certificate ?? ''));
const restart = (cluster: Cluster) => cluster.kubelets.kill({ namespace: 'kube-system', name: 'kube-controller-manager-control-plane' }, 'kube-controller-manager');

describe('certificate signing requests', () => {
  test('the published root certificate is the one that signs', () => expect(rootCertificate).toBe(authorityCertificate()));

  test('get a real certificate once they are approved, and none before', () => {
    const cluster = start();
    ask(cluster, 'jane', { expirationSeconds: 86_400 });
    cluster.clock.advanceBy(minutes);
    expect(found(cluster, 'jane')?.status?.certificate).toBeUndefined();
    decide(cluster, 'jane', 'Approved');
    cluster.clock.advanceBy(1_000);
    const certificate = certificateOf(cluster, 'jane');
    const authority = new X509Certificate(rootCertificate);
    expect(certificate.verify(authority.publicKey) && certificate.checkIssued(authority)).toBe(true);
    expect(certificate.subject.split('\n').sort()).toEqual(['CN=jane', 'O=developers']);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(86_400_000);
    expect(Math.abs(Date.parse(certificate.validFrom) + 5 * minutes - cluster.clock.now())).toBeLessThan(2_000);
  });

  test('that are denied or are somebody else\'s to sign stay without one', () => {
    const cluster = start();
    ask(cluster, 'denied');
    ask(cluster, 'other', { signerName: 'example.com/mine' });
    decide(cluster, 'denied', 'Denied');
    decide(cluster, 'other', 'Approved');
    cluster.clock.advanceBy(minutes);
    for (const name of ['denied', 'other']) expect(found(cluster, name)?.status?.certificate).toBeUndefined();
  });

  test.each([
    ['server auth', { usages: ['server auth'] }, 'invalid usage for client certificate: server auth'],
    ['no client', { usages: ['digital signature'] }, 'missing required usage for client certificate: client auth'],
    ['no node', { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth', 'digital signature'] }, 'subject organization is not system:nodes'],
    ['no names', { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth', 'digital signature'], subject: '/O=system:nodes/CN=system:node:node-1' },
      'DNS or IP subjectAltName is required'],
    ['other usages', { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', subject: '/O=system:nodes/CN=system:node:node-1' },
      'usages did not match [client auth digital signature key encipherment]'],
  ])('fail for good when the signer will not have them: %s', (_name, wanted, message) => {
    const cluster = start();
    ask(cluster, 'wrong', wanted);
    decide(cluster, 'wrong', 'Approved');
    cluster.clock.advanceBy(minutes);
    expect(found(cluster, 'wrong')?.status).toMatchObject({ conditions: [{ type: 'Approved' }, { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message }] });
    expect(found(cluster, 'wrong')?.status?.certificate).toBeUndefined();
  });

  test('of kubelets are approved by themselves where RBAC lets them ask', () => {
    const cluster = createCluster({ nodes: 1, authorizationMode: 'RBAC' }).boot();
    const node = { name: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] };
    const api = new LocalClient(cluster.server, node);
    const kubelet = { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['client auth', 'digital signature'], subject: '/O=system:nodes/CN=system:node:node-1' };
    ask(cluster, 'kubelet', { ...kubelet, api });
    cluster.clock.advanceBy(30_000);
    expect(found(cluster, 'kubelet')?.status?.conditions).toBeUndefined();
    cluster.client.create(ClusterRoleBindings, {
      metadata: { name: 'renewal' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
    });
    cluster.clock.advanceBy(2 * minutes);
    expect(found(cluster, 'kubelet')?.status?.conditions)
      .toMatchObject([{ type: 'Approved', reason: 'AutoApproved', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.' }]);
    expect(certificateOf(cluster, 'kubelet').subject.split('\n').sort()).toEqual(['CN=system:node:node-1', 'O=system:nodes']);
  });

  test('are signed after a restart, and with another writer on them', () => {
    const cluster = start();
    ask(cluster, 'jane');
    cluster.clock.advanceBy(1_000);
    restart(cluster);
    decide(cluster, 'jane', 'Approved');
    for (let i = 0; i < 20; i++) {
      cluster.client.patch(CertificateSigningRequests, { name: 'jane' }, { metadata: { annotations: { touched: String(i) } } });
      cluster.clock.advanceBy(3_000);
    }
    expect(certificateOf(cluster, 'jane').subject).toContain('CN=jane');
  });

  test('are not kept for long: an hour after the decision, a day without one', () => {
    const cluster = start();
    for (const name of ['approved', 'denied', 'pending']) ask(cluster, name);
    decide(cluster, 'approved', 'Approved');
    decide(cluster, 'denied', 'Denied');
    cluster.clock.advanceBy(50 * minutes);
    expect(cluster.client.list(CertificateSigningRequests).items).toHaveLength(3);
    cluster.clock.advanceBy(75 * minutes);
    expect(cluster.client.list(CertificateSigningRequests).items.map(({ metadata }) => metadata.name)).toEqual(['pending']);
    cluster.clock.advanceBy(25 * 60 * minutes);
    expect(cluster.client.list(CertificateSigningRequests).items).toEqual([]);
  });

  test('make the same history with the same seed', () => {
    const text = (): string => { const cluster = start(); ask(cluster, 'jane'); decide(cluster, 'jane', 'Approved'); cluster.clock.advanceBy(1_000);
      return found(cluster, 'jane')?.status?.certificate?.slice(0, 60) ?? ''; };
    expect(text()).toBe(text());
  });
});
