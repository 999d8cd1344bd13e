import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/types';
import { Dependents } from '../../src/controllers/garbage-collector/dependents';
import { createControllers } from '../../src/controllers/all';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Pods } from '../../src/kinds/core/pod';
import type { Kind } from '../../src/kinds/define';
import { builtInKinds } from '../../src/kinds/registry';
import { StorageClasses } from '../../src/kinds/storage/storageclass';
import { startCluster, web, type Cluster } from './cluster';

const key = { namespace: 'default', name: 'web' };

function deployed(replicas = 3): Cluster {
  const cluster = startCluster();
  cluster.client.create(Deployments, web(replicas));
  cluster.until('all pods are ready', () => cluster.ready().length === replicas);
  cluster.advance(1_000);
  return cluster;
}

describe('deleting a Deployment', () => {
  test('in the background takes the owner first, and everything below it', () => {
    using cluster = deployed();
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Background' });
    expect(cluster.exists(Deployments, 'web')).toBe(false);
    expect(cluster.pods()).toHaveLength(3);
    cluster.until('all is gone', () => cluster.replicaSets().length === 0 && cluster.pods().length === 0);
    expect(cluster.failures).toEqual([]);
  });

  test('in the foreground takes the pods first, then the ReplicaSet, then the Deployment', () => {
    using cluster = deployed();
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Foreground' });
    expect(cluster.deployment().metadata).toMatchObject({ finalizers: ['foregroundDeletion'] });
    cluster.until('the pods are gone', () => {
      if (cluster.pods().length > 0) expect(cluster.replicaSets()).toHaveLength(1);
      if (cluster.replicaSets().length > 0) expect(cluster.exists(Deployments, 'web')).toBe(true);
      return !cluster.exists(Deployments, 'web');
    });
    expect(cluster.pods()).toEqual([]);
    expect(cluster.replicaSets()).toEqual([]);
  });

  test('as an orphaning leaves all below it, without an owner', () => {
    using cluster = deployed();
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Orphan' });
    cluster.until('it is gone', () => !cluster.exists(Deployments, 'web'));
    cluster.advance(60_000);
    expect(cluster.ready()).toHaveLength(3);
    expect(cluster.replicaSets()[0]?.metadata.ownerReferences ?? []).toEqual([]);
  });

  test.each([30, 2_000])('works as well when caches are %i ms behind', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    cluster.client.create(Deployments, web(3));
    cluster.until('all pods are ready', () => cluster.ready().length === 3);
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Foreground' });
    cluster.until('all is gone', () => !cluster.exists(Deployments, 'web') && cluster.replicaSets().length === 0 && cluster.pods().length === 0, 120_000);
  });
});

describe('an object that names an owner', () => {
  const config = (name: string, ownerReferences: KubeObject['metadata']['ownerReferences']) => ({
    metadata: { name, namespace: 'default', ...(ownerReferences && { ownerReferences }) },
  });
  const owner = (name: string, uid: string, rest = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...rest });

  test('that never was is collected', () => {
    using cluster = startCluster();
    cluster.client.create(ConfigMaps, config('child', [owner('nobody', 'no-such-uid')]));
    cluster.until('it is collected', () => !cluster.exists(ConfigMaps, 'child'));
  });

  test('of the same name but another uid is collected', () => {
    using cluster = startCluster();
    cluster.client.create(ConfigMaps, config('parent', undefined));
    cluster.client.create(ConfigMaps, config('child', [owner('parent', 'an-earlier-uid')]));
    cluster.until('it is collected', () => !cluster.exists(ConfigMaps, 'child'));
    expect(cluster.exists(ConfigMaps, 'parent')).toBe(true);
  });

  test('stays while one of two owners lives, and loses the reference to the other', () => {
    using cluster = startCluster();
    const [first, second] = ['first', 'second'].map((name) => cluster.client.create(ConfigMaps, config(name, undefined)).metadata.uid);
    cluster.client.create(ConfigMaps, config('child', [owner('first', first!), owner('second', second!)]));
    cluster.advance(1_000);
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'first' });
    cluster.advance(1_000);
    expect(cluster.client.get(ConfigMaps, { namespace: 'default', name: 'child' }).metadata.ownerReferences?.map(({ name }) => name)).toEqual(['second']);
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'second' });
    cluster.until('it is collected', () => !cluster.exists(ConfigMaps, 'child'));
  });

  test('in another namespace is collected, and an event says why', () => {
    using cluster = startCluster();
    const parent = cluster.client.create(ConfigMaps, { metadata: { name: 'parent', namespace: 'kube-node-lease' } });
    cluster.client.create(ConfigMaps, config('child', [owner('parent', parent.metadata.uid)]));
    cluster.until('it is collected', () => !cluster.exists(ConfigMaps, 'child'));
    expect(cluster.events('OwnerRefInvalidNamespace').map(({ message }) => message)).toEqual([
      `ownerRef [v1/ConfigMap, namespace: default, name: parent, uid: ${parent.metadata.uid}] does not exist in namespace "default"`,
    ]);
  });

  test('of a kind nobody knows is left alone', () => {
    using cluster = startCluster();
    cluster.client.create(ConfigMaps, config('child', [{ apiVersion: 'example.org/v1', kind: 'Fish', name: 'wanda', uid: 'u' }]));
    cluster.advance(60_000);
    expect(cluster.exists(ConfigMaps, 'child')).toBe(true);
  });

  test('does not hold back an owner it does not block', () => {
    using cluster = startCluster();
    const { uid } = cluster.client.create(ConfigMaps, { ...config('parent', undefined) }).metadata;
    const blockers = { blocking: true, free: false };
    for (const [name, blockOwnerDeletion] of Object.entries(blockers))
      cluster.client.create(ConfigMaps, {
        metadata: { ...config(name, [owner('parent', uid, { blockOwnerDeletion })]).metadata, finalizers: ['example.org/hold'] },
      });
    cluster.advance(1_000);
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'parent' }, { propagationPolicy: 'Foreground' });
    cluster.advance(10_000);
    expect(cluster.exists(ConfigMaps, 'parent')).toBe(true);
    cluster.client.patch(ConfigMaps, { namespace: 'default', name: 'blocking' }, { metadata: { finalizers: null } });
    cluster.until('the parent goes', () => !cluster.exists(ConfigMaps, 'parent'));
    expect(cluster.exists(ConfigMaps, 'free')).toBe(true); // its own finalizer still holds it
  });

  test('and then names it no more lets the owner go', () => {
    using cluster = startCluster();
    const { uid } = cluster.client.create(ConfigMaps, config('parent', undefined)).metadata;
    cluster.client.create(ConfigMaps, {
      metadata: { ...config('child', [owner('parent', uid, { blockOwnerDeletion: true })]).metadata, finalizers: ['example.org/hold'] },
    });
    cluster.advance(1_000);
    cluster.client.delete(ConfigMaps, { namespace: 'default', name: 'parent' }, { propagationPolicy: 'Foreground' });
    cluster.advance(1_000);
    cluster.client.patch(ConfigMaps, { namespace: 'default', name: 'child' }, { metadata: { ownerReferences: null } });
    cluster.until('the parent goes', () => !cluster.exists(ConfigMaps, 'parent'));
    expect(cluster.exists(ConfigMaps, 'child')).toBe(true);
  });
});

test('an object of the cluster with an owner in a namespace is left alone, and an event says why', () => {
  using cluster = startCluster();
  const owner = cluster.client.create(ConfigMaps, { metadata: { name: 'parent', namespace: 'default' } });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'parent', uid: owner.metadata.uid }];
  cluster.client.create(StorageClasses, { metadata: { name: 'child', ownerReferences }, provisioner: 'p' });
  cluster.advance(60_000);
  expect(cluster.exists(StorageClasses, 'child', undefined)).toBe(true);
  expect(cluster.events('OwnerRefInvalidNamespace').map(({ message }) => message)).toEqual([
    `ownerRef [v1/ConfigMap, namespace: , name: parent, uid: ${owner.metadata.uid}] does not exist in namespace ""`,
  ]);
});

test('an owner of a kind that comes later is looked for once it is there', () => {
  const late = builtInKinds.get('storageclasses.storage.k8s.io');
  const known = [...builtInKinds.values()].filter((kind) => kind !== late);
  let kinds: readonly Kind[] = known;
  using cluster = startCluster({ controllers: createControllers({ kinds: () => kinds }) });
  cluster.client.create(ConfigMaps, { metadata: { name: 'child', namespace: 'default', ownerReferences: [{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: 'none', uid: 'u' }] } });
  cluster.advance(60_000);
  expect(cluster.exists(ConfigMaps, 'child')).toBe(true);
  kinds = [...known, ...(late ? [late] : [])];
  const names = { plural: 'fish', kind: 'Fish' };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  cluster.server.call({
    verb: 'create', resource: 'customresourcedefinitions.apiextensions.k8s.io', user: { name: 'a', groups: ['system:masters'] },
    body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'fish.example.org' },
      spec: { group: 'example.org', scope: 'Namespaced', names, versions: [version] } },
  });
  cluster.until('it is collected', () => !cluster.exists(ConfigMaps, 'child'));
});

test('what was left behind while no collector ran is collected when one starts', () => {
  using cluster = deployed();
  cluster.stop();
  cluster.client.delete(Deployments, key, { propagationPolicy: 'Background' });
  for (const { metadata } of cluster.replicaSets()) cluster.client.delete(ReplicaSets, metadata, { propagationPolicy: 'Background' });
  cluster.advance(10_000);
  expect(cluster.pods()).toHaveLength(3);
  cluster.resume();
  cluster.until('the pods are gone', () => cluster.pods().length === 0);
  expect(cluster.exists(Pods, 'web')).toBe(false);
});

test('who depends on whom, kept up change by change, is the same as built from scratch', () => {
  const references = fc.option(fc.uniqueArray(fc.constantFrom('u1', 'u2', 'u3'), { maxLength: 3 }), { nil: undefined });
  const change = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), owners: references });
  const object = (uids: readonly string[]): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'x',
      uid: 'x',
      resourceVersion: '1',
      creationTimestamp: '',
      ...(uids.length > 0 && { ownerReferences: uids.map((uid) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid })) }),
    },
  });
  const content = (dependents: Dependents) => new Map([...dependents.owners].map((uid) => [uid, new Set(dependents.of(uid))]));
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const objects = new Map<string, KubeObject>();
      const kept = new Dependents();
      for (const { id, owners } of changes) {
        const next = owners && object(owners);
        kept.update(id, objects.get(id), next);
        if (next) objects.set(id, next);
        else objects.delete(id);
      }
      const rebuilt = new Dependents();
      for (const [id, each] of objects) rebuilt.update(id, undefined, each);
      expect(content(kept)).toEqual(content(rebuilt));
    }),
  );
});
