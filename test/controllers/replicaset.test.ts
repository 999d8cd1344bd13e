import { describe, expect, test } from 'vitest';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Pods } from '../../src/kinds/core/pod';
import { startCluster, webSet } from './cluster';

const web = { namespace: 'default', name: 'web' };

describe('a ReplicaSet', () => {
  test('makes as many pods as it asks for, and tells how they are', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(3));
    cluster.until('three pods are ready', () => cluster.ready().length === 3);
    cluster.advance(100);
    const { status } = cluster.client.get(ReplicaSets, web);
    expect(status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0, observedGeneration: 1 });
    expect(
      cluster
        .events('SuccessfulCreate')
        .map(({ message }) => message)
        .toSorted(),
    ).toEqual(
      cluster
        .pods()
        .map(({ metadata }) => `Created pod: ${metadata.name}`)
        .toSorted(),
    );
    expect(cluster.failures).toEqual([]);
  });

  test('shares its template with its pods', () => {
    using cluster = startCluster({ nodes: ['node-1'] });
    cluster.client.create(ReplicaSets, webSet(20));
    cluster.until('all are ready', () => cluster.ready().length === 20);
    expect(new Set(cluster.pods().map(({ spec }) => spec)).size).toBe(1);
  });

  test('replaces a pod deleted under it, and only that one', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(3));
    cluster.until('three pods run', () => cluster.ready().length === 3);
    const [victim, ...kept] = cluster.ready();
    cluster.client.delete(Pods, victim!.metadata);
    cluster.until('the victim is gone', () => !cluster.pods().some(({ metadata }) => metadata.uid === victim!.metadata.uid));
    cluster.until('three pods run again', () => cluster.ready().length === 3);
    expect(cluster.ready()).toEqual(expect.arrayContaining(kept));
  });

  test.each([0, 20, 5_000])('never makes one pod too many, even when its cache is %i ms behind', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    cluster.client.create(ReplicaSets, webSet(40));
    cluster.advance(latencyMs + 15);
    cluster.client.patch(ReplicaSets, web, { metadata: { labels: { touched: 'yes' } } }); // wakes it before it can have seen its pods
    cluster.advance(60_000);
    expect(cluster.ready()).toHaveLength(40);
    expect([...cluster.store.history.since(0)].filter(({ key, previous }) => key.startsWith('pods/') && !previous)).toHaveLength(40);
  });

  test('adopts orphans that match, releases a pod whose labels are changed, and replaces it', () => {
    using cluster = startCluster();
    cluster.client.create(Pods, {
      metadata: { name: 'stray', namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    });
    cluster.client.create(ReplicaSets, webSet(3));
    cluster.until('three pods run', () => cluster.ready().length === 3);
    const stray = cluster.client.get(Pods, { namespace: 'default', name: 'stray' });
    const { uid } = cluster.client.get(ReplicaSets, web).metadata;
    expect(stray.metadata.ownerReferences).toEqual([
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true, blockOwnerDeletion: true },
    ]);

    cluster.client.patch(Pods, stray.metadata, { metadata: { labels: { app: 'quarantine' } } });
    cluster.until('a new pod takes its place', () => cluster.ready().length === 4);
    cluster.advance(1_000);
    expect(cluster.client.get(Pods, stray.metadata).metadata.ownerReferences ?? []).toEqual([]);
    expect(cluster.client.get(ReplicaSets, web).status?.replicas).toBe(3);

    cluster.client.patch(Pods, stray.metadata, { metadata: { labels: { app: 'web' } } });
    cluster.until('it is adopted again, and one is too many', () => cluster.pods().length === 3);
    expect(cluster.failures).toEqual([]);
  });

  test('does not adopt when it is gone already, though its cache still shows it', () => {
    using cluster = startCluster({ latencyMs: 1_000 });
    cluster.client.create(ReplicaSets, webSet(0));
    cluster.advance(5_000);
    cluster.client.create(Pods, {
      metadata: { name: 'stray', namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx' }] },
    });
    cluster.advance(50);
    cluster.client.delete(ReplicaSets, web, { propagationPolicy: 'Orphan' });
    cluster.advance(60_000);
    expect(cluster.exists(ReplicaSets, 'web')).toBe(false);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'stray' }).metadata.ownerReferences ?? []).toEqual([]);
  });

  test('replaces a pod that failed, and leaves the failed one as it is', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('two run', () => cluster.ready().length === 2);
    const [failed] = cluster.pods();
    cluster.client.patch(Pods, failed!.metadata, { metadata: { labels: { app: 'over' } } });
    cluster.client.patch(Pods, failed!.metadata, { status: { phase: 'Failed', reason: 'Evicted', conditions: [] } }, 'merge', 'status');
    cluster.until('another one runs', () => cluster.ready().length === 2);
    cluster.advance(1_000);
    expect(cluster.pods()).toHaveLength(3);
    expect(cluster.client.get(ReplicaSets, web).status?.replicas).toBe(2);
    expect(cluster.client.get(Pods, failed!.metadata).metadata.ownerReferences).toEqual(failed!.metadata.ownerReferences); // not even released
  });

  test('says why it cannot make pods, and recovers', () => {
    using cluster = startCluster();
    const { template } = webSet(2).spec;
    cluster.client.create(ReplicaSets, webSet(2, { template: { ...template, spec: { ...template!.spec!, serviceAccountName: 'missing' } } }));
    cluster.advance(10_000);
    const failed = cluster.client.get(ReplicaSets, web).status;
    expect(failed).toMatchObject({ replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] });
    expect(failed?.conditions?.[0]?.message).toMatch(
      /^pods "web-[a-z0-9]*" is forbidden: error looking up service account default\/missing: serviceaccount "missing" not found$/,
    );
    expect(cluster.events('FailedCreate').length).toBeGreaterThan(0);
    expect(cluster.failures.length).toBeLessThan(20); // it backs off
  });

  test('counts a pod as available after minReadySeconds only', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(1, { minReadySeconds: 30 }));
    cluster.until('it is ready', () => cluster.client.get(ReplicaSets, web).status?.readyReplicas === 1);
    expect(cluster.client.get(ReplicaSets, web).status?.availableReplicas).toBeUndefined();
    const readyAt = cluster.clock.now();
    cluster.until('it is available', () => cluster.client.get(ReplicaSets, web).status?.availableReplicas === 1);
    expect(cluster.clock.now() - readyAt).toBeGreaterThan(28_000);
    expect(cluster.clock.now() - readyAt).toBeLessThan(31_000);
  });

  test('scales down, the youngest and least ready first', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('two run', () => cluster.ready().length === 2);
    const kept = cluster
      .ready()
      .map(({ metadata }) => metadata.name)
      .toSorted();
    cluster.advance(600_000);
    cluster.client.patch(ReplicaSets, web, { spec: { replicas: 5 } });
    cluster.until('five run', () => cluster.ready().length === 5);
    cluster.client.patch(ReplicaSets, web, { spec: { replicas: 2 } });
    cluster.until('two are left', () => cluster.pods().length === 2);
    expect(
      cluster
        .ready()
        .map(({ metadata }) => metadata.name)
        .toSorted(),
    ).toEqual(kept);
  });

  test('a thousand pods are ready soon', () => {
    using cluster = startCluster({ nodes: Array.from({ length: 10 }, (_, at) => `node-${at}`) });
    cluster.client.create(ReplicaSets, webSet(1_000));
    cluster.until('all are ready', () => cluster.client.get(ReplicaSets, web).status?.readyReplicas === 1_000);
    expect(cluster.failures).toEqual([]);
  });
});
