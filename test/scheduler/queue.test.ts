import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPlugins } from '../../src/scheduler/plugins/default-plugins';
import { backoffMs, SchedulingQueue } from '../../src/scheduler/queue';
import { makeNode, makePod } from './objects';

const start = () => new SchedulingQueue(defaultPlugins.map(({ plugin }) => plugin));
const rejectedBy = (...names: readonly string[]) => new Set(names);

/** Puts a pod in and lets its first attempt fail. */
function fail(queue: SchedulingQueue, pod: ReturnType<typeof makePod>, rejectors: ReadonlySet<string>, now = 0) {
  queue.put(`default/${pod.metadata.name}`, pod, now);
  const queued = queue.pop(now);
  if (!queued) throw new Error('nothing to pop');
  queue.unschedulable(queued, rejectors, now);
  return queued;
}

test('higher priority first, then first come first served', () => {
  const queue = start();
  queue.put('a', makePod('a'), 0);
  queue.put('b', makePod('b', {}, { priority: 10 }), 5);
  queue.put('c', makePod('c'), 0);
  queue.put('d', makePod('d', {}, { priority: 10 }), 4);
  expect([1, 2, 3, 4, 5].map(() => queue.pop(9)?.key)).toEqual(['d', 'b', 'a', 'c', undefined]);
});

test('a deleted pod is not handed out, a replaced one only in its new form', () => {
  const queue = start();
  queue.put('a', makePod('a'), 0);
  queue.put('b', makePod('b'), 0);
  queue.delete('a');
  queue.put('b', { ...makePod('b'), metadata: { ...makePod('b').metadata, uid: 'another' } }, 1);
  expect(queue.pop(2)?.pod.metadata.uid).toBe('another');
  expect(queue.pop(2)).toBeUndefined();
  expect(queue.isEmpty).toBe(true);
});

test('a gated pod waits until its gates are gone', () => {
  const queue = start();
  queue.put('a', makePod('a', {}, { schedulingGates: [{ name: 'g' }] }), 0);
  expect(queue.get('a')?.state).toBe('gated');
  expect(queue.pop(0)).toBeUndefined();
  queue.happened({ kind: 'NodeAdd', node: makeNode('n') }, 1);
  expect(queue.pop(400_000)).toBeUndefined();
  queue.put('a', makePod('a'), 2);
  expect(queue.pop(3)?.key).toBe('a');
});

describe('an unschedulable pod', () => {
  const big = makePod('big', { cpu: '3' });
  test.each([
    ['a new node that is large enough', 'NodeResourcesFit', { kind: 'NodeAdd', node: makeNode('n') }, true],
    ['a new node that is too small', 'NodeResourcesFit', { kind: 'NodeAdd', node: makeNode('n', { cpu: '2', memory: '8Gi', pods: '9' }) }, false],
    ['a node that grew', 'NodeResourcesFit', {
      kind: 'NodeUpdate',
      previous: makeNode('n', { cpu: '2', memory: '8Gi', pods: '9' }),
      node: makeNode('n', { cpu: '4', memory: '8Gi', pods: '9' }),
    }, true],
    ['a node with a new label, when room was missing', 'NodeResourcesFit', { kind: 'NodeUpdate', previous: makeNode('n'), node: makeNode('n', undefined, { labels: { a: 'b' } }) }, false],
    ['a pod that left its node', 'NodeResourcesFit', { kind: 'AssignedPodDelete', pod: makePod('x', { cpu: '1' }) }, true],
    ['a pod that left, when a taint was in the way', 'TaintToleration', { kind: 'AssignedPodDelete', pod: makePod('x') }, false],
    ['a taint that was removed', 'TaintToleration', { kind: 'NodeUpdate', previous: makeNode('n', undefined, { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }), node: makeNode('n') }, true],
    ['a taint that replaced another', 'TaintToleration', {
      kind: 'NodeUpdate',
      previous: makeNode('n', undefined, { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }),
      node: makeNode('n', undefined, { spec: { taints: [{ key: 'l', effect: 'NoSchedule' }] } }),
    }, false],
    ['an uncordoned node', 'NodeUnschedulable', { kind: 'NodeUpdate', previous: makeNode('n', undefined, { spec: { unschedulable: true } }), node: makeNode('n') }, true],
    ['a new node, when ports were taken', 'NodePorts', { kind: 'NodeAdd', node: makeNode('n') }, true],
    ['a pod without that port, when ports were taken', 'NodePorts', { kind: 'AssignedPodDelete', pod: makePod('x') }, false],
  ] as const)('%s (rejected by %s)', (_case, plugin, event, moves) => {
    const queue = start();
    const queued = fail(queue, big, rejectedBy(plugin));
    queue.happened(event, 2_000);
    expect(queued.state).toBe(moves ? 'active' : 'unschedulable');
  });

  test('is tried again after five minutes though nothing happened', () => {
    const queue = start();
    fail(queue, big, rejectedBy('NodeResourcesFit'), 1_000);
    expect(queue.nextDueAt).toBe(301_000);
    expect(queue.pop(300_999)).toBeUndefined();
    expect(queue.pop(301_000)?.attempts).toBe(2);
  });

  test('whose change helps is tried again', () => {
    const queue = start();
    const queued = fail(queue, big, rejectedBy('TaintToleration'));
    queue.put(queued.key, { ...big, metadata: { ...big.metadata, labels: { a: 'b' } } }, 2_000);
    expect(queued.state).toBe('unschedulable');
    queue.put(queued.key, { ...big, spec: { ...big.spec, tolerations: [{ operator: 'Exists' }] } }, 2_000);
    expect(queued.state).toBe('active');
  });

  test('waits out its backoff only while others are to be tried', () => {
    const queue = start();
    const queued = fail(queue, big, rejectedBy('NodeResourcesFit'));
    queue.put('other', makePod('other'), 100);
    queue.happened({ kind: 'NodeAdd', node: makeNode('n') }, 200);
    expect(queued.state).toBe('backoff');
    expect(queue.pop(200)?.key).toBe('other');
    expect(queue.pop(200)).toBe(queued);
  });
});

test('a pod whose backoff is over competes again by its priority', () => {
  const queue = start();
  const queued = fail(queue, makePod('important', {}, { priority: 10 }), rejectedBy('NodeResourcesFit'));
  queue.happened({ kind: 'NodeAdd', node: makeNode('n') }, 200);
  queue.put('first', makePod('first'), 300);
  queue.put('second', makePod('second'), 300);
  expect(queue.pop(999)?.key).toBe('first');
  expect(queue.pop(1_000)).toBe(queued);
  expect(queue.pop(1_000)?.key).toBe('second');
});

test('backoff is 1 s, doubling to 10 s', () => expect([1, 2, 3, 4, 5, 50].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]));

test('errors wait out their backoff', () => {
  const queue = start();
  queue.put('a', makePod('a'), 0);
  const queued = queue.pop(0);
  if (queued) queue.failed(queued, 0);
  expect(queue.nextDueAt).toBe(1_000);
  expect(queue.pop(999)).toBeUndefined();
  expect(queue.pop(1_000)).toBe(queued);
});

test('whatever happens, each pod is in exactly one place', () => {
  const action = fc.tuple(fc.constantFrom('put', 'delete', 'pop', 'event', 'fail', 'error', 'later'), fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 2 }));
  fc.assert(fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
    const queue = start();
    let now = 0;
    let held: ReturnType<SchedulingQueue['pop']>;
    for (const [what, key, priority] of actions) {
      if (what === 'put') queue.put(key, makePod(key, {}, { priority }), now);
      if (what === 'delete') { queue.delete(key); if (held?.key === key) held = undefined; }
      if (what === 'pop' && !held) held = queue.pop(now);
      if (what === 'fail' && held) { queue.unschedulable(held, rejectedBy('NodePorts'), now); held = undefined; }
      if (what === 'error' && held) { queue.failed(held, now); held = undefined; }
      if (what === 'event') queue.happened({ kind: 'NodeAdd', node: makeNode('n') }, now);
      if (what === 'later') now += 700;
      const states = ['a', 'b', 'c', 'd'].flatMap((each) => queue.get(each)?.state ?? []);
      for (const state of ['active', 'backoff', 'error', 'unschedulable', 'gated'] as const) expect(queue.counts[state]).toBe(states.filter((each) => each === state).length);
    }
    if (held) queue.delete(held.key);
    const waiting = ['a', 'b', 'c', 'd'].filter((each) => queue.get(each));
    const popped: (string | undefined)[] = [];
    for (let next = queue.pop(now + 1e9); next; next = queue.pop(now + 1e9)) popped.push(next.key);
    expect(popped.sort()).toEqual(waiting);
  }));
});
