import { describe, expect, test } from 'vitest';
import { podRequests } from '../../../src/kinds/core/pod-resources';
import type { Pod } from '../../../src/schema/types';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity';
import { balance } from '../../../src/scheduler/plugins/node-resources-balanced-allocation';
import { nodeResourcesFit, type FitArguments } from '../../../src/scheduler/plugins/node-resources-fit';
import { cpuAndMemory, measuresOf, type ScoredResource } from '../../../src/scheduler/plugins/resource-measures';
import { filterAll, makeNode, makePod, scoreAll, tableOf } from '../objects';

type Amounts = readonly [cpu: string, memory: string, more?: Readonly<Record<string, string>>];
const amounts = ([cpu, memory, more = {}]: Amounts) => ({ cpu, memory, ...more });
const nodeOf = (name: string, size: Amounts) => makeNode(name, { ...amounts(size), pods: '9' });
const nothing = makePod('p', {}, { containers: [] });
/** Upstream's tables: the size of two nodes, and what pods on each ask for. */
const twoNodes = (first: Amounts, second: Amounts, onFirst: readonly Amounts[] = [], onSecond: readonly Amounts[] = []) => tableOf(
  [nodeOf('n1', first), ...onFirst.map((each, i) => makePod(`a${i}`, amounts(each)))], [nodeOf('n2', second), ...onSecond.map((each, i) => makePod(`b${i}`, amounts(each)))]);
const most = (resources: readonly ScoredResource[] = cpuAndMemory): FitArguments => ({ scoringStrategy: { type: 'MostAllocated', resources } });
const gpu = 'abc.com/xyz';

describe('MostAllocated, as upstream scores it', () => {
  test.each<[string, FitArguments, Pod, ReturnType<typeof twoNodes>, readonly number[]]>([
    ['nothing asked, nothing there', most(), nothing, twoNodes(['4000', '10000'], ['4000', '10000']), [0, 0]],
    ['nodes of different size', most(), makePod('p', { cpu: '3000', memory: '5000' }), twoNodes(['4000', '10000'], ['6000', '10000']), [62, 50]],
    ['nothing asked, pods there', most(), nothing,
      twoNodes(['10000', '20000'], ['10000', '20000'], [['3000', '0'], ['3000', '0']], [['3000', '0'], ['3000', '5000']]), [30, 42]],
    ['asked, pods there', most(), makePod('p', { cpu: '3000', memory: '5000' }), twoNodes(['10000', '20000'], ['10000', '20000'], [['3000', '0']], [['3000', '5000']]), [42, 55]],
    ['as much as a node has', most(), makePod('p', { cpu: '5000', memory: '9000' }), twoNodes(['5000', '10000'], ['10000', '9000']), [95, 75]],
    ['memory weighs twice', most([{ name: 'memory', weight: 2 }, { name: 'cpu', weight: 1 }]), makePod('p', { cpu: '3000', memory: '5000' }),
      twoNodes(['4000', '10000'], ['6000', '10000']), [58, 50]],
    ['an extended resource that is not asked for is passed over', most([...cpuAndMemory, { name: gpu, weight: 1 }]), makePod('p', { cpu: '3000', memory: '5000' }),
      twoNodes(['6000', '10000'], ['6000', '10000', { [gpu]: '4' }]), [50, 50]],
    ['one that is asked for counts', most([...cpuAndMemory, { name: gpu, weight: 1 }]), makePod('p', { cpu: '3000', memory: '5000', [gpu]: '2' }),
      twoNodes(['6000', '10000', { [gpu]: '4' }], ['6000', '10000', { [gpu]: '10' }]), [50, 40]],
  ])('%s', (_case, given, pod, nodes, expected) => expect(scoreAll(nodeResourcesFit(given), pod, nodes)).toEqual(expected));

  test('containers that ask for nothing count as 100m and 200 MiB', () => {
    const bare = (name: string) => makePod(name);
    const nodes = tableOf([nodeOf('n1', ['250m', '1000Mi']), bare('a'), bare('b')], nodeOf('n2', ['250m', '1000Mi']));
    expect(scoreAll(nodeResourcesFit(most()), bare('p'), nodes)).toEqual([80, 30]);
  });
});

describe('RequestedToCapacityRatio, as upstream scores it', () => {
  const curve = (shape: readonly (readonly [number, number])[], resources: readonly ScoredResource[] = cpuAndMemory): FitArguments =>
    ({ scoringStrategy: { type: 'RequestedToCapacityRatio', resources, requestedToCapacityRatio: { shape: shape.map(([utilization, score]) => ({ utilization, score })) } } });
  const emptier = curve([[0, 10], [100, 0]]);
  const foo = 'intel.com/foo';
  const fuller = curve([[0, 0], [100, 1]], [{ name: foo, weight: 1 }]);
  const ofFoo = (first: string, second: string,
    ...there: readonly string[]) => twoNodes(['4', '10Gi', { [foo]: first }], ['4', '10Gi', { [foo]: second }], [], there.map((each): Amounts => ['0', '0', { [foo]: each }]));

  test.each<[string, FitArguments, Pod, ReturnType<typeof twoNodes>, readonly number[]]>([
    ['nothing asked, nothing there', emptier, nothing, twoNodes(['4000', '10000'], ['4000', '10000']), [100, 100]],
    ['nodes of different size', emptier, makePod('p', { cpu: '3000', memory: '5000' }), twoNodes(['4000', '10000'], ['6000', '10000']), [38, 50]],
    ['nothing asked, pods there', emptier, nothing, twoNodes(['4000', '10000'], ['6000', '10000'], [['3000', '5000']], [['3000', '5000']]), [38, 50]],
    ['an extended resource that is not asked for', fuller, makePod('p'), ofFoo('8', '4'), [0, 0]],
    ['two of eight, two of four', fuller, makePod('p', { [foo]: '2' }), ofFoo('8', '4'), [2, 5]],
    ['two where two are taken', fuller, makePod('p', { [foo]: '2' }), ofFoo('8', '4', '2'), [2, 10]],
    ['four of eight, four of four', fuller, makePod('p', { [foo]: '4' }), ofFoo('8', '4'), [5, 10]],
    ['two resources of different weight', curve([[0, 0], [100, 1]], [{ name: foo, weight: 3 }, { name: 'intel.com/bar', weight: 5 }]), makePod('p', { [foo]: '2', 'intel.com/bar': '2' }),
      twoNodes(['4', '10Gi', { [foo]: '8', 'intel.com/bar': '4' }], ['4', '10Gi', { [foo]: '4', 'intel.com/bar': '8' }]), [4, 3]],
  ])('%s', (_case, given, pod, nodes, expected) => expect(scoreAll(nodeResourcesFit(given), pod, nodes)).toEqual(expected));

  // Upstream's points (0, 2), (40, 10), (100, 0), here times ten; and flat beyond the first and last of (10, 1), (90, 9).
  test.each<[readonly (readonly [number, number])[], readonly (readonly [number, number])[]]>([
    [[[0, 2], [40, 10], [100, 0]], [[20, 60], [30, 80], [40, 100], [70, 50], [100, 0]]],
    [[[10, 1], [90, 9]], [[1, 10], [9, 10], [10, 10], [15, 15], [19, 19], [89, 89], [90, 90], [100, 90]]],
  ])('follows straight lines through %j', (shape, expected) => {
    const plugin = nodeResourcesFit(curve(shape, [{ name: foo, weight: 1 }]));
    for (const [percent, score] of expected) {
      const nodes = tableOf(makeNode('n', { [foo]: '1000', pods: '9' }));
      expect([percent, scoreAll(plugin, makePod('p', { [foo]: String(percent * 10) }), nodes)]).toEqual([percent, [score]]);
    }
  });

  test.each<[string, FitArguments, string]>([
    ['no points', curve([]), 'at least one point must be specified'],
    ['points out of order', curve([[50, 1], [50, 2]]), 'utilization values must be sorted in increasing order'],
    ['a utilization that cannot be', curve([[101, 1]]), 'not in valid range [0-100]'],
    ['a score that cannot be', curve([[100, 11]]), 'not in valid range [0-10]'],
    ['a weight that cannot be', most([{ name: 'cpu', weight: 101 }]), 'not in valid range [1-100]'],
    ['an unknown strategy', { scoringStrategy: { type: 'Fairest' } }, 'Unsupported value: "Fairest"'],
  ])('refuses %s', (_case, given, message) => expect(() => nodeResourcesFit(given)).toThrow(message));
});

describe('the balance of what is used, as upstream measures it', () => {
  const withGpu = [...cpuAndMemory, { name: 'nvidia.com/gpu', weight: 1 }];
  const of = (resources: readonly ScoredResource[], pod: Pod, nodes: ReturnType<typeof twoNodes>) =>
    nodes.list.map((node) => balance(measuresOf(resources, podRequests(pod.spec), false), node, true));
  const both = makePod('p', { cpu: '3', memory: '5000' });
  const cpuOnly = makePod('p', { cpu: '3', memory: '0' });

  test.each<[string, readonly ScoredResource[], Pod, ReturnType<typeof twoNodes>, readonly number[]]>([
    ['nodes of different size', cpuAndMemory, both, twoNodes(['4', '10000'], ['6', '10000']), [87, 100]],
    ['pods there', cpuAndMemory, both, twoNodes(['10', '20000'], ['10', '20000'], [['3', '0']], [['3', '5000']]), [82, 95]],
    ['pods there, nodes of different size', cpuAndMemory, both, twoNodes(['10', '20000'], ['10', '50000'], [['3', '0']], [['3', '5000']]), [82, 80]],
    ['as much as a node has', cpuAndMemory, cpuOnly, twoNodes(['6', '10000'], ['6', '10000'], [['3', '0']], [['3', '5000']]), [50, 75]],
    ['three resources', withGpu, makePod('p', { memory: '0', 'nvidia.com/gpu': '1' }),
      twoNodes(['3500m', '40000', { 'nvidia.com/gpu': '8' }], ['3500m', '40000', { 'nvidia.com/gpu': '8' }], [['3', '5000', { 'nvidia.com/gpu': '3' }]], [['3', '5000']]), [70, 65]],
    ['an extended resource that is not asked for', withGpu, both, twoNodes(['3500m', '40000', { 'nvidia.com/gpu': '8' }], ['3500m', '40000']), [63, 63]],
  ])('%s', (_case, resources, pod, nodes, expected) => expect(of(resources, pod, nodes)).toEqual(expected));
});

describe("NodeAffinity's addedAffinity", () => {
  const nodes = tableOf(makeNode('a', undefined, { labels: { zone: 'z1' } }), makeNode('b', undefined, { labels: { zone: 'z2' } }));
  const inZone = (zone: string) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] });
  const enforced = nodeAffinity({ addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [inZone('z1')] } } });

  test('keeps all pods of the profile to some nodes, with a reason of its own', () => {
    expect(filterAll(enforced, makePod('p'), nodes)).toEqual([undefined, ["node(s) didn't match scheduler-enforced node affinity"]]);
    expect(filterAll(enforced, makePod('p', {}, { nodeSelector: { zone: 'z2' } }), nodes)).toEqual([
      ["node(s) didn't match Pod's node affinity/selector"], ["node(s) didn't match scheduler-enforced node affinity"]]);
  });

  test('adds its preferences to those of the pod', () => {
    const preferring = nodeAffinity({ addedAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 2, preference: inZone('z1') }] } });
    const pod = makePod('p', {}, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 4, preference: inZone('z2') }] } } });
    expect(scoreAll(preferring, makePod('p'), nodes)).toEqual([100, 0]);
    expect(scoreAll(preferring, pod, nodes)).toEqual([50, 100]);
  });
});
