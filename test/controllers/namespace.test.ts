import { expect, test } from 'vitest';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Pods } from '../../src/kinds/core/pod';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import type { Namespace } from '../../src/schema/types';
import { startCluster, web, type Cluster } from './cluster';

const team = { name: 'team' };
const condition = (cluster: Cluster, type: string) => cluster.client.get(Namespaces, team).status?.conditions?.find((each) => each.type === type);
const create = (cluster: Cluster): Namespace => cluster.client.create(Namespaces, { metadata: team, spec: {} });

test('a new namespace gets its default service account, and gets it back when it is deleted', () => {
  using cluster = startCluster();
  create(cluster);
  cluster.until('it has one', () => cluster.exists(ServiceAccounts, 'default', 'team'));
  cluster.client.delete(ServiceAccounts, { namespace: 'team', name: 'default' });
  cluster.until('it has one again', () => cluster.exists(ServiceAccounts, 'default', 'team'));
});

test('deleting a namespace empties it, pods first, and then it goes', () => {
  using cluster = startCluster();
  create(cluster);
  cluster.until('it has its account', () => cluster.exists(ServiceAccounts, 'default', 'team'));
  const draft = web(2);
  cluster.client.create(Deployments, { ...draft, metadata: { ...draft.metadata, namespace: 'team' } });
  cluster.client.create(ConfigMaps, { metadata: { name: 'settings', namespace: 'team' } });
  cluster.until('its pods run', () => cluster.client.list(Pods, 'team').items.filter(({ status }) => status?.phase === 'Running').length === 2);

  cluster.client.delete(Namespaces, team);
  expect(cluster.client.get(Namespaces, team).status?.phase).toBe('Terminating');
  const began = cluster.clock.now();
  cluster.until('it tells what remains', () => condition(cluster, 'NamespaceContentRemaining')?.status === 'True');
  expect(cluster.clock.now() - began).toBe(5_000);
  expect(condition(cluster, 'NamespaceContentRemaining')).toMatchObject({
    reason: 'SomeResourcesRemain',
    message: 'Some resources are remaining: pods. has 2 resource instances',
  });
  expect(condition(cluster, 'NamespaceFinalizersRemaining')).toMatchObject({
    status: 'False',
    reason: 'ContentHasNoFinalizers',
    message: 'All content-preserving finalizers finished',
  });
  expect(cluster.client.get(Namespaces, team).status?.conditions?.map(({ type }) => type)).toEqual([
    'NamespaceDeletionDiscoveryFailure',
    'NamespaceDeletionGroupVersionParsingFailure',
    'NamespaceDeletionContentFailure',
    'NamespaceContentRemaining',
    'NamespaceFinalizersRemaining',
  ]);
  expect(cluster.exists(ConfigMaps, 'settings', 'team')).toBe(true); // waits for the pods
  cluster.until('it is gone', () => !cluster.exists(Namespaces, 'team', undefined));
  expect([...cluster.store.range('')].filter(({ key }) => key.includes('/team/') && !key.startsWith('events')).map(({ key }) => key)).toEqual([]);
});

test('a finalizer holds the namespace, and it says so', () => {
  using cluster = startCluster();
  create(cluster);
  cluster.client.create(ConfigMaps, { metadata: { name: 'held', namespace: 'team', finalizers: ['example.org/hold'] } });
  cluster.client.delete(Namespaces, team);
  cluster.until('it says so', () => condition(cluster, 'NamespaceFinalizersRemaining')?.status === 'True');
  expect(condition(cluster, 'NamespaceFinalizersRemaining')).toMatchObject({
    reason: 'SomeFinalizersRemain',
    message: 'Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances',
  });
  expect(condition(cluster, 'NamespaceContentRemaining')?.message).toBe('Some resources are remaining: configmaps. has 1 resource instances');
  cluster.advance(120_000);
  expect(cluster.exists(Namespaces, 'team', undefined)).toBe(true);
  cluster.client.patch(ConfigMaps, { namespace: 'team', name: 'held' }, { metadata: { finalizers: null } });
  cluster.until('it is gone', () => !cluster.exists(Namespaces, 'team', undefined));
});
