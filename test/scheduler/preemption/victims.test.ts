import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../../src/api/keys';
import { podRequests } from '../../../src/kinds/core/pod-resources';
import type { Pod, PodDisruptionBudget } from '../../../src/schema/types';
import { nothingElse } from '../../../src/scheduler/cluster-view';
import { SchedulingCycle } from '../../../src/scheduler/cycle';
import { defaultPlugins } from '../../../src/scheduler/plugins/default-plugins';
import { choose } from '../../../src/scheduler/preemption/choose';
import { trialOfRoom, trialOnNode } from '../../../src/scheduler/preemption/trial';
import { victimsOn } from '../../../src/scheduler/preemption/victims';
import { ask, lacksOnlyRoom, preFilter } from '../../../src/scheduler/questions';
import { Random } from '../../../src/sim/random';
import type { NodeTable } from '../../../src/scheduler/node-table';
import { makeNode, makePod, tableOf } from '../objects';

const started = (name: string, cpu: string, priority: number, minute = 0, labels: Readonly<Record<string, string>> = {}): Pod => {
  const pod = makePod(name, { cpu }, { priority });
  return { ...pod, metadata: { ...pod.metadata, labels }, status: { startTime: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z` } };
};
const node = (name = 'n') => makeNode(name, { cpu: '4', memory: '8Gi', pods: '10' });
const budget = (app: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { ...makePod(app).metadata, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } }, status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed, expectedPods: 0 },
});

/** As found on the node itself; where nothing but room is missing, numbers alone must find the same. */
function victims(preemptor: Pod, table: NodeTable, budgets: readonly PodDisruptionBudget[] = []) {
  const cycle = { pod: preemptor, key: keyOf(preemptor), requests: podRequests(preemptor.spec), nodes: table, cluster: nothingElse };
  const questions = preFilter(defaultPlugins, cycle);
  const [info] = table.list;
  if ('refused' in questions || !info) throw new Error('the pod was refused beforehand');
  const result = victimsOn(preemptor, info, budgets, () => trialOnNode(table, info, () => ask(defaultPlugins, cycle, questions, info)));
  if (lacksOnlyRoom(cycle, questions, info)) expect(victimsOn(preemptor, info, budgets, () => trialOfRoom(preemptor, cycle.requests, info))).toEqual(result);
  return 'reasons' in result ? result.reasons : [result.pods.map(({ metadata }) => metadata.name), result.violations];
}

describe('victims are', () => {
  const preemptor = (cpu: string) => makePod('p', { cpu }, { priority: 100 });
  test.each<[string, Pod, readonly Pod[], unknown]>([
    ['as few as possible, of the lowest priority', preemptor('2'), [started('a', '1', 10), started('b', '2', 5), started('c', '1', 20)], [['b'], 0]],
    ['among equals those that started last', preemptor('1'), [started('old', '2', 10, 1), started('new', '2', 10, 2)], [['new'], 0]],
    ['the most important first', preemptor('4'), [started('a', '1', 10), started('b', '2', 50), started('c', '1', 20)], [['b', 'c', 'a'], 0]],
    ['none where nobody is less important', preemptor('2'), [started('a', '4', 100)], ['No preemption victims found for incoming pod']],
    ['none where it would not help', preemptor('3'), [started('a', '2', 100), started('b', '2', 1)], ['Insufficient cpu']],
  ])('%s', (_case, pod, pods, expected) => expect(victims(pod, tableOf([node(), ...pods]))).toEqual(expected));

  test('not those a budget protects, as long as others will do', () => {
    const pods = [started('kept', '2', 10, 0, { app: 'kept' }), started('gone', '2', 20, 0, { app: 'gone' })];
    expect(victims(preemptor('2'), tableOf([node(), ...pods]))).toEqual([['kept'], 0]);
    expect(victims(preemptor('2'), tableOf([node(), ...pods]), [budget('kept', 0)])).toEqual([['gone'], 0]);
    expect(victims(preemptor('4'), tableOf([node(), ...pods]), [budget('kept', 0)])).toEqual([['gone', 'kept'], 1]);
    expect(victims(preemptor('4'), tableOf([node(), ...pods]), [budget('kept', 1)])).toEqual([['gone', 'kept'], 0]);
  });

  test('those whose anti-affinity is in the way', () => {
    const guard = makePod('guard', {}, { priority: 1,
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { app: 'x' } } }] } } });
    const incoming = { ...preemptor('1'), metadata: { ...preemptor('1').metadata, labels: { app: 'x' } } };
    const table = tableOf([makeNode('n', undefined, { labels: { zone: 'z' } }), guard, started('other', '1', 1)]);
    expect(victims(incoming, table)).toEqual([['guard'], 0]);
    expect(victims(incoming, table)).toEqual([['guard'], 0]);   // all was put back
  });
});

test('a node is as it was after victims were looked for', () => {
  const podOf = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2_500 }));
  fc.assert(fc.property(fc.array(podOf, { maxLength: 8 }), podOf, (pods, [priority, milli]) => {
    const table = tableOf([node(), ...pods.map(([each, cpu], i) => started(`p${i}`, `${cpu}m`, each, i))]);
    const [info] = table.list;
    const before = [info?.requestedCpuMilli, info?.podCount, info && table.generationOf(info), new Set(info?.pods.keys())];
    const incoming = makePod('incoming', { cpu: `${milli}m` }, { priority });
    const found = victims(incoming, table);
    expect([info?.requestedCpuMilli, info?.podCount, info && table.generationOf(info), new Set(info?.pods.keys())]).toEqual(before);
    const [names] = found;
    if (!Array.isArray(names)) return;
    for (const name of names) table.removePod(`default/${name}`);
    expect((info?.requestedCpuMilli ?? 0) + milli).toBeLessThanOrEqual(4_000);   // without them it fits
  }));
});

describe('the node is chosen', () => {
  const candidate = (name: string, violations: number, ...pods: readonly Pod[]) => ({ node: name, victims: { pods, violations } });
  const of = (priority: number, minute = 0) => started('v', '1', priority, minute);
  test.each<[string, Parameters<typeof choose>[0], string]>([
    ['where fewest budgets are violated', [candidate('a', 1, of(0)), candidate('b', 0, of(50), of(50))], 'b'],
    ['where the most important victim is least important', [candidate('a', 0, of(10)), candidate('b', 0, of(9), of(9))], 'b'],
    ['by the smallest sum of priorities', [candidate('a', 0, of(10), of(8)), candidate('b', 0, of(10), of(5))], 'b'],
    ['by the fewest victims, be they of negative priority', [candidate('a', 0, of(0), of(-5)), candidate('b', 0, of(0))], 'b'],
    ['by the latest start of the most important victims', [candidate('a', 0, of(10, 1)), candidate('b', 0, of(10, 2))], 'b'],
    ['first come, first served', [candidate('a', 0, of(10)), candidate('b', 0, of(10))], 'a'],
  ])('%s', (_case, candidates, expected) => expect(choose(candidates)?.node).toBe(expected));
});

test('what is remembered of a template is what would be found afresh', () => {
  const step = fc.oneof(
    fc.record({ preempt: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ place: fc.nat(3), priority: fc.integer({ min: 0, max: 2 }), minute: fc.nat(50) }),
    fc.record({ nominate: fc.nat(3), to: fc.option(fc.nat(3), { nil: undefined }) }),
  );
  const preemptor = makePod('p', { cpu: '2' }, { priority: 2 });
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), fc.integer(), (steps, seed) => {
    const table = tableOf(...Array.from({ length: 4 }, (_, i) => [node(`n${i}`), started(`full-${i}`, '3', 1), started(`low-${i}`, '1', 0)] as const));
    const keeping = new SchedulingCycle(defaultPlugins, new Random(seed).stream('scheduler'));
    const afresh = new SchedulingCycle(defaultPlugins, new Random(seed).stream('scheduler'));
    steps.forEach((each, i) => {
      if ('place' in each) return table.setPod(`default/low-${each.place}`, `n${each.place}`, started(`low-${each.place}`, '1', each.priority, each.minute));
      if ('nominate' in each) return table.nominate(`default/waiting-${each.nominate}`, makePod(`waiting-${each.nominate}`, { cpu: '2' }, { priority: 2 }),
        each.to === undefined ? undefined : `n${each.to}`);
      for (let round = 0; round < each.preempt; round++)
        expect(keeping.run(preemptor, table), `step ${i}`).toEqual(afresh.run({ ...preemptor, spec: { ...preemptor.spec, tolerations: [{ key: `${i}-${round}`, operator: 'Exists' }] } }, table));
    });
  }));
});
