import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/api/types';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { StatefulSets } from '../../src/kinds/apps/statefulset';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { PersistentVolumeClaims } from '../../src/kinds/core/persistentvolumeclaim';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import { Nodes } from '../../src/kinds/core/node';
import type { PersistentVolumeClaim, StatefulSet } from '../../src/schema/types';
import { startCluster, type Cluster, type Scenario } from './cluster';

const key = { namespace: 'default', name: 'db' };
const labels = { app: 'db' };

const db = (replicas: number, spec: Partial<StatefulSet['spec']> = {}): Draft<StatefulSet> => ({
  metadata: key,
  spec: { replicas, serviceName: 'db', selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'redis:7' }] } }, ...spec },
});
const claims = [{ apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const,
  metadata: { name: 'data', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }];
const set = (cluster: Cluster) => cluster.client.get(StatefulSets, key);
const names = (cluster: Cluster) => cluster.pods().map(({ metadata }) => metadata.name).sort();
const images = (cluster: Cluster) => Object.fromEntries(cluster.pods().map(({ metadata, spec }) => [metadata.name, spec.containers[0]?.image]));
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'db', image }] } } } });
/** A node that is there, and has a pod. */
const usedNode = (cluster: Cluster): string => cluster.pods().flatMap(({ spec: { nodeName } }) => (nodeName && cluster.exists(Nodes, nodeName, undefined) ? nodeName : []))[0] ?? '';
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
    if (held().length > 1) cluster.client.patch(PersistentVolumeClaims, { namespace: 'default', name: 'data-db-1' }, { metadata: { finalizers: null } });
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

  test('does not touch a pod beyond its order: it waits until the one before is available for long enough', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(2, { minReadySeconds: 30 }));
    cluster.until('the first is ready', () => set(cluster).status?.readyReplicas === 1);
    cluster.advance(28_000);
    expect(names(cluster)).toEqual(['db-0']);
    expect(set(cluster).status?.availableReplicas).toBe(0);
    cluster.until('the second comes', () => names(cluster).length === 2, 3_000);
    expect(set(cluster).status?.availableReplicas).toBe(1);
    cluster.until('both are available', () => set(cluster).status?.availableReplicas === 2);
  });

  test('stays stuck on a template that does not work until somebody deletes its pod', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3));
    ready(cluster, 3);
    cluster.client.patch(StatefulSets, key, withImage('bad:1'), 'strategic');
    cluster.until('the last is new', () => images(cluster)['db-2'] === 'bad:1');
    cluster.client.patch(StatefulSets, key, withImage('redis:9'), 'strategic');
    cluster.advance(60_000);
    expect(images(cluster)).toEqual({ 'db-0': 'redis:7', 'db-1': 'redis:7', 'db-2': 'bad:1' });
    cluster.client.delete(Pods, { namespace: 'default', name: 'db-2' });
    cluster.until('it goes on', () => Object.values(images(cluster)).join() === 'redis:9,redis:9,redis:9' && set(cluster).status?.readyReplicas === 3);
  });

  test('counts from where it is told, and lets go of those before', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(2));
    ready(cluster, 2);
    cluster.client.patch(StatefulSets, key, { spec: { ordinals: { start: 3 } } });
    cluster.until('they moved', () => names(cluster).join() === 'db-3,db-4' && set(cluster).status?.readyReplicas === 2);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'db-4' }).metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '4' });
  });

  test('that is parallel scales down at once, and still updates one by one', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(4, { podManagementPolicy: 'Parallel' }));
    ready(cluster, 4);
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.until('all are new', () => {
      expect(cluster.ready().length).toBeGreaterThanOrEqual(3);
      return Object.values(images(cluster)).every((image) => image === 'redis:8') && set(cluster).status?.readyReplicas === 4;
    });
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('all are going', () => cluster.pods().filter(({ metadata }) => metadata.deletionTimestamp).length === 3);
    ready(cluster, 1);
  });

  test('gives a pod back the labels that say who it is', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(1));
    ready(cluster, 1);
    cluster.client.patch(Pods, { namespace: 'default', name: 'db-0' }, { metadata: { labels: { 'apps.kubernetes.io/pod-index': null } } });
    cluster.until('it has them', () => cluster.pods()[0]?.metadata.labels?.['apps.kubernetes.io/pod-index'] === '0');
    expect(cluster.events('SuccessfulUpdate').map(({ message }) => message)).toEqual(['update Pod db-0 in StatefulSet db successful']);
  });

  test('adopts a pod of its name, releases one without its labels, and waits while its name is taken', () => {
    using cluster = startCluster();
    cluster.client.create(Pods, { metadata: { name: 'db-0', namespace: 'default', labels }, spec: { containers: [{ name: 'db', image: 'redis:7' }] } });
    cluster.client.create(StatefulSets, db(1));
    cluster.until('it is adopted', () => cluster.pods()[0]?.metadata.ownerReferences?.[0]?.uid === set(cluster).metadata.uid);
    cluster.until('it is one of the set', () => set(cluster).status?.replicas === 1);
    cluster.until('it has been replaced, for it was of no revision', () => cluster.pods()[0]?.metadata.labels?.['controller-revision-hash'] === set(cluster).status?.updateRevision);
    ready(cluster, 1);
    cluster.client.patch(Pods, { namespace: 'default', name: 'db-0' }, { metadata: { labels: { app: null } } });
    cluster.until('it is released', () => cluster.pods()[0]?.metadata.ownerReferences === undefined);
    cluster.advance(30_000);
    expect(names(cluster)).toEqual(['db-0']);
    expect(cluster.events('FailedCreate')).toEqual([]);
    cluster.client.delete(Pods, { namespace: 'default', name: 'db-0' });
    ready(cluster, 1);
  });

  test('keeps as many old revisions as it is told, and those that pods have', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(1, { revisionHistoryLimit: 1 }));
    ready(cluster, 1);
    for (const image of ['redis:8', 'redis:9', 'redis:10']) {
      cluster.client.patch(StatefulSets, key, withImage(image), 'strategic');
      cluster.until(`it has ${image}`, () => images(cluster)['db-0'] === image && set(cluster).status?.currentRevision === set(cluster).status?.updateRevision);
    }
    cluster.advance(1_000);
    expect(cluster.client.list(ControllerRevisions, 'default').items.map(({ revision }) => revision).sort()).toEqual([3, 4]);
    expect(new Set(cluster.client.list(ControllerRevisions, 'default').items.map(({ metadata }) => metadata.labels?.['controller.kubernetes.io/hash'])).size).toBe(2);
  });

  test('takes another name for a revision when the first is taken', () => {
    using first = startCluster();
    first.client.create(StatefulSets, db(1));
    ready(first, 1);
    const name = set(first).status?.updateRevision ?? '';
    using cluster = startCluster();
    cluster.client.create(ControllerRevisions, { metadata: { name, namespace: 'default' }, data: { other: true }, revision: 1 });
    cluster.client.create(StatefulSets, db(1));
    ready(cluster, 1);
    expect(set(cluster).status).toMatchObject({ collisionCount: 1 });
    expect(set(cluster).status?.updateRevision).not.toBe(name);
  });

  test.each(['Background', 'Foreground', 'Orphan'] as const)('deleted with %s, its pods and revisions go, or stay', (propagationPolicy) => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, db(3));
    ready(cluster, 3);
    cluster.client.delete(StatefulSets, key, { propagationPolicy });
    cluster.until('it is gone', () => !cluster.exists(StatefulSets, 'db'));
    if (propagationPolicy === 'Foreground') expect(cluster.pods()).toEqual([]);
    cluster.advance(30_000);
    const left = propagationPolicy === 'Orphan' ? 1 : 0;
    expect(cluster.client.list(ControllerRevisions, 'default').items).toHaveLength(left);
    expect(cluster.pods()).toHaveLength(3 * left);
    if (!left) return;
    const uids = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.client.create(StatefulSets, db(3));
    cluster.until('another takes them over', () => cluster.pods().every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === set(cluster).metadata.uid));
    ready(cluster, 3);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(uids);
    expect(cluster.client.list(ControllerRevisions, 'default').items).toHaveLength(1);
  });

  test('never has two pods of one name: one on a node that is silent is waited for until the node is gone', () => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c'] });
    cluster.client.create(StatefulSets, db(3));
    ready(cluster, 3);
    const [lost] = cluster.pods();
    const node = lost?.spec.nodeName ?? '';
    cluster.fleet.silence(node);
    cluster.until('it is told to go', () => cluster.client.get(Pods, { namespace: 'default', name: 'db-0' }).metadata.deletionTimestamp !== undefined, 600_000);
    cluster.advance(600_000);
    expect(cluster.pods()[0]?.metadata.uid).toBe(lost?.metadata.uid);
    cluster.fleet.leave(node);
    cluster.until('it is another, elsewhere', () => cluster.pods()[0]?.metadata.uid !== lost?.metadata.uid && cluster.ready().length === 3, 600_000);
    expect(cluster.pods().some(({ spec }) => spec.nodeName === node)).toBe(false);
    expect(cluster.exists(Nodes, node, undefined)).toBe(false);
  });

  const disturbances: readonly (readonly [string, Scenario, (cluster: Cluster) => void])[] = [
    ['undisturbed', {}, () => {}],
    ['caches are 30 ms behind', { latencyMs: 30 }, () => {}],
    ['caches are 2 s behind', { latencyMs: 2_000 }, () => {}],
    ['its controller starts again', {}, (cluster) => cluster.restart()],
    ['another writes to it and to its pods', { latencyMs: 50 }, (cluster) => {
      cluster.client.patch(StatefulSets, key, { metadata: { labels: { touched: String(cluster.clock.now()) } } });
      for (const { metadata } of cluster.pods()) cluster.client.patch(Pods, metadata, { metadata: { annotations: { touched: String(cluster.clock.now()) } } });
    }],
    ['a pod is deleted', {}, (cluster) => { const pod = cluster.pods().at(-1); if (pod) cluster.client.delete(Pods, pod.metadata); }],
    ['a node crashes and comes back', { nodes: ['a', 'b', 'c'] }, (cluster) => {
      const node = usedNode(cluster);
      cluster.fleet.silence(node);
      cluster.advance(60_000);
      expect(cluster.pods().some((pod) => pod.spec.nodeName === node && !isPodReady(pod))).toBe(true);
      cluster.fleet.wake(node);
      for (const pod of cluster.pods().filter(({ spec }) => spec.nodeName === node)) {
        const conditions = (pod.status?.conditions ?? []).map((condition) => (condition.type === 'Ready' ? { ...condition, status: 'True' } : condition));
        cluster.client.update(Pods, { ...pod, status: { ...pod.status, conditions } }, 'status');
      }
    }],
    ['a node crashes for good', { nodes: ['a', 'b', 'c', 'd'] }, (cluster) => cluster.fleet.leave(usedNode(cluster))],
  ];

  test.each(disturbances)('comes to the same end when %s in the middle', (_name, scenario, disturb) => {
    using cluster = startCluster(scenario);
    cluster.client.create(StatefulSets, db(3));
    cluster.until('it is under way', () => cluster.pods().length === 2, 120_000);
    disturb(cluster);
    cluster.until('all are ready', () => set(cluster).status?.readyReplicas === 3 && cluster.ready().length === 3, 900_000);
    cluster.client.patch(StatefulSets, key, withImage('redis:8'), 'strategic');
    cluster.until('the rollout is under way', () => Object.values(images(cluster)).includes('redis:8'), 600_000);
    disturb(cluster);
    const isDone = () => {
      const { currentRevision, updateRevision, readyReplicas } = set(cluster).status ?? {};
      return Object.values(images(cluster)).join() === 'redis:8,redis:8,redis:8' && currentRevision === updateRevision && readyReplicas === 3;
    };
    cluster.until('all are new', isDone, 900_000);
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('the scale down is under way', () => cluster.pods().length === 2 || cluster.pods().some(({ metadata }) => metadata.deletionTimestamp), 60_000);
    cluster.until('one is left', () => cluster.pods().length === 1 && set(cluster).status?.replicas === 1, 600_000);
    cluster.advance(60_000);
    expect(names(cluster)).toEqual(['db-0']);
    expect(set(cluster).status).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1, currentReplicas: 1, updatedReplicas: 1, collisionCount: 0 });
    expect(cluster.client.list(ControllerRevisions, 'default').items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    expect(cluster.failures.filter(({ controller, message }) => controller === 'statefulset-controller' && !message.includes('the object has been modified'))).toEqual([]);
  });
});

describe('the claims of a StatefulSet', () => {
  const held = (cluster: Cluster): readonly PersistentVolumeClaim[] => cluster.client.list(PersistentVolumeClaims, 'default').items;
  const owners = (cluster: Cluster) => Object.fromEntries(held(cluster).map(({ metadata }) => [metadata.name, metadata.ownerReferences?.map(({ kind, name }) => `${kind}/${name}`).join() ?? '']));
  const withClaims = (replicas: number, whenDeleted: 'Retain' | 'Delete', whenScaled: 'Retain' | 'Delete') =>
    db(replicas, { volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
  /** Lets claims go that somebody holds. */
  const unprotect = (cluster: Cluster) => { for (const { metadata } of held(cluster)) cluster.client.patch(PersistentVolumeClaims, metadata, { metadata: { finalizers: null } }); };

  test.each([
    ['Retain', 'Retain', '', ''], ['Delete', 'Retain', 'StatefulSet/db', 'StatefulSet/db'], ['Retain', 'Delete', '', 'Pod/db-1'], ['Delete', 'Delete', 'StatefulSet/db', 'Pod/db-1'],
  ] as const)('when deleted %s, when scaled %s: they go with whom they should', (whenDeleted, whenScaled, wanted, condemned) => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, withClaims(2, whenDeleted, whenScaled));
    ready(cluster, 2);
    expect(owners(cluster)).toEqual({ 'data-db-0': wanted, 'data-db-1': wanted });
    expect(held(cluster)[0]?.metadata.labels).toEqual(labels);
    expect(cluster.events('SuccessfulCreate').map(({ message }) => message)).toContain('create Claim data-db-1 Pod db-1 in StatefulSet db success');
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('the last is going', () => cluster.pods().some(({ metadata }) => metadata.deletionTimestamp));
    expect(owners(cluster)).toEqual({ 'data-db-0': wanted, 'data-db-1': condemned });
    unprotect(cluster);
    ready(cluster, 1);
    cluster.advance(5_000);
    expect(held(cluster)).toHaveLength(whenScaled === 'Delete' ? 1 : 2);
    cluster.client.delete(StatefulSets, key, { propagationPolicy: 'Background' });
    cluster.advance(30_000);
    const left = whenDeleted === 'Delete' ? 0 : whenScaled === 'Delete' ? 1 : 2;
    expect([cluster.pods().length, held(cluster).length]).toEqual([0, left]);
  });

  test('follow a policy that is changed', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, withClaims(1, 'Retain', 'Retain'));
    ready(cluster, 1);
    cluster.client.patch(StatefulSets, key, { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } });
    cluster.until('the set owns it', () => owners(cluster)['data-db-0'] === 'StatefulSet/db');
    cluster.client.patch(StatefulSets, key, { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } });
    cluster.until('nobody does', () => owners(cluster)['data-db-0'] === '');
  });

  test('are not taken over by a pod that comes back before they are gone', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, withClaims(2, 'Retain', 'Delete'));
    ready(cluster, 2);
    const before = held(cluster)[1]?.metadata.uid;
    cluster.client.patch(PersistentVolumeClaims, { namespace: 'default', name: 'data-db-1' }, { metadata: { finalizers: ['example.com/keep'] } });
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 1 } });
    cluster.until('the last is going', () => cluster.pods().some(({ metadata }) => metadata.deletionTimestamp));
    cluster.client.patch(StatefulSets, key, { spec: { replicas: 2 } });
    cluster.advance(30_000);
    expect(names(cluster)).toEqual(['db-0']);
    unprotect(cluster);
    ready(cluster, 2);
    expect(held(cluster)[1]?.metadata.uid).not.toBe(before);
  });

  test('that somebody else manages stay theirs, and the set says so', () => {
    using cluster = startCluster();
    cluster.client.create(StatefulSets, withClaims(1, 'Retain', 'Retain'));
    ready(cluster, 1);
    const { metadata: { uid } } = cluster.client.create(ConfigMaps, { metadata: { name: 'other', namespace: 'default' } });
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid, controller: true };
    cluster.client.patch(PersistentVolumeClaims, { namespace: 'default', name: 'data-db-0' }, { metadata: { ownerReferences: [owner] } });
    cluster.client.patch(StatefulSets, key, { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } });
    cluster.client.delete(Pods, { namespace: 'default', name: 'db-0' });
    cluster.until('it says so', () => cluster.events('ConflictingController').length > 0);
    expect(owners(cluster)['data-db-0']).toBe('ConfigMap/other');
  });
});
