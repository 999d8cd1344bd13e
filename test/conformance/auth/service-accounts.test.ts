import { createPublicKey, createVerify } from 'node:crypto';
import { expect } from 'vitest';
import { handle } from '../../../src/apiserver/http/handle';
import type { HttpAnswer } from '../../../src/apiserver/http/types';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import type { Pod, TokenReview } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, startConformance } from '../framework';
import { runToCompletion } from './programs';

const mount = '/var/run/secrets/kubernetes.io/serviceaccount';
const start = () => startConformance('svcaccounts', { nodes: 1, authorizationMode: 'RBAC' });
const container = { name: 'c', image: 'nginx:1.27' };

/** A request with a bearer token and nothing else. */
function withToken(server: ReturnType<typeof start>['cluster']['server'], token: string, path: string): HttpAnswer {
  const answer = handle(server, { method: 'GET', path, query: '', headers: { authorization: `Bearer ${token}` }, body: '' });
  if (!('body' in answer)) throw new Error(`${path} is no plain answer`);
  return answer;
}

behaviour('auth-003', () => {
  const { cluster: { server }, api, namespace } = start();
  api.create(Pods, { metadata: { name: 'p', namespace }, spec: { containers: [container] } });
  const { status } = api.post(ServiceAccounts, { namespace, name: 'default' }, 'token', {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['oidc-discovery-test'], boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } },
  }) as { status: { token: string } };
  const configuration = JSON.parse(withToken(server, accountToken(api, namespace), '/.well-known/openid-configuration').body) as Record<string, unknown>;
  const [header = '', payload = '', signature = ''] = status.token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss: string; aud: string[]; sub: string };
  expect(claims).toMatchObject({ iss: configuration['issuer'], aud: ['oidc-discovery-test'], sub: `system:serviceaccount:${namespace}:default` });
  const keySetPath = new URL(String(configuration['jwks_uri'])).pathname;
  const { keys } = JSON.parse(withToken(server, accountToken(api, namespace), keySetPath).body) as { keys: { kid: string; alg: string; kty: string }[] };
  const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string; alg: string };
  expect(configuration['id_token_signing_alg_values_supported']).toContain(alg);
  const key = keys.find((each) => each.kid === kid);
  if (!key) throw new Error('the key of the token is not published');
  const verifier = createVerify('SHA256').update(`${header}.${payload}`);
  expect(verifier.verify({ key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
});

const accountToken = (api: ReturnType<typeof start>['api'], namespace: string): string =>
  (api.post(ServiceAccounts, { namespace, name: 'default' }, 'token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }) as { status: { token: string } }).status.token;

behaviour('auth-004', () => {
  const { api, namespace } = start();
  const accounts = { mount: true, nomount: false, defaultaccount: undefined };
  for (const [name, automount] of Object.entries(accounts))
    api.create(ServiceAccounts, { metadata: { name, namespace }, ...(automount !== undefined && { automountServiceAccountToken: automount }) });
  for (const [serviceAccountName, ofAccount] of Object.entries(accounts)) for (const ofPod of [undefined, true, false]) {
    const made = api.create(Pods, {
      metadata: { name: `pod-${serviceAccountName}-${String(ofPod)}`, namespace },
      spec: { containers: [container], serviceAccountName, ...(ofPod !== undefined && { automountServiceAccountToken: ofPod }) },
    });
    expect(made.spec.containers[0]?.volumeMounts?.some(({ mountPath }) => mountPath === mount) ?? false).toBe(ofPod ?? ofAccount ?? true);
  }
});

behaviour('auth-005', () => {
  const { cluster: { server }, api, namespace } = start();
  api.create(ServiceAccounts, { metadata: { name: 'e2e-sa', namespace } });
  const { status: { token } } = api.post(ServiceAccounts, { namespace, name: 'e2e-sa' }, 'token', {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 },
  }) as { status: { token: string } };
  const review = (text: string): TokenReview => JSON.parse(api.raw('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: text } },
  }).body) as TokenReview;
  expect(review(token).status).toMatchObject({ authenticated: true, user: { username: `system:serviceaccount:${namespace}:e2e-sa` } });
  expect(review(token).status?.error).toBeUndefined();
  expect(review(`${token.slice(0, -8)}AAAAAAAA`).status?.authenticated ?? false).toBe(false);
  expect(withToken(server, token, '/apis').code).toBe(200);
  api.delete(ServiceAccounts, { namespace, name: 'e2e-sa' });
  expect(review(token).status?.authenticated ?? false).toBe(false);
});

behaviour('auth-006', () => {
  const { api, until } = start();
  const namespace = 'rootca';
  api.create(Namespaces, { metadata: { name: namespace }, spec: {} });
  const bundle = () => found(() => api.get(ConfigMaps, { namespace, name: 'kube-root-ca.crt' }));
  const first = until('the bundle is published', bundle);
  expect(first.data?.['ca.crt']).toContain('BEGIN CERTIFICATE');
  api.delete(ConfigMaps, { namespace, name: 'kube-root-ca.crt' });
  until('the bundle is published again', () => { const now = bundle(); return now !== undefined && now.metadata.uid !== first.metadata.uid; });
  api.patch(ConfigMaps, { namespace, name: 'kube-root-ca.crt' }, { data: { 'ca.crt': '' } }, 'merge');
  until('the bundle is put right', () => bundle()?.data?.['ca.crt'] === first.data?.['ca.crt']);
});

behaviour('auth-007', () => {
  const test = start();
  const { api, namespace } = test;
  api.create(ServiceAccounts, { metadata: { name: 'mount-test', namespace } });
  const output = runToCompletion(test, {
    metadata: { name: 'reader', namespace },
    spec: { serviceAccountName: 'mount-test', restartPolicy: 'Never',
      containers: [{ name: 'c', image: 'busybox:1.36', command: ['sh', '-c', `cat ${mount}/token; echo; cat ${mount}/namespace; echo; cat ${mount}/ca.crt`] }] },
  });
  const [token = '', place, ...certificate] = output.split('\n');
  expect(place).toBe(namespace);
  expect(certificate.join('\n').trim()).toBe(api.get(ConfigMaps, { namespace, name: 'kube-root-ca.crt' }).data?.['ca.crt']?.trim());
  const asItself = JSON.parse(api.raw('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
  }).body) as TokenReview;
  expect(asItself.status?.user).toMatchObject({
    username: `system:serviceaccount:${namespace}:mount-test`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/pod-name': ['reader'] },
  });
});

behaviour('auth-008', () => {
  const test = start();
  const { namespace } = test;
  const pod: Pick<Pod, 'spec'> & { metadata: { name: string; namespace: string } } = {
    metadata: { name: 'projected', namespace },
    spec: {
      restartPolicy: 'Never', securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000 },
      volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'the-token', expirationSeconds: 3600, audience: 'mine' } }] } }],
      containers: [{ name: 'c', image: 'busybox:1.36', command: ['cat', '/projected/the-token'], volumeMounts: [{ name: 't', mountPath: '/projected' }] }],
    },
  };
  const claims = JSON.parse(Buffer.from(runToCompletion(test, pod).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({ aud: ['mine'], sub: `system:serviceaccount:${namespace}:default`, 'kubernetes.io': { pod: { name: 'projected' }, node: { name: 'node-1' } } });
});

behaviour('auth-009', () => {
  const { api, namespace, wait } = start();
  const query = { labelSelector: 'test-serviceaccount-static=true' };
  const watched = api.watch(ServiceAccounts, undefined, query);
  api.create(ServiceAccounts, { metadata: { name: 'testserviceaccount', namespace, labels: { 'test-serviceaccount-static': 'true' } } });
  api.patch(ServiceAccounts, { namespace, name: 'testserviceaccount' }, { automountServiceAccountToken: false });
  expect(api.list(ServiceAccounts, undefined, query).items.map(({ automountServiceAccountToken }) => automountServiceAccountToken)).toEqual([false]);
  api.deleteCollection(ServiceAccounts, namespace, query);
  wait(1_000);
  expect(watched.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  expect(api.list(ServiceAccounts, undefined, query).items).toEqual([]);
});

behaviour('auth-010', () => {
  const { api, namespace } = start();
  const made = api.create(ServiceAccounts, { metadata: { name: 'e2e-sa', namespace }, automountServiceAccountToken: false });
  expect(made.automountServiceAccountToken).toBe(false);
  api.update(ServiceAccounts, { ...made, automountServiceAccountToken: true });
  expect(api.get(ServiceAccounts, { namespace, name: 'e2e-sa' }).automountServiceAccountToken).toBe(true);
});
