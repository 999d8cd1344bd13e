import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster';
import type { AuditEvent } from '../../src/apiserver/audit/auditor';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Pods } from '../../src/kinds/core/pod';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { Namespaces } from '../../src/kinds/core/namespace';
import { StatusError } from '../../src/api/status';

const web = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } },
  },
};

describe('a cluster where Node and RBAC decide', () => {
  const cluster = createCluster({ nodes: 1, authorizationMode: 'RBAC' });
  const forbidden: AuditEvent[] = [];
  const users = new Set<string>();
  cluster.server.audit().subscribe((event) => {
    users.add(event.user.username);
    if (event.responseStatus?.code === 403) forbidden.push(event);
  });
  cluster.boot();

  test('all components work with the rights they have upstream', () => {
    cluster.client.create(Deployments, web);
    cluster.clock.advanceBy(30_000);
    expect(cluster.client.get(Deployments, web.metadata).status?.availableReplicas).toBe(2);
    cluster.client.patch(Deployments, web.metadata, { spec: { template: { metadata: { annotations: { again: '1' } } } } });
    cluster.clock.advanceBy(60_000);
    expect(cluster.client.get(Deployments, web.metadata).status?.updatedReplicas).toBe(2);
    cluster.client.create(Namespaces, { metadata: { name: 'gone' }, spec: {} });
    cluster.clock.advanceBy(5_000);
    cluster.client.delete(Namespaces, { name: 'gone' });
    cluster.clock.advanceBy(30_000);
    expect(() => cluster.client.get(Namespaces, { name: 'gone' })).toThrow(StatusError);
    cluster.client.delete(Deployments, web.metadata, { propagationPolicy: 'Foreground' });
    cluster.clock.advanceBy(90_000);
    expect(cluster.client.list(Pods, 'default').items).toEqual([]);
    expect(forbidden.map(({ user, responseStatus }) => `${user.username}: ${responseStatus?.message ?? ''}`)).toEqual([]);
  });

  test('each writes under its own name', () => {
    expect([...users].sort()).toEqual(expect.arrayContaining([
      'kubernetes-admin', 'system:apiserver', 'system:kube-controller-manager', 'system:kube-proxy', 'system:kube-scheduler', 'system:node:node-1',
      'system:serviceaccount:kube-system:coredns', 'system:serviceaccount:kube-system:deployment-controller',
      'system:serviceaccount:kube-system:endpointslice-controller', 'system:serviceaccount:kube-system:generic-garbage-collector',
      'system:serviceaccount:kube-system:namespace-controller', 'system:serviceaccount:kube-system:replicaset-controller',
      'system:serviceaccount:kube-system:root-ca-cert-publisher', 'system:serviceaccount:kube-system:service-account-controller',
    ]));
  });

  test('a user without rights may do nothing', () => {
    const alice = cluster.client.as({ name: 'alice', groups: ['system:authenticated'] });
    expect(() => alice.list(ServiceAccounts, 'default')).toThrow(
      'serviceaccounts is forbidden: User "alice" cannot list resource "serviceaccounts" in API group "" in the namespace "default"');
  });
});
