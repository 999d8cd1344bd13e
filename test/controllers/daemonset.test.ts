import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/api/types';
import { nodeOf } from '../../src/controllers/daemonset/placement';
import { ControllerRevisions } from '../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../src/kinds/apps/daemonset';
import { Nodes } from '../../src/kinds/core/node';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import type { DaemonSet } from '../../src/schema/types';
import { startCluster, type Cluster, type Scenario } from './cluster';

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

  test('waits less and less eagerly for one that failed, and counts anew for a new template', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 1);
    const waits = [0, 1_000, 2_000, 4_000, 8_000];
    const fail = () => {
      const [pod] = cluster.pods();
      if (pod) cluster.client.update(Pods, { ...pod, status: { ...pod.status, phase: 'Failed' } }, 'status');
      const failedAt = cluster.clock.now();
      cluster.until('it is told to go', () => !cluster.pods().some(({ metadata }) => metadata.uid === pod?.metadata.uid && !metadata.deletionTimestamp));
      const waitedMs = cluster.clock.now() - failedAt;
      ready(cluster, 1);
      cluster.until('it is another', () => cluster.ready().length === 1);
      return waitedMs;
    };
    let lastAt = cluster.clock.now();
    for (const waitMs of waits) {
      const sinceMs = cluster.clock.now() - lastAt;
      expect(fail()).toBeLessThanOrEqual(waitMs + 50);
      if (waitMs > 0) expect(cluster.clock.now() - lastAt).toBeGreaterThanOrEqual(waitMs);
      expect(sinceMs).toBeGreaterThanOrEqual(0);
      lastAt = cluster.clock.now();
    }
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('it is new', () => images(cluster).join() === 'agent:2' && cluster.ready().length === 1);
    ready(cluster, 1);
    expect(fail()).toBeLessThan(50);
  });

  test('makes one that succeeded anew, and says so', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 1);
    const [pod] = cluster.pods();
    if (pod) cluster.client.update(Pods, { ...pod, status: { ...pod.status, phase: 'Succeeded' } }, 'status');
    cluster.until('it is another', () => cluster.pods()[0]?.metadata.uid !== pod?.metadata.uid && cluster.ready().length === 1);
    expect(cluster.events('SucceededDaemonPod').map(({ message }) => message)).toEqual([`Found succeeded daemon pod default/${pod?.metadata.name} on node a, will try to delete it`]);
  });

  test('takes down as many pods at a time as it may, of those that work', () => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c', 'd', 'e'] });
    cluster.client.create(DaemonSets, agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '30%' } } }));
    ready(cluster, 5);
    cluster.client.patch(DaemonSets, key, withImage('bad:1'), 'strategic');
    cluster.advance(60_000);
    expect(cluster.ready()).toHaveLength(3);   // 30 % of 5 is rounded up
    expect(set(cluster).status).toMatchObject({ updatedNumberScheduled: 2, numberAvailable: 3, numberUnavailable: 2 });
    const kept = cluster.ready().map(({ metadata }) => metadata.uid).sort();
    cluster.client.patch(DaemonSets, key, withImage('agent:1'), 'strategic');
    cluster.until('all work again', () => set(cluster).status?.numberAvailable === 5 && images(cluster).every((image) => image === 'agent:1'));
    expect(cluster.pods().map(({ metadata }) => metadata.uid).sort()).toEqual(expect.arrayContaining(kept));   // those that never changed were left alone
  });

  test('counts a pod as available when it has been ready for long enough', () => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent({ minReadySeconds: 20 }));
    ready(cluster, 2);
    expect(set(cluster).status).toMatchObject({ numberReady: 2, numberUnavailable: 2 });
    cluster.until('both are available', () => set(cluster).status?.numberAvailable === 2, 21_000);
  });

  test('that surges leaves a node it is no longer for when enough others serve', () => {
    using cluster = startCluster({ nodes: ['a', 'b'], readyAfterMs: 5_000 });
    cluster.client.patch(Nodes, { name: 'a' }, { metadata: { labels: { tier: 'old' } } });
    cluster.client.create(DaemonSets, agent({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, { tolerations: [] }));
    ready(cluster, 2);
    cluster.client.patch(Nodes, { name: 'a' }, { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('the other node has a new one', () => {
      expect(cluster.ready().length).toBeGreaterThanOrEqual(1);
      return set(cluster).status?.numberAvailable === 1 && cluster.pods().length === 1;
    });
    expect(nodes(cluster)).toEqual(['b']);
  });

  test('has one revision for a template: of two that say the same the newer stays, and pods follow', () => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 2);
    const uids = cluster.pods().map(({ metadata }) => metadata.uid);
    const [first] = cluster.client.list(ControllerRevisions, 'default').items;
    if (!first) throw new Error('no revision');
    const { labels: own, ownerReferences = [] } = first.metadata;
    cluster.client.create(ControllerRevisions, {
      metadata: { name: 'agent-copy', namespace: 'default', labels: { ...own, 'controller-revision-hash': 'copy' }, ownerReferences },
        ...(first.data !== undefined && { data: first.data }), revision: 7,
    });
    cluster.client.patch(DaemonSets, key, { metadata: { labels: { touched: 'yes' } } });
    cluster.until('one is left', () => cluster.client.list(ControllerRevisions, 'default').items.map(({ metadata }) => metadata.name).join() === 'agent-copy');
    cluster.advance(5_000);
    expect(cluster.pods().map(({ metadata }) => metadata.labels?.['controller-revision-hash'])).toEqual(['copy', 'copy']);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(uids);
  });

  test('takes another name for a revision when the first is taken', () => {
    using first = startCluster({ nodes: ['a'] });
    first.client.create(DaemonSets, agent());
    ready(first, 1);
    const name = first.client.list(ControllerRevisions, 'default').items[0]?.metadata.name ?? '';
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(ControllerRevisions, { metadata: { name, namespace: 'default' }, data: { other: true }, revision: 1 });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 1);
    expect(set(cluster).status?.collisionCount).toBe(1);
  });

  test('keeps as many old revisions as it is told, and those that pods have', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent({ revisionHistoryLimit: 1 }));
    ready(cluster, 1);
    for (const image of ['agent:2', 'agent:3', 'agent:4']) {
      cluster.client.patch(DaemonSets, key, withImage(image), 'strategic');
      cluster.until(`it has ${image}`, () => images(cluster).join() === image && cluster.ready().length === 1);
    }
    cluster.advance(1_000);
    expect(cluster.client.list(ControllerRevisions, 'default').items.map(({ revision }) => revision).sort()).toEqual([3, 4]);
  });

  test('adopts a pod that is on a node already, and releases one without its labels', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(Pods, { metadata: { name: 'mine', namespace: 'default', labels }, spec: { nodeName: 'a', containers: [{ name: 'agent', image: 'agent:1' }] } });
    cluster.client.create(DaemonSets, agent({ updateStrategy: { type: 'OnDelete' } }));
    ready(cluster, 1);
    expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual(['mine']);
    cluster.client.patch(Pods, { namespace: 'default', name: 'mine' }, { metadata: { labels: { app: null } } });
    cluster.until('it is released, and replaced', () => cluster.pods().length === 2 && cluster.client.get(Pods, { namespace: 'default', name: 'mine' }).metadata.ownerReferences === undefined);
  });

  test('follows nodes that come and go', () => {
    using cluster = startCluster({ nodes: ['a'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 1);
    cluster.fleet.join('b');
    ready(cluster, 2);
    cluster.fleet.leave('a');
    cluster.until('the pod of the lost node is gone', () => nodes(cluster).join() === 'b' && set(cluster).status?.desiredNumberScheduled === 1, 600_000);
  });

  test('leaves its pods on a node that is silent: they bear that', () => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 2);
    const uids = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.fleet.silence('a');
    cluster.advance(900_000);
    expect(cluster.pods().map(({ metadata }) => [metadata.uid, metadata.deletionTimestamp])).toEqual(uids.map((uid) => [uid, undefined]));
    expect(set(cluster).status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1, numberReady: 1 });   // but nobody new would be put there
  });

  test.each(['Background', 'Foreground', 'Orphan'] as const)('deleted with %s, its pods and revisions go, or stay', (propagationPolicy) => {
    using cluster = startCluster({ nodes: ['a', 'b'] });
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 2);
    cluster.client.delete(DaemonSets, key, { propagationPolicy });
    cluster.until('it is gone', () => !cluster.exists(DaemonSets, 'agent'));
    if (propagationPolicy === 'Foreground') expect(cluster.pods()).toEqual([]);
    cluster.advance(30_000);
    const left = propagationPolicy === 'Orphan' ? 1 : 0;
    expect(cluster.client.list(ControllerRevisions, 'default').items).toHaveLength(left);
    expect(cluster.pods()).toHaveLength(2 * left);
    if (!left) return;
    const uids = cluster.pods().map(({ metadata }) => metadata.uid);
    cluster.client.create(DaemonSets, agent());
    ready(cluster, 2);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).toEqual(uids);
    expect(cluster.client.list(ControllerRevisions, 'default').items).toHaveLength(1);
  });

  const disturbances: readonly (readonly [string, Scenario, (cluster: Cluster) => void])[] = [
    ['undisturbed', {}, () => {}],
    ['caches are 30 ms behind', { latencyMs: 30 }, () => {}],
    ['caches are 2 s behind', { latencyMs: 2_000 }, () => {}],
    ['its controller starts again', {}, (cluster) => cluster.restart()],
    ['another writes to it and to its pods', { latencyMs: 50 }, (cluster) => {
      cluster.client.patch(DaemonSets, key, { metadata: { labels: { touched: String(cluster.clock.now()) } } });
      for (const { metadata } of cluster.pods()) cluster.client.patch(Pods, metadata, { metadata: { annotations: { touched: String(cluster.clock.now()) } } });
    }],
    ['a pod is deleted', {}, (cluster) => { const pod = cluster.pods().at(-1); if (pod) cluster.client.delete(Pods, pod.metadata); }],
    ['a node crashes and comes back', {}, (cluster) => {
      cluster.fleet.silence('b');
      cluster.advance(60_000);
      cluster.fleet.wake('b');
      for (const pod of cluster.pods().filter(({ spec }) => spec.nodeName === 'b')) {
        if (isPodReady(pod)) continue;
        const conditions = (pod.status?.conditions ?? []).map((condition) => (condition.type === 'Ready' ? { ...condition, status: 'True' } : condition));
        const seen = cluster.client.patch(Pods, pod.metadata, { metadata: { annotations: { seen: 'again' } } });
        cluster.client.update(Pods, { ...seen, status: { ...pod.status, conditions } }, 'status');
      }
    }],
    ['a node goes and another comes', {}, (cluster) => {
      const last = cluster.client.list(Nodes).items.at(-1)?.metadata.name ?? '';
      cluster.fleet.leave(last);
      cluster.fleet.join(`${last}x`);
    }],
  ];

  test.each(disturbances)('comes to the same end when %s in the middle', (_name, scenario, disturb) => {
    using cluster = startCluster({ nodes: ['a', 'b', 'c'], ...scenario });
    const isDone = (image: string) => () =>
      images(cluster).join() === [image, image, image].join() && set(cluster).status?.numberAvailable === 3 && set(cluster).status?.updatedNumberScheduled === 3;
    cluster.client.create(DaemonSets, agent());
    cluster.until('it is under way', () => cluster.pods().length === 3, 60_000);
    disturb(cluster);
    cluster.until('all are there', isDone('agent:1'), 600_000);
    cluster.client.patch(DaemonSets, key, withImage('agent:2'), 'strategic');
    cluster.until('the rollout is under way', () => images(cluster).includes('agent:2'), 60_000);
    disturb(cluster);
    cluster.until('all are new', isDone('agent:2'), 600_000);
    cluster.client.patch(DaemonSets, key, withImage('agent:1'), 'strategic');
    cluster.until('all are old again', isDone('agent:1'), 600_000);
    cluster.advance(60_000);
    expect(new Set(nodes(cluster)).size).toBe(3);
    expect(set(cluster).status).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3, numberAvailable: 3, updatedNumberScheduled: 3 });
    expect(cluster.client.list(ControllerRevisions, 'default').items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
    expect(cluster.failures.filter(({ controller, message }) => controller === 'daemonset-controller' && !message.includes('the object has been modified'))).toEqual([]);
  });
});
