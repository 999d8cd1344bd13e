import { expect } from 'vitest';
import { APIServices } from '../../../src/kinds/apiregistration/apiservice';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { Secrets } from '../../../src/kinds/core/secret';
import { Services } from '../../../src/kinds/core/service';
import { ClusterRoleBindings, ClusterRoles, RoleBindings } from '../../../src/kinds/rbac/roles';
import type { KubeObject, Resource } from '../../../src/api/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance, type Framework } from '../framework';

const group = 'wardle.example.com';
const apiVersion = `${group}/v1alpha1`;
const Flunders: Resource = { resource: `flunders.${group}`, group, version: 'v1alpha1', apiVersion, kind: 'Flunder', namespaced: true };
const apiService = { name: `v1alpha1.${group}` };
const servicePort = 7_443;
const certificates = '/apiserver.local.config/certificates';

/** Upstream's sample API server with its etcd, its Service, and all that it may. */
function deploySample({ api, namespace, until }: Framework): void {
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace }];
  api.create(Secrets, { metadata: { name: 'sample-apiserver-secret', namespace }, type: 'Opaque', data: { 'tls.crt': btoa('certificate'), 'tls.key': btoa('key') } });
  api.create(ClusterRoles, {
    metadata: { name: 'sample-apiserver-reader' },
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }, { apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
  });
  for (const name of ['sample-apiserver-reader', 'system:auth-delegator'])
    api.create(ClusterRoleBindings, { metadata: { name: `wardler:${namespace}:${name.replace('system:', '')}` }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name }, subjects });
  api.create(RoleBindings, { metadata: { name: 'wardler-auth-reader', namespace: 'kube-system' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'extension-apiserver-authentication-reader' }, subjects });
  const labels = { app: 'sample-apiserver', apiserver: 'true' };
  const etcd = 'http://127.0.0.1:2379';
  api.create(Deployments, {
    metadata: { name: 'sample-apiserver-deployment', namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: {
      volumes: [{ name: 'apiserver-certs', secret: { secretName: 'sample-apiserver-secret' } }],
      containers: [
        {
          name: 'sample-apiserver', image: 'registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2', volumeMounts: [{ name: 'apiserver-certs', readOnly: true, mountPath: certificates }],
          args: [`--etcd-servers=${etcd}`, `--tls-cert-file=${certificates}/tls.crt`, `--tls-private-key-file=${certificates}/tls.key`, '--audit-log-path=-',
            '--audit-log-maxage=0', '--audit-log-maxbackup=0'],
          readinessProbe: { httpGet: { scheme: 'HTTPS', port: 443, path: '/readyz' }, initialDelaySeconds: 20, periodSeconds: 1, successThreshold: 1, failureThreshold: 3 },
        },
        { name: 'etcd', image: 'registry.k8s.io/etcd:3.6.5-0', command: ['/usr/local/bin/etcd', '--listen-client-urls', etcd, '--advertise-client-urls', etcd] },
      ],
    } } },
  });
  until('the sample API server is available', () => api.get(Deployments, { namespace, name: 'sample-apiserver-deployment' }).status?.availableReplicas === 1);
  api.create(Services, { metadata: { name: 'sample-api', namespace, labels: { test: 'aggregator' } },
    spec: { selector: { apiserver: 'true' }, ports: [{ protocol: 'TCP', port: servicePort, targetPort: 443 }] } });
}

behaviour('api-machinery-029', () => {
  const framework = startConformance('aggregator');
  const { api, namespace, until, wait } = framework;
  const root = `/apis/${apiVersion}`;
  const flunders = `${root}/namespaces/default/flunders`;
  expect(api.raw('GET', flunders).code).toBe(404);
  deploySample(framework);
  api.create(APIServices, {
    metadata: apiService,
    spec: { service: { namespace, name: 'sample-api', port: servicePort }, group, version: 'v1alpha1', caBundle: btoa('the authority'), groupPriorityMinimum: 2_000, versionPriority: 200 },
  });
  expect(api.raw('GET', flunders).code).toBe(503);   // not yet known to be available
  until('the sample API server answers', () => api.raw('GET', flunders, { headers: { accept: 'application/json' } }).code === 200, 60_000);

  const items = () => (api.json(flunders, 'application/json') as { readonly items: readonly KubeObject[] }).items;
  const body = JSON.stringify({ apiVersion, kind: 'Flunder', metadata: { labels: { 'sample-label': 'true' }, name: 'rest-flunder', namespace: 'default' } });
  const created = api.raw('POST', flunders, { body, headers: { accept: 'application/json', 'content-type': 'application/json' } });
  expect(created.code).toBe(201);
  expect(JSON.parse(created.body)).toMatchObject({ apiVersion, kind: 'Flunder', metadata: { name: 'rest-flunder' } });
  expect(items().map(({ metadata }) => metadata.name)).toEqual(['rest-flunder']);
  expect(api.raw('DELETE', `${flunders}/rest-flunder`).code).toBe(200);
  expect(items()).toEqual([]);

  const discovered = api.json('/apis', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList') as { readonly items: readonly { readonly metadata: { readonly name?: string } }[] };
  expect(discovered.items.find(({ metadata }) => metadata.name === group))
    .toMatchObject({ versions: [{ version: 'v1alpha1', freshness: 'Current', resources: [{ resource: 'flunders', scope: 'Namespaced', responseKind: { kind: 'Flunder' } }] }] });
  expect((api.json('/apis') as { readonly groups: readonly { readonly name: string }[] }).groups.map(({ name }) => name)).toContain(group);
  expect(api.json(`/apis/${group}`)).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: apiVersion } });

  const dynamic = api.create(Flunders, { metadata: { name: 'dynamic-flunder', namespace } });
  expect(api.list(Flunders, namespace).items).toHaveLength(1);
  expect(refusal(() => api.create(Flunders, { metadata: { name: 'dynamic-flunder', namespace } })).message).toBe(`flunders.${group} "dynamic-flunder" already exists`);
  expect(api.patch(Flunders, dynamic.metadata, { spec: { reference: 'other' } }, 'merge')).toMatchObject({ spec: { reference: 'other', referenceType: 'Flunder' } });

  const [condition] = api.get(APIServices, apiService, 'status').status?.conditions ?? [];
  expect(condition).toMatchObject({ type: 'Available', status: 'True', reason: 'Passed', message: 'all checks passed' });
  expect(api.patch(APIServices, apiService, { spec: { versionPriority: 400 } }, 'merge').spec.versionPriority).toBe(400);
  expect(api.list(APIServices).items.map(({ metadata }) => metadata.name)).toContain(apiService.name);
  api.delete(Flunders, dynamic.metadata);
  expect(api.list(Flunders, namespace).items).toEqual([]);

  api.delete(Deployments, { namespace, name: 'sample-apiserver-deployment' });
  until('nobody answers any more', () => api.raw('GET', flunders).code === 503);
  expect(api.get(APIServices, apiService).status?.conditions?.[0]).toMatchObject({ status: 'False', reason: 'MissingEndpoints' });
  expect(api.raw('GET', flunders).body).toBe('service unavailable\n');
  api.deleteCollection(APIServices, undefined, { fieldSelector: `metadata.name=${apiService.name}` });
  wait(1_000);
  expect(api.raw('GET', flunders).code).toBe(404);
});
