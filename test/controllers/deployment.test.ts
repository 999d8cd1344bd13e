import { describe, expect, test } from 'vitest';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Pods } from '../../src/kinds/core/pod';
import type { Deployment, DeploymentCondition, ReplicaSet } from '../../src/schema/types';
import { startCluster, web, type Cluster } from './cluster';

const key = { namespace: 'default', name: 'web' };
const revision = 'deployment.kubernetes.io/revision';
const setImage = (cluster: Cluster, image: string) =>
  cluster.client.patch(Deployments, key, { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } }, 'strategic');
const condition = (cluster: Cluster, type: string): DeploymentCondition | undefined =>
  cluster.deployment().status?.conditions?.find((each) => each.type === type);
const isComplete = ({ metadata, spec, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation &&
  status?.replicas === spec.replicas &&
  status?.updatedReplicas === spec.replicas &&
  status?.availableReplicas === spec.replicas;
const rolledOut = (cluster: Cluster): boolean => isComplete(cluster.deployment()) && condition(cluster, 'Progressing')?.reason === 'NewReplicaSetAvailable';
const roll = (cluster: Cluster, withinMs = 60_000): void => cluster.until('the rollout is complete', () => rolledOut(cluster), withinMs);
const scalings = (cluster: Cluster): string[] => cluster.events('ScalingReplicaSet').map(({ message = '' }) => message.replace(/web-[a-z0-9]+/, 'web-X'));

/** The sums of sizes and of available pods over all ReplicaSets, at every revision. */
function sumsAtEveryRevision({ store }: Cluster): { readonly size: number; readonly available: number }[] {
  const sets = new Map<string, ReplicaSet>();
  return [...store.history.since(0)].flatMap(({ key: path, value }) => {
    if (!path.startsWith('replicasets.apps/')) return [];
    if (value === undefined) sets.delete(path);
    else sets.set(path, value as ReplicaSet);
    const all = [...sets.values()];
    return [
      {
        size: all.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0),
        available: all.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0),
      },
    ];
  });
}

describe('a Deployment', () => {
  test('makes a ReplicaSet named by its template, and tells how it goes', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(3));
    roll(cluster);
    const [replicaSet] = cluster.replicaSets();
    const hash = replicaSet!.metadata.labels?.['pod-template-hash'];
    expect(replicaSet!.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web' },
      annotations: { [revision]: '1', 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' },
    });
    expect(replicaSet!.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
    expect(cluster.pods().every(({ metadata }) => metadata.labels?.['pod-template-hash'] === hash && metadata.name.startsWith(`web-${hash}-`))).toBe(true);
    const { metadata, status } = cluster.deployment();
    expect(metadata.annotations?.[revision]).toBe('1');
    expect(status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0 });
    expect(status).not.toHaveProperty('unavailableReplicas');
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True', message: `ReplicaSet "web-${hash}" has successfully progressed.` });
    expect(scalings(cluster)).toEqual(['Scaled up replica set web-X from 0 to 3']);
    expect(cluster.failures).toEqual([]);
  });

  test('shares its template with the ReplicaSet', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(1));
    roll(cluster);
    expect(cluster.replicaSets()[0]?.spec.template?.spec).toBe(cluster.deployment().spec.template.spec);
  });

  test('scales up and down', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(2));
    roll(cluster);
    cluster.client.patch(Deployments, key, { spec: { replicas: 5 } });
    roll(cluster);
    cluster.client.patch(Deployments, key, { spec: { replicas: 1 } });
    roll(cluster);
    cluster.until('one pod is left', () => cluster.pods().length === 1);
    expect(scalings(cluster)).toEqual([
      'Scaled up replica set web-X from 0 to 2',
      'Scaled up replica set web-X from 2 to 5',
      'Scaled down replica set web-X from 5 to 1',
    ]);
    expect(cluster.replicaSets()).toHaveLength(1);
  });

  test.each([
    { replicas: 10, maxSurge: '25%', maxUnavailable: '25%', most: 13, least: 8 },
    { replicas: 4, maxSurge: 1, maxUnavailable: 0, most: 5, least: 4 },
    { replicas: 4, maxSurge: 0, maxUnavailable: 1, most: 4, least: 3 },
    { replicas: 3, maxSurge: 0, maxUnavailable: '10%', most: 3, least: 2 },
    { replicas: 5, maxSurge: '100%', maxUnavailable: '100%', most: 10, least: 0 },
  ])(
    'rolls $replicas pods with surge $maxSurge and unavailable $maxUnavailable within its bounds at every revision',
    ({ replicas, maxSurge, maxUnavailable, most, least }) => {
      using cluster = startCluster();
      cluster.client.create(Deployments, web(replicas, 'nginx:1.27', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } }));
      roll(cluster);
      const before = sumsAtEveryRevision(cluster).length;
      setImage(cluster, 'nginx:1.28');
      roll(cluster);
      const during = sumsAtEveryRevision(cluster).slice(before);
      expect(Math.max(...during.map(({ size }) => size))).toBeLessThanOrEqual(most);
      expect(Math.min(...during.map(({ available }) => available))).toBeGreaterThanOrEqual(least);
      expect(cluster.deployment().metadata.annotations?.[revision]).toBe('2');
      expect(
        cluster
          .replicaSets()
          .map(({ spec }) => spec.replicas)
          .toSorted(),
      ).toEqual([0, replicas]);
      expect(cluster.failures).toEqual([]);
    },
  );

  test('stalls at a bad image, says so after the deadline, and comes back with undo', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(4, 'nginx:1.27', { progressDeadlineSeconds: 30 }));
    roll(cluster);
    const good = cluster.deployment().spec.template;
    setImage(cluster, 'nginx:bad');
    cluster.until('it has timed out', () => condition(cluster, 'Progressing')?.reason === 'ProgressDeadlineExceeded', 120_000);
    const stuck = cluster.replicaSets().find(({ spec }) => spec.template?.spec?.containers[0]?.image === 'nginx:bad');
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'False', message: `ReplicaSet "${stuck!.metadata.name}" has timed out progressing.` });
    expect(condition(cluster, 'Available')).toMatchObject({ status: 'True' });
    expect(cluster.ready().length).toBe(3);
    expect(cluster.deployment().status).toMatchObject({ replicas: 5, updatedReplicas: 2, readyReplicas: 3, availableReplicas: 3, unavailableReplicas: 2 });

    cluster.client.patch(Deployments, key, { spec: { template: { spec: { containers: good.spec!.containers } } } });
    roll(cluster);
    expect(cluster.deployment().metadata.annotations?.[revision]).toBe('3');
    const back = cluster.replicaSets().find(({ spec }) => spec.replicas === 4);
    expect(back?.metadata.annotations).toMatchObject({ [revision]: '3', 'deployment.kubernetes.io/revision-history': '1' });
  });

  test('recreates: never two versions at a time, not even while the old one ends', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(3, 'nginx:1.27', { strategy: { type: 'Recreate' } }));
    roll(cluster);
    setImage(cluster, 'nginx:1.28');
    cluster.until('the rollout is complete', () => {
      expect(new Set(cluster.pods().map(({ spec }) => spec.containers[0]?.image)).size).toBeLessThanOrEqual(1);
      return rolledOut(cluster);
    });
    expect(cluster.ready().every(({ spec }) => spec.containers[0]?.image === 'nginx:1.28')).toBe(true);
  });

  test('scaled in the middle of a rollout, both versions get their share', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(10, 'nginx:1.27', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }));
    roll(cluster);
    setImage(cluster, 'nginx:bad');
    cluster.advance(30_000);
    expect(sizes(cluster)).toEqual({ 'nginx:1.27': 8, 'nginx:bad': 5 });
    cluster.client.patch(Deployments, key, { spec: { replicas: 15 } });
    cluster.advance(30_000);
    expect(sizes(cluster)).toEqual({ 'nginx:1.27': 11, 'nginx:bad': 7 }); // upstream's own example: 13 become 18
  });

  test('paused, it is scaled but does not roll; resumed, it goes on', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(2));
    roll(cluster);
    cluster.client.patch(Deployments, key, { spec: { paused: true } });
    setImage(cluster, 'nginx:1.28');
    cluster.client.patch(Deployments, key, { spec: { replicas: 3 } });
    cluster.advance(10_000);
    expect(sizes(cluster)).toEqual({ 'nginx:1.27': 3 });
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
    cluster.client.patch(Deployments, key, { spec: { paused: null } });
    roll(cluster);
    expect(sizes(cluster)).toEqual({ 'nginx:1.27': 0, 'nginx:1.28': 3 });
  });

  test('keeps as many old revisions as it is told', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(1, 'nginx:1', { revisionHistoryLimit: 2 }));
    roll(cluster);
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4', 'nginx:5']) {
      setImage(cluster, image);
      roll(cluster);
    }
    cluster.advance(5_000);
    expect(Object.keys(sizes(cluster)).toSorted()).toEqual(['nginx:3', 'nginx:4', 'nginx:5']);
  });

  test('takes another name when the one it wants is taken', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(1));
    roll(cluster);
    const [first] = cluster.replicaSets();
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Orphan' });
    cluster.until('it is gone', () => !cluster.exists(Deployments, 'web'));
    cluster.client.patch(ReplicaSets, first!.metadata, { metadata: { labels: { app: 'other' } } });
    cluster.client.create(Deployments, web(1));
    roll(cluster);
    expect(cluster.deployment().status?.collisionCount).toBe(1);
    expect(cluster.replicaSets()).toHaveLength(2);
  });

  test('adopts a ReplicaSet that matches, with its revision', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(2));
    roll(cluster);
    const uids = cluster
      .pods()
      .map(({ metadata }) => metadata.uid)
      .toSorted();
    cluster.client.delete(Deployments, key, { propagationPolicy: 'Orphan' });
    cluster.until('it is gone', () => !cluster.exists(Deployments, 'web'));
    expect(cluster.replicaSets()[0]?.metadata.ownerReferences ?? []).toEqual([]);
    cluster.client.create(Deployments, web(2));
    roll(cluster);
    expect(cluster.replicaSets()).toHaveLength(1);
    expect(
      cluster
        .pods()
        .map(({ metadata }) => metadata.uid)
        .toSorted(),
    ).toEqual(uids);
  });

  test('passes on why its ReplicaSet cannot make pods', () => {
    using cluster = startCluster();
    const { template } = web(1).spec;
    cluster.client.create(Deployments, web(1, 'nginx', { template: { ...template, spec: { ...template.spec!, serviceAccountName: 'missing' } } }));
    cluster.advance(5_000);
    expect(condition(cluster, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
    });
  });

  test.each([20, 3_000])('rolls out the same with caches that are %i ms behind', (latencyMs) => {
    using cluster = startCluster({ latencyMs });
    cluster.client.create(Deployments, web(4));
    roll(cluster, 300_000);
    setImage(cluster, 'nginx:1.28');
    roll(cluster, 600_000);
    expect(Math.max(...sumsAtEveryRevision(cluster).map(({ size }) => size))).toBeLessThanOrEqual(5);
    expect(cluster.replicaSets()).toHaveLength(2);
  });

  test('goes on after its controllers were restarted in the middle of a rollout', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(6));
    roll(cluster);
    setImage(cluster, 'nginx:1.28');
    cluster.until('it is half way', () => (cluster.deployment().status?.updatedReplicas ?? 0) >= 3);
    cluster.stop();
    cluster.advance(20_000);
    expect(rolledOut(cluster)).toBe(false);
    cluster.resume();
    roll(cluster);
    expect(cluster.replicaSets()).toHaveLength(2);
    expect(cluster.pods().filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(6);
  });

  test('is not confused by somebody else who writes at the same time', () => {
    using cluster = startCluster({ latencyMs: 50 });
    cluster.client.create(Deployments, web(5));
    roll(cluster);
    setImage(cluster, 'nginx:1.28');
    let touched = 0;
    cluster.until('the rollout is complete', () => {
      const [first] = cluster.replicaSets();
      const patch = { metadata: { annotations: { touched: String(touched) } } };
      if (touched++ < 15) cluster.client.patch(Deployments, key, patch);
      else if (touched < 30 && first) cluster.client.patch(ReplicaSets, first.metadata, patch);
      return rolledOut(cluster);
    });
    expect(cluster.failures.every(({ message }) => message.includes('the object has been modified'))).toBe(true);
    expect(cluster.ready()).toHaveLength(5);
  });

  test('loses nothing when a pod is deleted in the middle of a rollout', () => {
    using cluster = startCluster();
    cluster.client.create(Deployments, web(4));
    roll(cluster);
    setImage(cluster, 'nginx:1.28');
    cluster.until('it is half way', () => (cluster.deployment().status?.updatedReplicas ?? 0) >= 2);
    for (const { metadata } of cluster.pods().slice(0, 2)) cluster.client.delete(Pods, metadata);
    roll(cluster);
    cluster.until('four pods are ready and no more are there', () => cluster.ready().length === 4 && cluster.pods().length === 4);
  });
});

const sizes = (cluster: Cluster): Record<string, number | undefined> =>
  Object.fromEntries(cluster.replicaSets().map(({ spec }) => [spec.template?.spec?.containers[0]?.image ?? '', spec.replicas]));
