import { describe, expect, test } from 'vitest';
import { selectorOf } from '../../../src/lib/selectors';
import type { LabelSelector } from '../../../src/lib/selectors';
import type { Node, Pod, PodSpec, TopologySpreadConstraint } from '../../../src/schema/types';
import { nothingElse } from '../../../src/scheduler/cluster-view';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread';
import { filterAll, makeNode, makePod, scoreAll, tableOf } from '../objects';

const host = 'kubernetes.io/hostname';
const foo: LabelSelector = { matchExpressions: [{ key: 'foo', operator: 'Exists' }] };
const bar: LabelSelector = { matchExpressions: [{ key: 'bar', operator: 'Exists' }] };
const labelled = (pod: Pod, labels: Readonly<Record<string, string>>): Pod => ({ ...pod, metadata: { ...pod.metadata, labels } });
const of = (name: string, labels: Readonly<Record<string, string>> = { foo: '' }, spec: Partial<PodSpec> = {}): Pod => labelled(makePod(name, {}, spec), labels);
/** As many matching pods as asked for on each node. */
const spread = (counts: readonly (readonly [Node, number])[]) => tableOf(...counts.map(([node, count]) =>
  [node, ...Array.from({ length: count }, (_, i) => of(`${node.metadata.name}-${i}`))] as const));
const node = (name: string, zone?: string, more: Readonly<Record<string, string>> = {}): Node => makeNode(name, undefined, { labels: { [host]: name, ...(zone && { zone }), ...more } });
const soft = (topologyKey: string, maxSkew = 1, labelSelector: LabelSelector | undefined = foo): TopologySpreadConstraint =>
  ({ topologyKey, maxSkew, whenUnsatisfiable: 'ScheduleAnyway', ...(labelSelector && { labelSelector }) });
const hard = (topologyKey: string, maxSkew = 1, more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint =>
  ({ topologyKey, maxSkew, whenUnsatisfiable: 'DoNotSchedule', labelSelector: foo, ...more });
const plugin = podTopologySpread();
const asking = (...topologySpreadConstraints: readonly TopologySpreadConstraint[]): Pod => of('p', { foo: '' }, { topologySpreadConstraints });

describe("PodTopologySpread scores as upstream's scoring_test has them", () => {
  const four = (...counts: readonly number[]) => spread(['a', 'b', 'c', 'd'].map((name, i) => [node(name), counts[i] ?? 0]));
  test.each<[string, Pod, ReturnType<typeof spread>, readonly number[]]>([
    ['one constraint on node, the same number on each', asking(soft(host)), spread([[node('a'), 1], [node('b'), 1]]), [100, 100]],
    ['one constraint on node, 2/1/0/3', asking(soft(host)), four(2, 1, 0, 3), [20, 60, 100, 0]],
    ['null selector', asking({ topologyKey: host, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }), four(2, 1, 0, 3), [100, 100, 100, 100]],
    ['maxSkew 2', asking(soft(host, 2)), four(2, 1, 0, 3), [33, 66, 100, 16]],
    ['maxSkew 3, 4/3/2/1', asking(soft(host, 3)), four(4, 3, 2, 1), [44, 66, 77, 100]],
  ])('%s', (_case, pod, table, expected) => expect(scoreAll(plugin, pod, table)).toEqual(expected));

  const someOf = (table: ReturnType<typeof spread>, names: readonly string[]) => ({ among: table.list.filter(({ name }) => names.includes(name)) });
  test('only candidates are compared; others count for their zone', () => {
    const hosts = spread([[node('a'), 4], [node('b'), 2], [node('x'), 1], [node('y'), 3]]);
    expect(scoreAll(plugin, asking(soft(host)), hosts, someOf(hosts, ['a', 'b', 'x']))).toEqual([33, 83, 100]);
    const zones = spread([[node('a', 'zone1'), 4], [node('b', 'zone1'), 2], [node('x', 'zone2'), 1], [node('y', 'zone2'), 3]]);
    expect(scoreAll(plugin, asking(soft('zone')), zones, someOf(zones, ['a', 'b', 'x']))).toEqual([75, 75, 100]);
    const both = spread([[node('a', 'zone1'), 2], [node('b', 'zone1'), 1], [node('x', 'zone2'), 2], [node('y', 'zone2'), 4]]);
    expect(scoreAll(plugin, asking(soft('zone'), soft(host)), both, someOf(both, ['a', 'x']))).toEqual([100, 63]);
  });

  test('a node without the label gets nothing', () => {
    const table = spread([[node('a'), 4], [makeNode('b', undefined, { labels: { n: 'b' } }), 2], [node('x'), 1]]);
    expect(scoreAll(plugin, asking(soft(host)), table)).toEqual([16, 0, 100]);
  });

  test('two constraints on zone with different selectors', () => {
    const table = tableOf(
      [node('a', 'zone1'), of('a1', { foo: '', bar: '' }), of('a2')], [node('b', 'zone1'), of('b1', { foo: '', bar: '' })], node('x', 'zone2'),
      [node('y', 'zone2'), of('y1'), of('y2', { foo: '', bar: '' }), of('y3')],
    );
    const pod = of('p', { foo: '', bar: '' }, { topologySpreadConstraints: [soft('zone'), soft('zone', 1, bar)] });
    expect(scoreAll(plugin, pod, table, someOf(table, ['a', 'x']))).toEqual([85, 100]);
  });

  test('system defaults for what belongs together; nodes without a zone are not left out', () => {
    const cluster = { ...nothingElse, siblings: () => selectorOf(foo) };
    expect(scoreAll(plugin, of('p'), four(4, 3, 2, 1), { cluster })).toEqual([44, 66, 77, 100]);
    expect(scoreAll(plugin, of('p'), four(4, 3, 2, 1))).toBeUndefined();
    expect(scoreAll(podTopologySpread({ defaultingType: 'List' }), of('p'), four(1, 0, 0, 0), { cluster })).toBeUndefined();
  });

  test('pods being deleted and pods of other namespaces are not counted', () => {
    const leaving = of('l');
    const elsewhere = of('e');
    const table = tableOf(
      [node('a'), { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }], [node('b'), { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'other' } }],
      [node('c'), of('c1')],
    );
    expect(scoreAll(plugin, asking(soft(host)), table)).toEqual([100, 100, 0]);
  });
});

describe('PodTopologySpread filters', () => {
  const uneven = ["node(s) didn't match pod topology spread constraints"];
  const missing = ["node(s) didn't match pod topology spread constraints (missing required label)"];
  const zones = (a: number, b: number, x: number, y: number) => spread([[node('a', 'zone1'), a], [node('b', 'zone1'), b], [node('x', 'zone2'), x], [node('y', 'zone2'), y]]);
  // Nodes are tried zone by zone only for the well-known zone label: here their order is a, b, x, y.
  test.each<[string, Pod, ReturnType<typeof spread>, readonly (readonly string[] | undefined)[]]>([
    ['no pods', asking(hard('zone')), zones(0, 0, 0, 0), [undefined, undefined, undefined, undefined]],
    ['3 in zone1, none in zone2', asking(hard('zone')), zones(2, 1, 0, 0), [uneven, uneven, undefined, undefined]],
    ['a pod that does not match itself', of('p', {}, { topologySpreadConstraints: [hard('zone', 3)] }), zones(2, 1, 0, 0), [undefined, undefined, undefined, undefined]],
    ['by node: 2/1/0/3', asking(hard(host)), spread([[node('a'), 2], [node('b'), 1], [node('x'), 0], [node('y'), 3]]), [uneven, uneven, undefined, uneven]],
    ['zone and node', asking(hard('zone'), hard(host)), zones(2, 1, 2, 1), [uneven, undefined, uneven, undefined]],
    ['a node without the label', asking(hard('zone')), spread([[node('a', 'zone1'), 0], [node('b'), 0]]), [undefined, missing]],
    ['fewer domains than minDomains: the least is 0', asking(hard('zone', 1, { minDomains: 3 })), zones(1, 0, 1, 0), [uneven, uneven, uneven, uneven]],
    ['as many domains as minDomains', asking(hard('zone', 1, { minDomains: 2 })), zones(1, 0, 1, 0), [undefined, undefined, undefined, undefined]],
  ])('%s', (_case, pod, table, expected) => expect(filterAll(plugin, pod, table)).toEqual(expected));

  test('nodes that node affinity leaves out are no domains, unless it is ignored', () => {
    const table = spread([[node('a', 'zone1', { ssd: '' }), 1], [node('x', 'zone2'), 0]]);
    const pod = (more: Partial<TopologySpreadConstraint>) => of('p', { foo: '' }, { nodeSelector: { ssd: '' }, topologySpreadConstraints: [hard('zone', 1, more)] });
    expect(filterAll(plugin, pod({}), table)).toEqual([undefined, undefined]);
    expect(filterAll(plugin, pod({ nodeAffinityPolicy: 'Ignore' }), table)).toEqual([uneven, undefined]);
  });

  test('tainted nodes are domains, unless taints are honoured', () => {
    const tainted = makeNode('x', undefined, { labels: { [host]: 'x', zone: 'zone2' }, spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
    const table = spread([[node('a', 'zone1'), 1], [tainted, 0]]);
    expect(filterAll(plugin, asking(hard('zone')), table)).toEqual([uneven, undefined]);
    expect(filterAll(plugin, asking(hard('zone', 1, { nodeTaintsPolicy: 'Honor' })), table)).toEqual([undefined, undefined]);
  });

  test('matchLabelKeys counts only pods of the same value', () => {
    const table = tableOf([node('a', 'zone1'), of('a1', { foo: '', version: '1' })], node('x', 'zone2'));
    const constraint = hard('zone', 1, { matchLabelKeys: ['version'] });
    expect(filterAll(plugin, of('p', { foo: '', version: '1' }, { topologySpreadConstraints: [constraint] }), table)).toEqual([uneven, undefined]);
    expect(filterAll(plugin, of('p', { foo: '', version: '2' }, { topologySpreadConstraints: [constraint] }), table)).toEqual([undefined, undefined]);
  });
});
