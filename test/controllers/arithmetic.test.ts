import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxSurge, maxUnavailable, newReplicaSetSize, proportionalSizes, totalSize } from '../../src/controllers/deployment/arithmetic';
import { newestAnnotations } from '../../src/controllers/deployment/revisions';
import { cheapestToLose } from '../../src/controllers/replicaset/pod-ranking';
import { slowStart } from '../../src/controllers/replicaset/slow-start';
import { hashOf, safeEncodeString } from '../../src/lib/hash';
import type { Deployment, Pod, ReplicaSet } from '../../src/schema/types';

const metadata = (name: string) => ({ name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' });
const deployment = (replicas: number, surge: number | string = '25%', unavailable: number | string = '25%', type = 'RollingUpdate'): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata('web'),
  spec: {
    replicas,
    selector: {},
    template: {},
    strategy: { type, ...(type === 'RollingUpdate' && { rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }) },
  },
});
const set = (name: string, replicas: number, maxReplicas: number): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { ...metadata(name), annotations: { 'deployment.kubernetes.io/max-replicas': String(maxReplicas) } },
  spec: { replicas, selector: {} },
});
const bound = fc.oneof(
  fc.nat(20),
  fc.nat(100).map((percent) => `${percent}%`),
);

describe('surge and unavailable', () => {
  test.each([
    [10, '25%', '25%', 3, 2],
    [1, '25%', '25%', 1, 0],
    [3, '25%', '25%', 1, 0],
    [4, '25%', '25%', 1, 1],
    [10, 0, 0, 0, 1],
    [3, 0, '10%', 0, 1],
    [5, '100%', '100%', 5, 5],
    [3, 2, 7, 2, 3],
    [0, '25%', '25%', 0, 0],
  ])('of %i replicas with %s and %s are %i and %i', (replicas, surge, unavailable, up, down) => {
    expect([maxSurge(deployment(replicas, surge, unavailable)), maxUnavailable(deployment(replicas, surge, unavailable))]).toEqual([up, down]);
  });

  test('always leave a rollout room to move', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), bound, bound, (replicas, surge, unavailable) => {
        const each = deployment(replicas, surge, unavailable);
        expect(maxSurge(each) + maxUnavailable(each)).toBeGreaterThan(0);
        expect(maxUnavailable(each)).toBeLessThanOrEqual(replicas);
      }),
    );
  });

  test('are nothing when all pods are recreated', () =>
    expect([maxSurge(deployment(5, 1, 1, 'Recreate')), maxUnavailable(deployment(5, 1, 1, 'Recreate'))]).toEqual([0, 0]));
});

test('the newest ReplicaSet grows no further than surge and its own size allow', () => {
  fc.assert(
    fc.property(fc.nat(50), bound, fc.nat(50), fc.nat(80), (replicas, surge, size, others) => {
      const each = deployment(replicas, surge);
      const newSize = Math.min(size, replicas);
      const next = newReplicaSetSize(each, newSize, newSize + others);
      expect(next).toBeGreaterThanOrEqual(newSize);
      expect(next).toBeLessThanOrEqual(replicas);
      if (next > newSize) expect(next + others).toBeLessThanOrEqual(replicas + maxSurge(each));
    }),
  );
});

describe('scaling in the middle of a rollout', () => {
  test('shares in proportion', () => {
    expect(sizes(deployment(15, 3, 2), [set('old', 8, 13), set('new', 5, 13)])).toEqual({ old: 11, new: 7 });
    expect(sizes(deployment(5, 3, 2), [set('old', 8, 13), set('new', 5, 13)])).toEqual({ old: 5, new: 3 });
    expect(sizes(deployment(0), [set('old', 8, 13), set('new', 5, 13)])).toEqual({ old: 0, new: 0 });
  });

  test('always ends at the wanted sum, and never below nothing', () => {
    const some = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), bound, some, (replicas, surge, counts) => {
        const each = deployment(replicas, surge);
        const total = counts.reduce((a, b) => a + b, 0);
        const sets = counts.map((count, at) => set(`rs-${at}`, count, total));
        const after = proportionalSizes(each, sets);
        expect([...after.values()].every((size) => size >= 0)).toBe(true);
        expect([...after.values()].reduce((a, b) => a + b, 0)).toBe(replicas + maxSurge(each));
        expect(totalSize(sets)).toBe(total);
      }),
    );
  });

  const sizes = (each: Deployment, sets: readonly ReplicaSet[]) =>
    Object.fromEntries(
      [...proportionalSizes(each, sets)].map(
        ([
          {
            metadata: { name },
          },
          size,
        ]) => [name, size],
      ),
    );
});

test('a revision is noted once, and those before it are remembered', () => {
  const each = { ...deployment(1), metadata: { ...metadata('web'), annotations: { note: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } };
  const first = newestAnnotations(each, {}, 1n);
  expect(first).toEqual({ note: 'a', 'deployment.kubernetes.io/revision': '1' });
  expect(newestAnnotations(each, first, 1n)).toBe(first);
  const third = newestAnnotations(each, first, 3n);
  expect(third).toMatchObject({ 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' });
  expect(newestAnnotations(each, third, 12n)).toMatchObject({ 'deployment.kubernetes.io/revision': '12', 'deployment.kubernetes.io/revision-history': '1,3' });
});

describe('slow start', () => {
  test.each([0, 1, 2, 7, 500])('does all %i when nothing fails', (count) => {
    let done = 0;
    slowStart(count, () => {
      done++;
    });
    expect(done).toBe(count);
  });

  test('stops after the first batch with a failure', () => {
    let tried = 0;
    expect(() =>
      slowStart(100, () => {
        if (++tried === 2) throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(tried).toBe(3); // 1, then 2
  });
});

describe('of two pods the cheaper loss is', () => {
  const now = Date.UTC(2026, 0, 2);
  const at = (secondsAgo: number) => new Date(now - secondsAgo * 1_000).toISOString();
  type Traits = { node?: string; phase?: string; readyFor?: number; cost?: number; restarts?: number; age?: number };
  const pod = (name: string, { node = 'n1', phase = 'Running', readyFor, cost, restarts = 0, age = 1_000 }: Traits): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata(name),
      creationTimestamp: at(age),
      ...(cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(cost) } }),
    },
    spec: { containers: [], ...(node && { nodeName: node }) },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: readyFor === undefined ? 'False' : 'True', lastTransitionTime: at(readyFor ?? 0) }],
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: true, restartCount: restarts }],
    },
  });
  test.each<[string, Traits, Traits]>([
    ['the unassigned one', { node: '' }, { phase: 'Pending' }],
    ['the pending one', { phase: 'Pending' }, { phase: 'Unknown' }],
    ['the unknown one', { phase: 'Unknown' }, { phase: 'Running' }],
    ['the one that is not ready', {}, { readyFor: 1 }],
    ['the one that costs less', { readyFor: 100, cost: -1 }, { readyFor: 1 }],
    ['the one on the crowded node', { readyFor: 100, node: 'n2' }, { readyFor: 1, node: 'n1' }],
    ['the one ready for a shorter time', { readyFor: 10 }, { readyFor: 100 }],
    ['the one that restarted more', { restarts: 3 }, { restarts: 1 }],
    ['the younger one', { age: 10 }, { age: 1_000 }],
  ])('%s', (_what, cheap, dear) => {
    const onNode = new Map([
      ['n1', 1],
      ['n2', 5],
    ]);
    const [a, b] = [pod('b', cheap), pod('a', dear)];
    expect(cheapestToLose([a, b], 1, onNode, now)).toEqual([a]);
    expect(cheapestToLose([b, a], 1, onNode, now)).toEqual([a]);
  });

  test('decided by uid among pods of about one age: times are compared in buckets that double', () => {
    const [a, b] = [pod('a', { readyFor: 9_000 }), pod('b', { readyFor: 8_900 })];
    expect(cheapestToLose([b, a], 1, new Map(), now)).toEqual([a]);
  });

  test('the same whatever order they come in', () => {
    const traits = fc.record({ node: fc.constantFrom('', 'n1', 'n2'), phase: fc.constantFrom('Pending', 'Running'), age: fc.nat(5_000), restarts: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(traits, { maxLength: 12 }), fc.nat(12), fc.nat(), (all, count, turn) => {
        const pods = all.map((each, index) => pod(`p${index}`, each));
        const turned = pods.map((_, index) => pods[(index + turn) % pods.length] as Pod);
        const names = (list: readonly Pod[]) => list.map((each) => each.metadata.name).toSorted();
        expect(names(cheapestToLose(turned, count, new Map(), now))).toEqual(names(cheapestToLose(pods, count, new Map(), now)));
      }),
    );
  });
});

test('a hash does not depend on the order of keys, changes with the content, and spells no words', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      expect(hashOf(reversed)).toBe(hashOf(value));
      expect(hashOf(value)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
      expect(hashOf(value, 1)).not.toBe(hashOf(value));
    }),
  );
  expect(safeEncodeString('0123456789')).toBe('456789bcdf'); // as upstream's: by character code
});
