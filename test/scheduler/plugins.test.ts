import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeSelectorTerm, Pod } from '../../src/schema/types';
import { imageLocality } from '../../src/scheduler/plugins/image-locality';
import { nodeAffinity } from '../../src/scheduler/plugins/node-affinity';
import { nodeDeclaredFeatures } from '../../src/scheduler/plugins/node-declared-features';
import { nodeName } from '../../src/scheduler/plugins/node-name';
import { nodePorts } from '../../src/scheduler/plugins/node-ports';
import { nodeResourcesBalancedAllocation } from '../../src/scheduler/plugins/node-resources-balanced-allocation';
import { nodeResourcesFit } from '../../src/scheduler/plugins/node-resources-fit';
import { nodeUnschedulable } from '../../src/scheduler/plugins/node-unschedulable';
import { prioritySort } from '../../src/scheduler/plugins/priority-sort';
import { schedulingGates } from '../../src/scheduler/plugins/scheduling-gates';
import { taintToleration } from '../../src/scheduler/plugins/taint-toleration';
import { filterAll, makeNode, makePod, scoreAll, tableOf } from './objects';

const requiring = (...nodeSelectorTerms: readonly NodeSelectorTerm[]): Pod =>
  makePod('p', {}, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } });

test('SchedulingGates names the gates it waits for', () => {
  expect(schedulingGates.preEnqueue?.(makePod('p', {}, { schedulingGates: [{ name: 'foo' }, { name: 'bar' }] }))).toBe('waiting for scheduling gates: [foo bar]');
  expect(schedulingGates.preEnqueue?.(makePod('p'))).toBeUndefined();
});

test.each([
  ['higher priority', 10, 5, 1, 9, true],
  ['same priority, waits longer', 5, 1, 5, 2, true],
  ['same priority, same time', 5, 1, 5, 1, false],
  ['lower priority, waits longer', 1, 1, 5, 2, false],
])('PrioritySort: %s', (_case, priorityA, atA, priorityB, atB, first) => {
  const waiting = (priority: number, queuedAt: number) => ({ pod: makePod('p', {}, { priority }), queuedAt });
  expect(prioritySort.queueSort?.(waiting(priorityA, atA), waiting(priorityB, atB))).toBe(first);
});

describe('NodeUnschedulable', () => {
  const cordoned = tableOf(makeNode('n', undefined, { spec: { unschedulable: true } }));
  test('keeps pods off a cordoned node', () => expect(filterAll(nodeUnschedulable, makePod('p'), cordoned)).toEqual([['node(s) were unschedulable']]));
  test('lets pods in that tolerate it', () => {
    const pod = makePod('p', {}, { tolerations: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', operator: 'Exists' }] });
    expect(filterAll(nodeUnschedulable, pod, cordoned)).toEqual([undefined]);
  });
});

test('NodeName accepts the named node alone', () => {
  const nodes = tableOf(makeNode('foo'), makeNode('bar'));
  expect(filterAll(nodeName, makePod('p'), nodes)).toEqual([undefined, undefined]);
  expect(filterAll(nodeName, makePod('p', {}, { nodeName: 'foo' }), nodes)).toEqual([undefined, ["node(s) didn't match the requested node name"]]);
});

describe('TaintToleration', () => {
  const tainted = (effect: string) => makeNode('n', undefined, { spec: { taints: [{ key: 'dedicated', value: 'user1', effect }] } });
  const refused = [['node(s) had untolerated taint(s)']];

  test.each([
    ['no toleration', 'NoSchedule', [], refused],
    ['an equal toleration', 'NoSchedule', [{ key: 'dedicated', value: 'user1', effect: 'NoSchedule' }], [undefined]],
    ['another value', 'NoSchedule', [{ key: 'dedicated', operator: 'Equal', value: 'user2', effect: 'NoSchedule' }], refused],
    ['Exists', 'NoSchedule', [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }], [undefined]],
    ['a toleration of another effect', 'NoExecute', [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }], refused],
    ['an empty key with Exists', 'NoExecute', [{ operator: 'Exists' }], [undefined]],
    ['PreferNoSchedule keeps nobody off', 'PreferNoSchedule', [], [undefined]],
  ])('%s', (_case, effect, tolerations, expected) => {
    expect(filterAll(taintToleration, makePod('p', {}, { tolerations }), tableOf(tainted(effect)))).toEqual(expected);
  });

  test('scores nodes by their untolerated PreferNoSchedule taints, fewer is better', () => {
    const soft = (...keys: readonly string[]) => ({ spec: { taints: keys.map((key) => ({ key, value: 'x', effect: 'PreferNoSchedule' })) } });
    const nodes = tableOf(makeNode('a', undefined, soft()), makeNode('b', undefined, soft('cpu', 'disk')), makeNode('c', undefined, soft('cpu')));
    expect(scoreAll(taintToleration, makePod('p', {}, { tolerations: [{ key: 'cpu', value: 'x', effect: 'PreferNoSchedule' }] }), nodes)).toEqual([100, 0, 100]);
    expect(scoreAll(taintToleration, makePod('p', {}, { tolerations: [{ key: 'cpu', value: 'x', effect: 'NoSchedule' }] }), nodes)).toEqual([100, 0, 50]);
    expect(scoreAll(taintToleration, makePod('p'), tableOf(makeNode('a'), makeNode('b')))).toEqual([100, 100]);
  });
});

describe('NodeAffinity', () => {
  const nodes = tableOf(makeNode('node1', undefined, { labels: { zone: 'a', gpu: '4' } }), makeNode('node2', undefined, { labels: { zone: 'b' } }));
  const no = ["node(s) didn't match Pod's node affinity/selector"];

  test.each<[string, Pod, readonly unknown[]]>([
    ['no requirement', makePod('p'), [undefined, undefined]],
    ['nodeSelector', makePod('p', {}, { nodeSelector: { zone: 'a' } }), [undefined, no]],
    ['nodeSelector with two labels', makePod('p', {}, { nodeSelector: { zone: 'a', gpu: '8' } }), [no, no]],
    ['In', requiring({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['b', 'c'] }] }), [no, undefined]],
    ['NotIn matches nodes without the label', requiring({ matchExpressions: [{ key: 'gpu', operator: 'NotIn', values: ['4'] }] }), [no, undefined]],
    ['Exists', requiring({ matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }), [undefined, no]],
    ['DoesNotExist', requiring({ matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] }), [no, undefined]],
    ['Gt', requiring({ matchExpressions: [{ key: 'gpu', operator: 'Gt', values: ['3'] }] }), [undefined, no]],
    ['Lt', requiring({ matchExpressions: [{ key: 'gpu', operator: 'Lt', values: ['3'] }] }), [no, no]],
    ['terms are alternatives',
      requiring({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }),
      [undefined, undefined]],
    ['expressions of a term must all hold', requiring({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }, { key: 'gpu', operator: 'DoesNotExist' }] }), [no, no]],
    ['a term without requirements matches nothing', requiring({}), [no, no]],
    ['an unknown operator matches nothing', requiring({ matchExpressions: [{ key: 'zone', operator: 'Like', values: ['a'] }] }), [no, no]],
    ['metadata.name', requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node2'] }] }), [no, undefined]],
    ['two names at once cannot be',
      requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node1'] }, { key: 'metadata.name', operator: 'In', values: ['node2'] }] }),
      [['pod affinity terms conflict'], ['pod affinity terms conflict']]],
  ])('%s', (_case, pod, expected) => expect(filterAll(nodeAffinity(), pod, nodes)).toEqual(expected));

  test('scores by the weights of matching preferred terms; the best gets 100', () => {
    const term = (weight: number, key: string, value: string) => ({ weight, preference: { matchExpressions: [{ key, operator: 'In', values: [value] }] } });
    const pod = makePod('p', {}, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term(2, 'zone', 'a'), term(4, 'gpu', '4'), term(3, 'zone', 'b')] } } });
    expect(scoreAll(nodeAffinity(), pod, nodes)).toEqual([100, 50]);
    expect(scoreAll(nodeAffinity(), makePod('p'), nodes)).toBeUndefined();
  });
});

test('NodeDeclaredFeatures: what a pod needs of the kubelet, the node must declare', () => {
  const feature = 'RestartAllContainersOnContainerExits';
  const nodes = tableOf(makeNode('with', undefined, { status: { declaredFeatures: ['Another', feature] } }), makeNode('without'));
  const container = (action: string) => ({ name: 'c', restartPolicy: 'Never', restartPolicyRules: [{ action, exitCodes: { operator: 'In', values: [42] } }] });
  const refused = ["node(s) didn't match Pod's required features"];
  expect(filterAll(nodeDeclaredFeatures, makePod('p', {}, { containers: [container('RestartAllContainers')] }), nodes)).toEqual([undefined, refused]);
  expect(filterAll(nodeDeclaredFeatures, makePod('p', {}, { initContainers: [container('RestartAllContainers')] }), nodes)).toEqual([undefined, refused]);
  expect(filterAll(nodeDeclaredFeatures, makePod('p', {}, { containers: [container('Restart')] }), nodes)).toEqual([undefined, undefined]);
});

describe('NodePorts', () => {
  const using = (name: string, ...ports: readonly (readonly [string, string, number])[]) => makePod(name, {}, {
    containers: [{ name: 'c', ports: ports.map(([protocol, hostIP, hostPort]) => ({ protocol, hostIP, hostPort, containerPort: hostPort })) }],
  });
  const refused = ["node(s) didn't have free ports for the requested pod ports"];
  test.each<[string, Pod, Pod, unknown]>([
    ['another port', using('p', ['UDP', '127.0.0.1', 8080]), using('q', ['UDP', '127.0.0.1', 9090]), undefined],
    ['same port', using('p', ['UDP', '127.0.0.1', 8080]), using('q', ['UDP', '127.0.0.1', 8080]), refused],
    ['same port, other address', using('p', ['TCP', '127.0.0.1', 8080]), using('q', ['TCP', '127.0.0.2', 8080]), undefined],
    ['same port, other protocol', using('p', ['TCP', '127.0.0.1', 8080]), using('q', ['UDP', '127.0.0.1', 8080]), undefined],
    ['every address collides with one', using('p', ['TCP', '0.0.0.0', 8080]), using('q', ['TCP', '127.0.0.1', 8080]), refused],
    ['one of two ports', using('p', ['UDP', '127.0.0.1', 7070], ['UDP', '127.0.0.1', 8080]), using('q', ['UDP', '127.0.0.1', 8080]), refused],
  ])('%s', (_case, pod, existing, expected) => expect(filterAll(nodePorts, pod, tableOf([makeNode('n'), existing]))).toEqual([expected]));
});

describe('NodeResourcesFit', () => {
  const node = (allocatable = { cpu: '10m', memory: '20', pods: '32', 'ephemeral-storage': '20', 'example.com/a': '5' }) => makeNode('n', allocatable);
  const used = (cpu: string, memory: string) => makePod('used', { cpu, memory });

  test.each<[string, Pod, Pod, readonly string[] | undefined]>([
    ['a pod that asks for nothing fits a full node', makePod('p'), used('10m', '20'), undefined],
    ['too many resources', makePod('p', { cpu: '1m', memory: '1' }), used('10m', '20'), ['Insufficient cpu', 'Insufficient memory']],
    ['both fit', makePod('p', { cpu: '1m', memory: '1' }), used('5m', '5'), undefined],
    ['one fits', makePod('p', { cpu: '2m', memory: '1' }), used('9m', '5'), ['Insufficient cpu']],
    ['equal edge', makePod('p', { cpu: '5m', memory: '1' }), used('5m', '19'), undefined],
    ['an init container that is too big',
      makePod('p', { cpu: '1m', memory: '1' }, { initContainers: [{ name: 'i', resources: { requests: { cpu: '3m', memory: '1' } } }] }),
      used('8m', '19'), ['Insufficient cpu']],
    ['overhead counts', makePod('p', { cpu: '1m', memory: '1' }, { overhead: { cpu: '3m', memory: '13' } }), used('5m', '5'), undefined],
    ['too much overhead', makePod('p', { cpu: '1m', memory: '1' }, { overhead: { cpu: '1m', memory: '15' } }), used('9m', '5'), ['Insufficient cpu', 'Insufficient memory']],
    ['extended resource', makePod('p', { 'example.com/a': '3' }), makePod('used', { 'example.com/a': '3' }), ['Insufficient example.com/a']],
    ['extended resource that no node has', makePod('p', { 'example.com/b': '1' }), used('1m', '1'), ['Insufficient example.com/b']],
    ['ephemeral storage', makePod('p', { 'ephemeral-storage': '10' }), makePod('used', { 'ephemeral-storage': '15' }), ['Insufficient ephemeral-storage']],
  ])('%s', (_case, pod, existing, expected) => expect(filterAll(nodeResourcesFit(), pod, tableOf([node(), existing]))).toEqual([expected]));

  test('too many pods, even for a pod that asks for nothing', () => {
    expect(filterAll(nodeResourcesFit(), makePod('p'), tableOf([makeNode('n', { cpu: '10m', memory: '20', pods: '1' }), makePod('q')]))).toEqual([['Too many pods']]);
  });

  // Upstream's least_allocated_test: 4000m and 10000 bytes, 6000m and 10000 bytes.
  test.each<[string, Pod, readonly Pod[], readonly Pod[], readonly number[]]>([
    ['nothing scheduled, resources requested, nodes of different size', makePod('p', { cpu: '3000m', memory: '5000' }), [], [], [37, 50]],
    ['resources requested, pods scheduled with resources',
      makePod('p', { cpu: '3000m', memory: '5000' }), [makePod('a', { cpu: '1000m', memory: '0' })], [makePod('b', { cpu: '1000m', memory: '5000' })],
      [25, 16]],
  ])('LeastAllocated: %s', (_case, pod, onFirst, onSecond, expected) => {
    const nodes = tableOf([makeNode('n1', { cpu: '4000m', memory: '10000', pods: '9' }), ...onFirst], [makeNode('n2', { cpu: '6000m', memory: '10000', pods: '9' }), ...onSecond]);
    expect(scoreAll(nodeResourcesFit(), pod, nodes)).toEqual(expected);
  });

  test('LeastAllocated: pods that ask for nothing count as 100m and 200Mi', () => {
    expect(scoreAll(nodeResourcesFit(), makePod('p'), tableOf(makeNode('n', { cpu: '1', memory: '1000Mi', pods: '9' })))).toEqual([85]);
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  test('75 when the balance stays, more when it improves, less when it worsens', () => {
    const nodes = tableOf(
      makeNode('empty', { cpu: '4', memory: '4000', pods: '9' }),
      [makeNode('memory-heavy', { cpu: '4', memory: '4000', pods: '9' }), makePod('a', { memory: '2000' })],
      [makeNode('cpu-heavy', { cpu: '4', memory: '4000', pods: '9' }), makePod('b', { cpu: '2' })],
    );
    expect(scoreAll(nodeResourcesBalancedAllocation(), makePod('p', { cpu: '1', memory: '1000' }), nodes)).toEqual([75, 75, 75]);
    expect(scoreAll(nodeResourcesBalancedAllocation(), makePod('p', { cpu: '1', memory: '0' }), nodes)).toEqual([68, 81, 68]);
  });

  test('has no opinion on pods that ask for nothing', () => {
    expect(scoreAll(nodeResourcesBalancedAllocation(), makePod('p'), tableOf(makeNode('n')))).toBeUndefined();
  });
});

describe('ImageLocality', () => {
  const mebibyte = 1024 * 1024;
  const withImages = (name: string, ...images: readonly (readonly [string, number])[]) =>
    makeNode(name, undefined, { status: { images: images.map(([image, mebibytes]) => ({ names: [image], sizeBytes: mebibytes * mebibyte })) } });
  const running = (...images: readonly string[]) => makePod('p', {}, { containers: images.map((image) => ({ name: image, image })) });

  // Upstream's image_locality_test.
  test.each<[string, Pod, readonly number[]]>([
    ['two images, the larger total wins', running('gcr.io/40', 'gcr.io/250'), [0, 5]],
    ['the largest image wins over many small ones', running('gcr.io/40', 'gcr.io/300'), [7, 0]],
    ['an image below the least counts nothing', running('gcr.io/10'), [0, 0]],
  ])('%s', (_case, pod, expected) => {
    const nodes = tableOf(withImages('n1', ['gcr.io/40:latest', 40], ['gcr.io/300:latest', 300], ['gcr.io/2000:latest', 2000]), withImages('n2', ['gcr.io/250:latest', 250], ['gcr.io/10:latest', 10]));
    expect(scoreAll(imageLocality, pod, nodes)).toEqual(expected);
  });

  test('says nothing about images that no node has', () => expect(scoreAll(imageLocality, running('gcr.io/none'), tableOf(makeNode('n')))).toBeUndefined());
});

test('every score is between 0 and 100', () => {
  const amounts = fc.record({ cpu: fc.integer({ min: 0, max: 8_000 }).map((milli) => `${milli}m`), memory: fc.integer({ min: 0, max: 16_000 }).map(String) });
  const node = fc.tuple(amounts, fc.array(amounts, { maxLength: 4 }));
  fc.assert(fc.property(fc.array(node, { minLength: 1, maxLength: 5 }), amounts, (nodes, requests) => {
    const table = tableOf(...nodes.map(([allocatable, pods], n) => [makeNode(`n${n}`, { ...allocatable, pods: '9' }), ...pods.map((pod, i) => makePod(`p${n}-${i}`, pod))] as const));
    for (const plugin of [taintToleration, nodeResourcesFit(), nodeResourcesBalancedAllocation()]) {
      for (const score of scoreAll(plugin, makePod('p', requests), table) ?? []) { expect(score).toBeGreaterThanOrEqual(0); expect(score).toBeLessThanOrEqual(100); }
    }
  }));
});
