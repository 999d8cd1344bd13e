import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/api/types';
import { nodeOf } from '../../src/controllers/daemonset/placement';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../src/kinds/apps/daemonset';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import type { DaemonSet } from '../../src/schema/types';
import { startCluster, type Cluster } from './cluster';

const key = { namespace: 'default', name: 'agent' };
const labels = { app: 'agent' };
const agent = (spec: Partial<DaemonSet['spec']> = {}, podSpec: object = {}): Draft<DaemonSet> => ({
  metadata: key,
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'agent', image: 'agent:1' }], ...podSpec } }, ...spec },
});
const set = (cluster: Cluster) => cluster.client.get(DaemonSets, key);
const nodes = (cluster: Cluster) => cluster.pods().map((pod) => nodeOf(pod)).sort();
const images = (cluster: Cluster) => cluster.pods().map(({ spec }) => spec.containers[0]?.image);
const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } });
const ready = (cluster: Cluster, count: number) =>
  cluster.until(`${count} are ready`, () => set(cluster).status?.numberReady === count && set(cluster).status?.desiredNumberScheduled === count);

describe('a DaemonSet', () => {
  test('has one pod on each node, meant for that node and bearing its troubles', () => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 3);
    expect(nodes(cluster)).toEqual(['a', 'b', 'c']);
    const [pod] = cluster.pods();
    expect(pod?.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms).toHaveLength(1);
    expect(pod?.spec.tolerations).toContainEqual({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' });
    expect(set(cluster).status).toMatchObject({ currentNumberScheduled: 3, numberMisscheduled: 0, numberAvailable: 3, updatedNumberScheduled: 3 });
    const [revision] = cluster.client.list(ControllerRevisions, 'default').items;
    expect(pod?.metadata.labels?.['controller-revision-hash']).toBe(revision?.metadata.labels?.['controller-revision-hash']);
  });

  test('follows the nodes it is for', () => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent({}, { nodeSelector: { disk: 'ssd' } }));
    cluster.advance(1_000);
    expect(cluster.pods()).toEqual([]);
    cluster.client.patch(Nodes, { name: 'b' }, { metadata: { labels: { disk: 'ssd' } } });
    ready(cluster, 1);
    expect(nodes(cluster)).toEqual(['b']);
    cluster.client.patch(Nodes, { name: 'b' }, { metadata: { labels: { disk: null } } });
    cluster.until('it is gone', () => cluster.pods().length === 0);
  });

  test('stays off nodes with taints it does not tolerate, and on nodes that only let nobody new in', () => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 2);
    cluster.client.patch(Nodes, { name: 'a' }, { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
    cluster.advance(5_000);
    expect(nodes(cluster)).toEqual(['a', 'b']);
    expect(set(cluster).status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 });
    cluster.client.patch(Nodes, { name: 'a' }, { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } });
    cluster.until('it left', () => cluster.pods().length === 1);
    expect(nodes(cluster)).toEqual(['b']);
  });

  test('replaces one pod after the other when its template changes', () => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 3);
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('all are new', () => {
      expect(cluster.ready().length).toBeGreaterThanOrEqual(2);
      return images(cluster).join() === 'agent:2,agent:2,agent:2' && set(cluster).status?.numberAvailable === 3;
    });
    cluster.client.patch(DaemonSets, key, withImage('agent:1'), 'strategic');
    cluster.until('all are old again', () => images(cluster).join() === 'agent:1,agent:1,agent:1' && set(cluster).status?.numberAvailable === 3);
    expect(cluster.client.list(ControllerRevisions, 'default').items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  });

  test('that surges makes the new pod before the old one goes', () => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c'] });
    cluster.client.create(DaemonSets, agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }));
    ready(cluster, 3);
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('all are new', () => {
      const covered = new Set(cluster.ready().map((pod) => nodeOf(pod)));
      expect(covered.size).toBe(3);
      expect(cluster.pods().filter(({ metadata }) => !metadata.deletionTimestamp).length).toBeLessThanOrEqual(4);
      return images(cluster).join() === 'agent:2,agent:2,agent:2';
    });
  });

  test('on delete replaces nobody', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent({ updateStrategy: { type: 'OnDelete' } }));
    ready(cluster, 1);
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.advance(60_000);
    expect(images(cluster)).toEqual(['agent:1']);
  });

  test('makes a pod that failed anew, less and less eagerly', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 1);
    const fail = () => {
      const [pod] = cluster.pods();
      if (pod) cluster.client.update(Pods, { ...pod, status: { ...pod.status, phase: 'Failed' } }, 'status');
      const failedAt = cluster.clock.now();
      cluster.until('it is another', () => cluster.pods()[0]?.metadata.uid !== pod?.metadata.uid && cluster.ready().length === 1);
      return cluster.clock.now() - failedAt;
    };
    fail();
    for (let i = 0; i < 4; i++) fail();
    expect(fail()).toBeGreaterThan(5_000);
    expect(cluster.events('FailedDaemonPod').length).toBeGreaterThan(0);
  });

  test.each([30, 2_000])('comes to the same end when caches are %i ms behind', (latencyMs) => {
    using cluster = startCluster({ latencyMs, nodes: ['a', 'b', 'c'] });
    cluster.client.create(DaemonSets, agent());
    cluster.until('all are there', () => cluster.pods().length === 3 && cluster.ready().length === 3);
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('all are new', () => images(cluster).join() === 'agent:2,agent:2,agent:2' && cluster.ready().length === 3, 600_000);
    expect(nodes(cluster)).toEqual(['a', 'b', 'c']);
    expect(cluster.failures.filter(({ message }) => !message.includes('the object has been modified'))).toEqual([]);   // a client's change it had not seen
  });
});
