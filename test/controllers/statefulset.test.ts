import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/api/types';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../src/kinds/core/pod';
import type { StatefulSet } from '../../src/schema/types';
import { startCluster, type Cluster } from './cluster';

const key = { namespace: 'default', name: 'db' };
const labels = { app: 'db' };

const db = (replicas: number, spec: Partial<StatefulSet['spec']> = {}): Draft<StatefulSet> => ({
  metadata: key,
  spec: { replicas, serviceName: 'db', selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'redis:7' }] } }, ...spec },
});
const claims = [{ apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const, metadata: { name: 'data', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }];
const set = (cluster: Cluster) => cluster.client.get(StatefulSets, key);
const names = (cluster: Cluster) => cluster.pods().map(({ metadata }) => metadata.name).sort();
const images = (cluster: Cluster) => Object.fromEntries(cluster.pods().map(({ metadata, spec }) => [metadata.name, spec.containers[0]?.image]));
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'db', image }] } } } });
const ready = (cluster: Cluster, count: number) => cluster.until(`${count} are ready`, () => set(cluster).status?.readyReplicas === count && cluster.pods().length === count);

describe('a StatefulSet', () => {
  test('starts its pods one after the other, each with a name of its own', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3));
    cluster.until('the first is there', () => cluster.pods().length === 1);
    expect(names(cluster)).toEqual(['db-0']);
    expect(cluster.ready()).toEqual([]);
    ready(cluster, 3);
    expect(names(cluster)).toEqual(['db-0', 'db-1', 'db-2']);
    const pod = cluster.client.get(Pods, { namespace: 'default', name: 'db-1' });
    expect(pod.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' });
    expect(pod.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': set(cluster).status?.updateRevision });
    expect(set(cluster).status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, collisionCount: 0 });
    expect(cluster.events('SuccessfulCreate').map(({ message }) => message)).toContain('create Pod db-2 in StatefulSet db successful');
  });

  test('scales down from the last, and up again', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3));
    ready(cluster, 3);
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('one is left', () => cluster.pods().length === 1);
    expect(names(cluster)).toEqual(['db-0']);
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 2 } });
    ready(cluster, 2);
  });

  test('waits for a pod that is not well before it starts the next', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3, { template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'bad:1' }] } } }));
    cluster.advance(60_000);
    expect(names(cluster)).toEqual(['db-0']);
  });

  test('that is parallel waits for none', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3, { podManagementPolicy: 'Parallel' }));
    cluster.until('all are there', () => cluster.pods().length === 3);
    expect(cluster.ready()).toEqual([]);
  });

  test('rolls out from the last to the first, down to the partition', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }));
    ready(cluster, 3);
    const before = set(cluster).status?.currentRevision;
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.until('the last is new', () => images(cluster)['db-2'] === 'redis:8');
    expect(images(cluster)).toEqual({ 'db-0': 'redis:7', 'db-1': 'redis:7', 'db-2': 'redis:8' });
    cluster.until('so is the one before', () => images(cluster)['db-1'] === 'redis:8');
    ready(cluster, 3);
    cluster.advance(60_000);
    expect(images(cluster)['db-0']).toBe('redis:7');
    expect(set(cluster).status).toMatchObject({ currentRevision: before, currentReplicas: 1, updatedReplicas: 2 });
    cluster.client.delete(Pods, { namespace: 'default', name: 'db-0' });
    ready(cluster, 3);
    expect(images(cluster)['db-0']).toBe('redis:7');   // below the partition the old template holds
    cluster.client.patch(StatefulSets, key, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    cluster.until('all are new', () => set(cluster).status?.currentRevision === set(cluster).status?.updateRevision);
    expect(set(cluster).status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 });
    expect(set(cluster).status?.currentRevision).not.toBe(before);
  });

  test('rolls back to a revision it knows', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(1));
    ready(cluster, 1);
    const first = set(cluster).status?.updateRevision;
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.until('it is new', () => set(cluster).status?.currentRevision !== first && set(cluster).status?.readyReplicas === 1);
    cluster.client.patch(StatefulSets, key, withImage('redis:7'), 'strategic');
    cluster.until('it is old again', () => set(cluster).status?.currentRevision === first && images(cluster)['db-0'] === 'redis:7');
    const revisions = cluster.client.list(ControllerRevisions, 'default').items;
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  });

  test('on delete replaces nobody', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(2, { updateStrategy: { type: 'OnDelete' } }));
    ready(cluster, 2);
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.advance(60_000);
    expect(Object.values(images(cluster))).toEqual(['redis:7', 'redis:7']);
    cluster.client.delete(Pods, { namespace: 'default', name: 'db-1' });
    cluster.until('it is new', () => images(cluster)['db-1'] === 'redis:8');
    ready(cluster, 2);
    expect(images(cluster)['db-0']).toBe('redis:7');
  });

  test('gives each pod claims that outlive it, or go as it is told', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(2, { volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } }));
    ready(cluster, 2);
    const held = () => cluster.client.list(PersistentVolumeClaims, 'default').items.map(({ metadata }) => metadata.name);
    expect(held()).toEqual(['data-db-0', 'data-db-1']);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'db-1' }).spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } });
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('one is left', () => cluster.pods().length === 1);
    const claim = cluster.client.get(PersistentVolumeClaims, { namespace: 'default', name: 'data-db-1' });
    cluster.client.patch(PersistentVolumeClaims, claim.metadata, { metadata: { finalizers: null } });   // nobody protects claims here
    cluster.until('its claim goes', () => held().length === 1);
  });

  test('makes a pod that failed anew', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(1));
    ready(cluster, 1);
    const [pod] = cluster.pods();
    if (pod) cluster.client.update(Pods, { ...pod, status: { ...pod.status, phase: 'Failed' } }, 'status');
    cluster.until('it is another', () => cluster.pods()[0]?.metadata.uid !== pod?.metadata.uid && cluster.ready().length === 1);
  });

  test.each([30, 2_000])('comes to the same end when caches are %i ms behind', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    cluster.client.create(StatefulSets, db(3));
    ready(cluster, 3);
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.until('all are new', () => Object.values(images(cluster)).join() === 'redis:8,redis:8,redis:8' && set(cluster).status?.readyReplicas === 3, 600_000);
    expect(cluster.failures).toEqual([]);
  });
});
