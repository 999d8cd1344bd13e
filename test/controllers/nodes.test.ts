import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ranges } from '../../src/controllers/node-ipam/ranges';
import { tolerationSecondsOf } from '../../src/controllers/taint-eviction/controller';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import type { Node } from '../../src/schema/types';
import { startCluster, webSet, type Cluster } from './cluster';

const nodeOf = ({ client }: Cluster, name: string): Node => client.get(Nodes, { name });
const readyOf = (cluster: Cluster, name: string) => nodeOf(cluster, name).status?.conditions?.find(({ type }) => type === 'Ready');
const taintsOf = (cluster: Cluster, name: string) => (nodeOf(cluster, name).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

describe('a node that stops sending heartbeats', () => {
  test('is called unknown after 50 seconds, and tainted', () => {
    using cluster = startCluster();
    cluster.advance(5_000);
    cluster.fleet.silence('node-1');
    cluster.until('it is unknown', () => readyOf(cluster, 'node-1')?.status === 'Unknown', 120_000);
    expect(cluster.clock.now() - Date.UTC(2026, 0, 1)).toBe(50_000); // at the monitor's tick, after the grace period
    expect(readyOf(cluster, 'node-1')).toMatchObject({ reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });
    cluster.advance(1_000);
    expect(taintsOf(cluster, 'node-1')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    cluster.advance(4_000); // the next look gives it up
    expect(taintsOf(cluster, 'node-1')).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute']);
    expect(readyOf(cluster, 'node-2')?.status).toBe('True');
    expect(taintsOf(cluster, 'node-2')).toEqual([]);
    expect(cluster.events('NodeNotReady').map(({ message }) => message)).toEqual(['Node node-1 status is now: NodeNotReady']);
  });

  test('takes its pods out of service at once, and loses them after their toleration', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(4));
    cluster.until('all are ready', () => cluster.ready().length === 4);
    cluster.fleet.silence('node-1');
    cluster.until('its pods are not ready', () => cluster.ready().length === 2, 120_000);
    const at = cluster.clock.now();
    expect(
      cluster
        .events('NodeNotReady')
        .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
        .map(({ message }) => message),
    ).toEqual(['Node is not ready', 'Node is not ready']);
    cluster.until('they are evicted', () => cluster.pods().some(({ metadata }) => metadata.deletionTimestamp), 400_000);
    expect(Math.round((cluster.clock.now() - at) / 1_000)).toBe(305);
    const evicted = cluster.pods().filter(({ metadata }) => metadata.deletionTimestamp);
    expect(
      evicted.every(({ status }) =>
        status?.conditions?.some(
          ({ type, reason, message }) =>
            type === 'DisruptionTarget' && reason === 'DeletionByTaintManager' && message === 'Taint manager: deleting due to NoExecute taint',
        ),
      ),
    ).toBe(true);
    expect(
      cluster
        .events('TaintManagerEviction')
        .map(({ message }) => message)
        .toSorted(),
    ).toEqual(evicted.map(({ metadata }) => `Marking for deletion Pod default/${metadata.name}`).toSorted());
    cluster.until('others take their place', () => cluster.ready().length === 4);
  });

  test('that comes back in time keeps its pods', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(2));
    cluster.until('all are ready', () => cluster.ready().length === 2);
    cluster.fleet.silence('node-1');
    cluster.until('it is tainted', () => taintsOf(cluster, 'node-1').length === 2, 120_000);
    cluster.advance(60_000);
    cluster.fleet.wake('node-1');
    cluster.until('its taints are gone', () => taintsOf(cluster, 'node-1').length === 0);
    cluster.advance(600_000);
    expect(cluster.pods()).toHaveLength(2);
    expect(cluster.events('TaintManagerEviction').map(({ message }) => message)).toEqual([expect.stringMatching(/^Cancelling deletion of Pod default\/web-/)]);
    expect(readyOf(cluster, 'node-1')?.status).toBe('True');
  });

  test('is given its grace anew when the controllers were away themselves', () => {
    using cluster = startCluster();
    cluster.advance(5_000);
    cluster.fleet.silence('node-1');
    cluster.stop();
    cluster.advance(300_000);
    cluster.resume();
    cluster.advance(49_000);
    expect(readyOf(cluster, 'node-1')?.status).toBe('True');
    cluster.advance(2_000);
    expect(readyOf(cluster, 'node-1')?.status).toBe('Unknown');
  });

  test('but never reported at all has 60 seconds', () => {
    using cluster = startCluster();
    cluster.client.create(Nodes, { metadata: { name: 'mute' }, spec: {} });
    cluster.advance(59_000);
    expect(readyOf(cluster, 'mute')).toBeUndefined();
    cluster.advance(2_000);
    expect(readyOf(cluster, 'mute')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' });
  });
});

test('a cordoned node is tainted, and an uncordoned one is not', () => {
  using cluster = startCluster();
  cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { unschedulable: true } });
  cluster.until('it is tainted', () => taintsOf(cluster, 'node-1').includes('node.kubernetes.io/unschedulable:NoSchedule'));
  cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { unschedulable: null } });
  cluster.until('it is not', () => taintsOf(cluster, 'node-1').length === 0);
});

test('taints of others are left alone', () => {
  using cluster = startCluster();
  cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] } });
  cluster.fleet.silence('node-1');
  cluster.until('it is unreachable', () => taintsOf(cluster, 'node-1').length === 3, 120_000);
  cluster.fleet.wake('node-1');
  cluster.until('only theirs is left', () => taintsOf(cluster, 'node-1').join() === 'team:NoSchedule');
});

test('a NoExecute taint evicts at once what does not tolerate it', () => {
  using cluster = startCluster();
  cluster.client.create(ReplicaSets, webSet(4));
  cluster.until('all are ready', () => cluster.ready().length === 4);
  cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { taints: [{ key: 'maintenance', effect: 'NoExecute' }] } });
  cluster.until('its pods are going', () => cluster.pods().filter(({ metadata }) => metadata.deletionTimestamp).length === 2, 1_000);
});

test('pods of a node that was deleted are given up 40 seconds after that was noticed', () => {
  using cluster = startCluster();
  cluster.client.create(ReplicaSets, webSet(4));
  cluster.until('all are ready', () => cluster.ready().length === 4);
  const lost = cluster
    .pods()
    .filter(({ spec }) => spec.nodeName === 'node-1')
    .map(({ metadata }) => metadata.name);
  cluster.fleet.leave('node-1');
  cluster.until('they are gone', () => lost.every((name) => !cluster.exists(Pods, name)), 120_000);
  expect(cluster.clock.now() - Date.UTC(2026, 0, 1)).toBe(60_000); // noticed at the collector's tick after 20 seconds
  const failed = [...cluster.store.history.since(0)].filter(
    ({ key, value }) => key.startsWith('pods/') && (value as { status?: { phase?: string } } | undefined)?.status?.phase === 'Failed',
  );
  expect(failed).toHaveLength(2);
  cluster.until('others take their place', () => cluster.ready().length === 4);
});

test('each node gets its own part of the pod network, lowest first, and a freed one is used again', () => {
  using cluster = startCluster({ nodes: ['a', 'b', 'c'] });
  const rangeOf = (name: string) => nodeOf(cluster, name).spec.podCIDR;
  cluster.until('all have one', () => ['a', 'b', 'c'].every(rangeOf));
  expect(['a', 'b', 'c'].map(rangeOf)).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']);
  expect(nodeOf(cluster, 'a').spec.podCIDRs).toEqual(['10.244.0.0/24']);
  cluster.fleet.leave('b');
  cluster.restart();
  cluster.fleet.join('d');
  cluster.until('d has one', () => rangeOf('d') !== undefined);
  expect(rangeOf('d')).toBe('10.244.1.0/24');
});

test('no two nodes ever hold one range', () => {
  const step = fc.record({ node: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), take: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const ranges = new Ranges('10.0.0.0/22');
      const held = new Map<string, string>();
      for (const { node, take } of steps) {
        if (!take) {
          ranges.release(node);
          held.delete(node);
          continue;
        }
        if (held.has(node)) continue;
        const range = ranges.take(node);
        const free = ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'].filter((each) => ![...held.values()].includes(each));
        expect(range).toBe(free[0]);
        if (range) held.set(node, range);
      }
    }),
  );
});

test.each([
  [[], [], undefined],
  [[], [{ key: 'a', effect: 'NoExecute' }], 0],
  [[{ key: 'a', operator: 'Exists' }], [{ key: 'a', effect: 'NoExecute' }], undefined],
  [[{ key: 'a', operator: 'Exists', tolerationSeconds: 300 }], [{ key: 'a', effect: 'NoExecute' }], 300],
  [[{ key: 'a', operator: 'Exists', tolerationSeconds: -5 }], [{ key: 'a', effect: 'NoExecute' }], 0],
  [
    [
      { key: 'a', operator: 'Exists', tolerationSeconds: 300 },
      { key: 'b', operator: 'Exists', tolerationSeconds: 20 },
    ],
    [
      { key: 'a', effect: 'NoExecute' },
      { key: 'b', effect: 'NoExecute' },
    ],
    20,
  ],
  [
    [
      { key: 'a', operator: 'Exists', tolerationSeconds: 300 },
      { key: 'b', operator: 'Exists', tolerationSeconds: 20 },
    ],
    [{ key: 'a', effect: 'NoExecute' }],
    300,
  ],
  [
    [{ key: 'a', operator: 'Exists' }],
    [
      { key: 'a', effect: 'NoExecute' },
      { key: 'b', effect: 'NoExecute' },
    ],
    0,
  ],
])('tolerations %j bear the taints %j for %s seconds', (tolerations, taints, seconds) => {
  expect(tolerationSecondsOf(tolerations, taints)).toBe(seconds);
});
