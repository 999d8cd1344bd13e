import fc from 'fast-check';
import { tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { nodeLifecycleController } from '../../src/controllers/node-lifecycle/controller';
import { RateLimitedQueue } from '../../src/controllers/node-lifecycle/rate-limited-queue';
import { evictionRateOf, Zones, zoneStateOf } from '../../src/controllers/node-lifecycle/zones';
import { taintEvictionController } from '../../src/controllers/taint-eviction/controller';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Leases } from '../../src/kinds/coordination/lease';
import { Nodes } from '../../src/kinds/core/node';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { Pods } from '../../src/kinds/core/pod';
import type { Node } from '../../src/schema/types';
import { startCluster, startedAt, webSet, type Cluster } from './cluster';

const nodeOf = ({ client }: Cluster, name: string): Node => client.get(Nodes, { name });
const readyOf = (cluster: Cluster, name: string) => nodeOf(cluster, name).status?.conditions?.find(({ type }) => type === 'Ready')?.status;
const givenUp = (cluster: Cluster) => cluster.client.list(Nodes).items.filter(({ spec }) => spec.taints?.some(({ effect }) => effect === 'NoExecute')).map(({ metadata }) => metadata.name);
const secondsOf = (cluster: Cluster) => (cluster.clock.now() - startedAt) / 1_000;
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
const zoneOf = (name: string) => name.slice(0, name.lastIndexOf('-'));
const onlyNodes = [nodeLifecycleController, taintEvictionController];

/** When each node was given up, in seconds. */
function turns(cluster: Cluster, seconds: number): readonly number[] {
  const found: number[] = [];
  const until = cluster.clock.now() + seconds * 1_000;
  for (let before = givenUp(cluster).length; cluster.clock.now() < until; ) {
    cluster.advance(1_000);
    const now = givenUp(cluster).length;
    if (now > before) found.push(secondsOf(cluster));
    before = now;
  }
  return found;
}

describe('a zone of which', () => {
  test('all is gone is given up node by node, ten seconds apart, and no other zone is', () => {
    using cluster = startCluster({ nodes: [...named('a', 4), ...named('b', 4)], zone: zoneOf, controllers: onlyNodes });
    for (const name of named('a', 4)) cluster.fleet.silence(name);
    expect(turns(cluster, 200)).toEqual([55, 65, 75, 85]);
    expect(givenUp(cluster)).toEqual(named('a', 4));
  });

  test('too much is gone is not given up while it is small; when one comes back the others are', () => {
    using cluster = startCluster({ nodes: [...named('a', 5), 'b-1'], zone: zoneOf, controllers: onlyNodes });
    for (const name of named('a', 3)) cluster.fleet.silence(name);
    expect(turns(cluster, 600)).toEqual([]);
    expect(named('a', 3).map((name) => readyOf(cluster, name))).toEqual(['Unknown', 'Unknown', 'Unknown']);
    expect(nodeOf(cluster, 'a-1').spec.taints).toEqual([{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: expect.any(String) }]);
    cluster.fleet.wake('a-2');
    expect(turns(cluster, 60)).toEqual([610, 620]);   // who had no turn to give gets its first after ten seconds
    expect(givenUp(cluster)).toEqual(['a-1', 'a-3']);
  });

  test('60 % of 60 nodes are gone is given up slowly: one in 100 seconds', () => {
    using cluster = startCluster({ nodes: [...named('a', 60), 'b-1'], zone: zoneOf, controllers: onlyNodes });
    for (const name of named('a', 36)) cluster.fleet.silence(name);
    expect(turns(cluster, 400)).toEqual([55, 155, 255, 355]);
    expect(cluster.client.list(Nodes).items.filter(({ spec }) => spec.taints?.some(({ effect }) => effect === 'NoSchedule'))).toHaveLength(36);
  });

  test('half is gone is given up as usual', () => {
    using cluster = startCluster({ nodes: [...named('a', 8)], zone: zoneOf, controllers: onlyNodes });
    for (const name of named('a', 4)) cluster.fleet.silence(name);
    expect(turns(cluster, 100)).toEqual([55, 65, 75, 85]);
  });

  test('nodes that want no part in this are not counted', () => {
    using cluster = startCluster({ nodes: named('a', 5), zone: zoneOf, controllers: onlyNodes });
    cluster.client.patch(Nodes, { name: 'a-1' }, { metadata: { labels: { 'node.kubernetes.io/exclude-disruption': '' } } });
    for (const name of named('a', 3)) cluster.fleet.silence(name);
    expect(turns(cluster, 100)).toEqual([55, 65, 75]);   // two of four: not disturbed
  });
});

test('when all zones are out nobody is given up, and who was gets his pods back; afterwards it goes on', () => {
  using cluster = startCluster({ nodes: [...named('a', 2), ...named('b', 2)], zone: zoneOf, controllers: onlyNodes });
  cluster.fleet.silence('a-1');
  cluster.advance(60_000);
  expect(givenUp(cluster)).toEqual(['a-1']);
  for (const name of ['a-2', ...named('b', 2)]) cluster.fleet.silence(name);
  cluster.until('nothing answers', () => named('b', 2).every((name) => readyOf(cluster, name) === 'Unknown'), 120_000);
  cluster.advance(10_000);
  expect(givenUp(cluster)).toEqual([]);
  cluster.advance(600_000);
  expect(givenUp(cluster)).toEqual([]);
  cluster.fleet.wake('b-1');
  cluster.advance(60_000);
  expect(givenUp(cluster).toSorted()).toEqual(['a-1', 'a-2', 'b-2']);
  expect(nodeOf(cluster, 'b-1').spec.taints).toBeUndefined();
});

test('a restart forgets who was given up: the taints go and come again in turns', () => {
  using cluster = startCluster({ nodes: [...named('a', 6)], zone: zoneOf, controllers: onlyNodes });
  for (const name of named('a', 3)) cluster.fleet.silence(name);
  cluster.fleet.wake('a-3');
  cluster.advance(100_000);
  expect(givenUp(cluster)).toHaveLength(2);
  cluster.restart();
  cluster.advance(1_000);
  expect(givenUp(cluster)).toHaveLength(1);
  expect(cluster.events('RegisteredNode').filter(({ involvedObject }) => involvedObject.name === 'a-1')).toHaveLength(2);
  cluster.advance(15_000);
  expect(givenUp(cluster)).toHaveLength(2);
});

test('nodes that come and go are told of at the next look', () => {
  using cluster = startCluster({ nodes: ['a-1'], zone: zoneOf, controllers: onlyNodes });
  cluster.advance(1_000);
  cluster.fleet.join('a-2');
  cluster.advance(1_000);
  const told = (reason: string) => cluster.events(reason).map(({ message }) => message);
  expect(told('RegisteredNode')).toEqual(['Node a-1 event: Registered Node a-1 in Controller']);
  cluster.advance(4_000);
  expect(told('RegisteredNode')).toEqual(['Node a-1 event: Registered Node a-1 in Controller', 'Node a-2 event: Registered Node a-2 in Controller']);
  cluster.fleet.leave('a-2');
  cluster.advance(5_000);
  expect(told('RemovingNode')).toEqual(['Node a-2 event: Removing Node a-2 from Controller']);
});

/** One life with a crash, a recovery and whatever `disturb` does; what the nodes and their pods are in the end. */
function lifeOf({ latencyMs = 0, disturb = () => {} }: { readonly latencyMs?: number; readonly disturb?: (cluster: Cluster, second: number) => void }) {
  using cluster = startCluster({ nodes: named('a', 4), zone: zoneOf, latencyMs });
  cluster.client.create(ReplicaSets, webSet(8));
  cluster.until('all are ready', () => cluster.ready().length === 8, 120_000);
  cluster.fleet.silence('a-1');
  cluster.fleet.silence('a-2');
  for (let second = 0; second < 600; second++) {
    if (second === 300) cluster.fleet.wake('a-2');
    disturb(cluster, second);
    cluster.advance(1_000);
  }
  return {
    taints: cluster.client.list(Nodes).items.map(({ metadata, spec }) => [metadata.name, (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).toSorted()]),
    ready: cluster.ready().length,
    onLost: cluster.ready().filter(({ spec }) => spec.nodeName === 'a-1').length,
    lost: cluster.pods().filter((pod) => pod.spec.nodeName === 'a-1').every((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodReady(pod)),
  };
}

describe('the same end comes of', () => {
  const usual = lifeOf({});
  test('an undisturbed life: one node lost with its pods, one back with its own', () => {
    expect(usual).toEqual({
      taints: [['a-1', ['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule']], ['a-2', []], ['a-3', []], ['a-4', []]],
      ready: 8, onLost: 0, lost: true,
    });
  });
  test.each([500, 3_000, 12_000])('caches that are %i ms late', (latencyMs) => { expect(lifeOf({ latencyMs })).toEqual(usual); });
  test('controllers that restart again and again', () => {
    expect(lifeOf({ disturb: (cluster, second) => { if (second < 250 && second % 70 === 66) cluster.restart(); } })).toEqual(usual);
  });
  test('another writer, who takes the taints away', () => {
    expect(lifeOf({ disturb: ({ client }, second) => { if (second % 90 === 80 && second < 200) client.patch(Nodes, { name: 'a-1' }, { spec: { taints: null } }); } })).toEqual(usual);
  });
  test('another writer, who touches the nodes all the time', () => {
    expect(lifeOf({ latencyMs: 800, disturb: ({ client }, second) => client.patch(Nodes, { name: 'a-1' }, { metadata: { annotations: { at: String(second) } } }) })).toEqual(usual);
  });
  test('another writer, who calls the node and its pods ready', () => {
    const disturb = ({ client, pods }: Cluster, second: number): void => {
      if (second % 60 !== 59 || second > 250) return;
      client.patch(Nodes, { name: 'a-1' }, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'strategic', 'status');
      for (const { metadata, spec } of pods()) if (spec.nodeName === 'a-1') client.patch(Pods, metadata, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'strategic', 'status');
    };
    expect(lifeOf({ disturb })).toMatchObject({ ready: 8, onLost: 0 });
  });
});

test('a lease that is renewed is enough, whatever time it is on the node', () => {
  using cluster = startCluster({ nodes: ['a-1'], controllers: onlyNodes });
  cluster.fleet.silence('a-1');
  for (let beat = 0; beat < 30; beat++) {
    const renewTime = new Date(cluster.clock.now() - 3_600_000).toISOString().replace('Z', '000Z');
    cluster.client.patch(Leases, { namespace: 'kube-node-lease', name: 'a-1' }, { spec: { renewTime } });
    cluster.advance(40_000);
  }
  expect(readyOf(cluster, 'a-1')).toBe('True');
  cluster.advance(20_000);
  expect(readyOf(cluster, 'a-1')).toBe('Unknown');
});

test('a heartbeat costs the same however many nodes there are: nobody is woken by it', () => {
  const looksOf = (count: number): number => {
    let looks = 0;
    const counted = { ...nodeLifecycleController, run: (...parts: Parameters<typeof nodeLifecycleController.run>) => nodeLifecycleController.run(...parts).pipe(tap(() => { looks++; })) };
    using cluster = startCluster({ nodes: named('a', count), zone: zoneOf, controllers: [counted] });
    cluster.advance(100_000);
    looks = 0;
    cluster.advance(1_000_000);   // a hundred heartbeats each
    expect(cluster.client.list(Leases).items).toHaveLength(count);
    return looks / count;
  };
  expect(looksOf(10)).toBeLessThan(25);   // of a hundred heartbeats each
  expect(looksOf(40)).toBeLessThan(25);
});

describe('zones', () => {
  test.each([
    [0, 0, 'Normal'], [1, 0, 'Normal'], [0, 1, 'FullDisruption'], [1, 1, 'Normal'], [1, 2, 'Normal'], [2, 3, 'PartialDisruption'], [10, 12, 'Normal'], [9, 11, 'PartialDisruption'],
  ])('with %i ready nodes and %i others are %s', (ready, notReady, state) => { expect(zoneStateOf({ ready, notReady })).toBe(state); });

  test.each([['Normal', 10, 0.1], ['FullDisruption', 10, 0.1], ['PartialDisruption', 50, 0], ['PartialDisruption', 51, 0.01]] as const)(
    'in state %s and of %i nodes lose %f a second', (state, size, rate) => { expect(evictionRateOf(state, size)).toBe(rate); });

  test('counted change by change are what they are counted anew', () => {
    const step = fc.record({ node: fc.constantFrom(...named('n', 8)), zone: fc.constantFrom('a', 'b', 'c'), ready: fc.boolean(), leaves: fc.boolean() });
    fc.assert(fc.property(fc.array(step), (steps) => {
      const zones = new Zones();
      const held = new Map<string, { zone: string; ready: boolean }>();
      for (const { node, zone, ready, leaves } of steps) {
        if (leaves) { zones.forget(node); held.delete(node); } else { zones.place(node, zone, ready); held.set(node, { zone, ready }); }
        zones.judge();
        for (const each of ['a', 'b', 'c']) {
          const nodes = [...held.values()].filter((one) => one.zone === each);
          const count = { ready: nodes.filter((one) => one.ready).length, notReady: nodes.filter((one) => !one.ready).length };
          expect(zones.countOf(each)).toEqual(count);
          if (nodes.length > 0) expect(zones.stateOf(each)).toBe(zoneStateOf(count));
        }
      }
    }));
  });
});

test('turns are given in order, each once, and never more than the rate allows', () => {
  const step = fc.record({ name: fc.constantFrom(...named('n', 9)), action: fc.constantFrom('add', 'remove', 'wait', 'wait'), ms: fc.nat(30_000) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    let now = startedAt;
    const queue = new RateLimitedQueue(0.1, now);
    let waiting: string[] = [];
    const at: number[] = [];
    for (const { name, action, ms } of steps) {
      if (action === 'add') { queue.add(name); if (!waiting.includes(name)) waiting.push(name); }
      if (action === 'remove') { queue.remove(name); waiting = waiting.filter((each) => each !== name); }
      if (action === 'wait') now += ms;
      const isDue = queue.waitMs(now) === 0;
      const taken = queue.take(now);
      expect(taken !== undefined).toBe(isDue);
      if (taken === undefined) continue;
      expect(taken).toBe(waiting.shift());
      at.push(now);
    }
    expect(queue.size).toBe(waiting.length);
    for (let i = 1; i < at.length; i++) expect((at[i] ?? 0) - (at[i - 1] ?? 0)).toBeGreaterThanOrEqual(9_999);
  }));
});
