import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/schema/types';
import { SchedulingCycle } from '../../src/scheduler/cycle';
import { scoreRows } from '../../src/scheduler/decisions';
import { NodeTable } from '../../src/scheduler/node-table';
import { defaultPlugins } from '../../src/scheduler/plugins/default-plugins';
import { numFeasibleNodesToFind } from '../../src/scheduler/sampling';
import { Random } from '../../src/sim/random';
import { makeNode, makePod, tableOf } from './objects';

const cycle = (seed = 1) => new SchedulingCycle(defaultPlugins, new Random(seed).stream('scheduler'));
const tainted = (name: string) => makeNode(name, undefined, { spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } });

describe('FailedScheduling says', () => {
  const small = { cpu: '1', memory: '1Gi', pods: '110' };
  const busy = (name: string) => makePod(name, { cpu: '800m' });

  test.each<[string, Pod, NodeTable, string]>([
    ['that there are no nodes', makePod('p'), tableOf(), 'no nodes available to schedule pods'],
    ['counts of reasons, sorted as texts, and what preemption could do', makePod('p', { cpu: '500m' }), tableOf(tainted('cp'), [makeNode('n1', small), busy('a')], [makeNode('n2', small), busy('b')]),
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, ' +
      'preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.'],
    ['every reason of a node', makePod('p', { cpu: '500m', memory: '2Gi' }), tableOf([makeNode('n1', small), busy('a')]),
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'],
    ['that a request larger than the node is beyond preemption', makePod('p', { cpu: '2' }), tableOf(makeNode('n1', small)),
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'],
    ['that the policy forbids preemption', makePod('p', { cpu: '500m' }, { preemptionPolicy: 'Never' }), tableOf([makeNode('n1', small), busy('a')]),
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.'],
    ['a message in place of counts when no node needs to be asked', makePod('p', {}, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }, { key: 'metadata.name', operator: 'In', values: ['n2'] }] }] } } } }), tableOf(makeNode('n1'), makeNode('n2')),
      '0/2 nodes are available: pod affinity terms conflict. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'],
    ['which plugin left nodes out that were not asked for', makePod('p', { cpu: '500m' }, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }] } } } }), tableOf([makeNode('n1', small), busy('a')], makeNode('n2'), makeNode('n3')),
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, " +
      "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."],
    ['what keeps the pod off even without the pods below it',
      makePod('p', { cpu: '500m' }, {
        priority: 10, containers: [{ name: 'c', resources: { requests: { cpu: '500m' } }, ports: [{ containerPort: 80, hostPort: 80 }] }],
      }),
      tableOf([makeNode('n1', small), makePod('above', {}, { priority: 20, containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] }), busy('below')]),
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, " +
      "preemption: 0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."],
  ])('%s', (_case, pod, nodes, message) => {
    const result = cycle().run(pod, nodes);
    expect(result.node).toBeUndefined();
    expect(result.message).toBe(message);
    expect(result.decision.message).toBe(message);
  });
});

describe('a decision', () => {
  const amounts = fc.record({ cpu: fc.integer({ min: 0, max: 2_000 }).map((milli) => `${milli}m`), memory: fc.integer({ min: 0, max: 4_000 }).map((mebi) => `${mebi}Mi`) });
  const softly = fc.boolean().map((soft) => (soft ? { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } } : {}));

  test('adds up: weighted scores make the total, the winner has the highest, every node is accounted for', () => {
    fc.assert(fc.property(fc.array(fc.tuple(softly, fc.array(amounts, { maxLength: 3 })), { minLength: 1, maxLength: 8 }), amounts, fc.integer(), (nodes, requests, seed) => {
      const table = tableOf(...nodes.map(([more, pods], n) => [makeNode(`n${n}`, undefined, more), ...pods.map((pod, i) => makePod(`p${n}-${i}`, pod))] as const));
      const { node, decision } = cycle(seed).run(makePod('p', requests), table);
      expect(decision.nodesFeasible + decision.rejected.length).toBe(nodes.length);
      decision.candidates.forEach((candidate, i) => {
        expect(scoreRows({ ...decision, pod: '', uid: '', attempt: 1, at: 0 }, candidate).reduce((sum, { weighted }) => sum + weighted, 0)).toBe(decision.totals[i]);
      });
      if (decision.candidates.length === 0) return;
      const best = Math.max(...decision.totals);
      expect(decision.totals[decision.candidates.indexOf(node ?? '')]).toBe(best);
      expect(decision.ties).toBe(decision.totals.filter((total) => total === best).length);
    }));
  });

  test('names the filter and reason that turned each node away', () => {
    const { node, decision } = cycle().run(makePod('p', { cpu: '1' }), tableOf(tainted('cp'), makeNode('n1'), makeNode('n2', { cpu: '500m', memory: '1Gi', pods: '9' })));
    expect(node).toBe('n1');
    expect(decision.rejected.map(({ node: name, by }) => [name, by.plugin, ...by.reasons])).toEqual([
      ['cp', 'TaintToleration', 'node(s) had untolerated taint(s)'],
      ['n2', 'NodeResourcesFit', 'Insufficient cpu'],
    ]);
    expect(decision.scores).toEqual([]);   // a single feasible node is taken as it is
  });

  test('breaks ties by chance, and each seed always the same way', () => {
    const nodes = tableOf(makeNode('n1'), makeNode('n2'), makeNode('n3'));
    const drawn = Array.from({ length: 30 }, (_, seed) => cycle(seed).run(makePod('p'), nodes).node);
    expect(new Set(drawn)).toEqual(new Set(['n1', 'n2', 'n3']));
    expect(drawn).toEqual(Array.from({ length: 30 }, (_, seed) => cycle(seed).run(makePod('p'), nodes).node));
  });

  test('stays small in a large cluster', () => {
    const { decision } = cycle().run(makePod('p'), tableOf(...Array.from({ length: 300 }, (_, n) => makeNode(`n${n}`))));
    expect(decision).toMatchObject({ nodesInCluster: 300, nodesFeasible: 144, nodesEvaluated: 144, complete: false });
    expect(decision.candidates.length).toBeLessThanOrEqual(10);
    expect(decision.rejected).toEqual([]);
  });
});

describe('sampling', () => {
  test.each([[10, 0, 10], [99, 0, 99], [100, 0, 100], [1000, 0, 420], [5000, 0, 500], [6000, 0, 300], [6000, 40, 2400], [150, 1, 100], [1000, 100, 1000]])(
    '%i nodes, percentageOfNodesToScore %i: %i', (nodes, percentage, expected) => expect(numFeasibleNodesToFind(nodes, percentage)).toBe(expected),
  );

  test('the next search begins where the last one ended', () => {
    const run = cycle();
    const table = tableOf(...Array.from({ length: 120 }, (_, n) => makeNode(`n${String(n).padStart(3, '0')}`)));
    const seen = Array.from({ length: 2 }, () => run.run(makePod('p'), table).decision);
    expect(seen.map(({ nodesEvaluated }) => nodesEvaluated)).toEqual([100, 100]);
    expect(seen[0]?.candidates[0]).toBe('n000');
    expect(seen[1]?.candidates[0]).toBe('n100');
  });
});

test('never puts more on a node than it has', () => {
  const amount = fc.record({ cpu: fc.integer({ min: 0, max: 1_500 }).map((milli) => `${milli}m`), memory: fc.integer({ min: 0, max: 3_000 }).map((mebi) => `${mebi}Mi`) });
  fc.assert(fc.property(fc.array(amount, { minLength: 1, maxLength: 6 }), fc.array(fc.tuple(amount, fc.boolean()), { maxLength: 40 }), fc.integer(), (sizes, pods, seed) => {
    const table = tableOf(...sizes.map((size, n) => makeNode(`n${n}`, { ...size, pods: '5' })));
    const run = cycle(seed);
    pods.forEach(([requests, port], i) => {
      const pod = makePod(`p${i}`, requests, port ? { containers: [{ name: 'c', resources: { requests }, ports: [{ containerPort: 80, hostPort: 80 }] }] } : {});
      const { node } = run.run(pod, table);
      if (node !== undefined) table.setPod(`default/p${i}`, node, pod);
    });
    for (const node of table.list) {
      expect(node.requestedCpuMilli).toBeLessThanOrEqual(node.allocatableCpuMilli);
      expect(node.requestedMemoryBytes).toBeLessThanOrEqual(node.allocatableMemoryBytes);
      expect(node.pods.size).toBeLessThanOrEqual(5);
      expect(node.usedPorts.length).toBeLessThanOrEqual(1);
    }
  }));
});

test('answers kept for a template are those that would be given afresh', () => {
  const amount = fc.record({ cpu: fc.constantFrom('0', '300m', '900m'), memory: fc.constantFrom('0', '500Mi', '2Gi') });
  const template = fc.tuple(amount, fc.boolean(), fc.boolean()).map(([requests, tolerant, picky]) => makePod('t', requests, {
    ...(tolerant && { tolerations: [{ operator: 'Exists' }] }), ...(picky && { nodeSelector: { disk: 'ssd' } }),
  }));
  const node = fc.record({ cpu: fc.constantFrom('1', '4'), effect: fc.constantFrom('', 'NoSchedule', 'PreferNoSchedule'), ssd: fc.boolean(), cordoned: fc.boolean() });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ place: fc.nat(2), repeat: fc.integer({ min: 1, max: 3 }) }) },
    fc.record({ remove: fc.nat(10) }),
    fc.record({ on: fc.nat(9), node: fc.option(node, { nil: undefined }) }),
  );
  fc.assert(fc.property(fc.array(template, { minLength: 3, maxLength: 3 }), fc.array(step, { maxLength: 40 }), fc.integer(), (templates, steps, seed) => {
    const table = tableOf(...Array.from({ length: 4 }, (_, n) => makeNode(`n${n}`)));
    const keeping = cycle(seed);
    const afresh = cycle(seed);
    const placed: string[] = [];
    for (const each of steps) {
      if ('remove' in each) { const key = placed.splice(each.remove % Math.max(1, placed.length), 1)[0]; if (key) table.removePod(key); continue; }
      if ('on' in each) {
        const { cpu = '', effect = '', ssd = false, cordoned = false } = each.node ?? {};
        table.setNode(`n${each.on}`, each.node && makeNode(`n${each.on}`, { cpu, memory: '4Gi', pods: '4' }, {
          labels: ssd ? { disk: 'ssd' } : {},
          spec: { unschedulable: cordoned, ...(effect && { taints: [{ key: 'k', effect }] }) },
        }));
        continue;
      }
      for (let i = 0; i < each.repeat; i++) {
        const pod = templates[each.place] as Pod;
        const result = keeping.run(pod, table);
        // To tolerate a taint that nobody has makes it another template, and no difference.
        const unlike = { key: `${steps.indexOf(each)}-${i}`, operator: 'Exists' };
        expect(result).toEqual(afresh.run({ ...pod, spec: { ...pod.spec, tolerations: [...(pod.spec.tolerations ?? []), unlike] } }, table));
        if (result.node === undefined) continue;
        const key = `default/p${placed.length}-${steps.indexOf(each)}-${i}`;
        table.setPod(key, result.node, pod);
        placed.push(key);
      }
    }
  }));
});
