import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Pod } from '../../src/schema/types';
import type { NodeInfo } from '../../src/scheduler/node-info';
import { NodeTable } from '../../src/scheduler/node-table';
import { makeNode, makePod } from './objects';
import { TableLife } from './table-life';

const podOf = fc.record({
  requests: fc.record({ cpu: fc.constantFrom('100m', '0.1', '1500m', '3'), memory: fc.constantFrom('1Gi', '100Mi', '7'), 'example.com/gpu': fc.constantFrom('1', '2') }, { requiredKeys: [] }),
  hostPort: fc.constantFrom(0, 80, 443),
  priority: fc.constantFrom(-5, 0, 10),
}).map(({ requests, hostPort, priority }) => (name: string): Pod =>
  makePod(name, requests, { priority, containers: [{ name: 'c', image: 'nginx', resources: { requests }, ports: hostPort ? [{ containerPort: 80, hostPort }] : [] }] }));

const nodeOf = fc.record({ cpu: fc.constantFrom('4', '8'), zone: fc.constantFrom('a', 'b', ''), images: fc.subarray(['nginx:latest', 'redis:7']) })
  .map(({ cpu, zone, images }) => (name: string): Node => makeNode(name, { cpu, memory: '8Gi', pods: '10' }, {
    ...(zone && { labels: { 'topology.kubernetes.io/zone': zone } }), status: { images: images.map((image) => ({ names: [image], sizeBytes: 50_000_000 })) },
  }));

const change = fc.oneof(
  fc.record({ pod: fc.constantFrom('p1', 'p2', 'p3', 'p4'), on: fc.constantFrom('n1', 'n2', 'n3'), make: fc.option(podOf, { nil: undefined }) }),
  fc.record({ node: fc.constantFrom('n1', 'n2', 'n3'), make: fc.option(nodeOf, { nil: undefined }) }),
);

const content = (table: NodeTable) => table.list.map((info) => pick(info)).sort((a, b) => (a.name < b.name ? -1 : 1));
const pick = ({
  name, allowedPods, allocatableCpuMilli, allocatableMemoryBytes, allocatableEphemeralBytes, allocatableOthers, podCount, requestedCpuMilli, requestedMemoryBytes,
  requestedEphemeralBytes, requestedOthers, scoredCpuMilli, scoredMemoryBytes, isUnschedulable, hasHardTaints, hasSoftTaints, hardTaints, softTaints, images, usedPorts, pods,
}: NodeInfo) => ({
  name, allowedPods, allocatableCpuMilli, allocatableMemoryBytes, allocatableEphemeralBytes, allocatableOthers, podCount, requestedCpuMilli, requestedMemoryBytes,
  requestedEphemeralBytes, requestedOthers, scoredCpuMilli, scoredMemoryBytes, isUnschedulable, hasHardTaints, hasSoftTaints, hardTaints, softTaints, images,
  usedPorts: usedPorts.map(({ protocol, ip, port }) => `${protocol} ${ip} ${port}`).sort(), pods: new Map(pods),
});

test('sums kept up change by change are the sums built from scratch', () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
    const life = new TableLife();
    changes.forEach((each) => life.play(each));
    const [kept, rebuilt] = [life.kept, life.rebuilt()];
    expect(content(kept)).toEqual(content(rebuilt));
    for (const image of ['nginx:latest', 'redis:7']) expect(kept.image(image)).toEqual(rebuilt.image(image));
    for (const priority of [-5, 0, 10, 11]) expect(kept.hasPodsBelow(priority)).toBe(rebuilt.hasPodsBelow(priority));
    for (const key of ['p1', 'p2', 'p3', 'p4']) expect(kept.nodeOf(key)).toBe(rebuilt.nodeOf(key));
  }));
});

test('nodes are tried zone by zone in turn', () => {
  const table = new NodeTable();
  for (const [name, zone] of [['a1', 'a'], ['a2', 'a'], ['a3', 'a'], ['b1', 'b'], ['c1', 'c'], ['c2', 'c']] as const)
    table.setNode(name, makeNode(name, undefined, { labels: { 'topology.kubernetes.io/zone': zone } }));
  expect(table.list.map(({ name }) => name)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

test('a pod seen again after it was assumed counts once', () => {
  const table = new NodeTable();
  table.setNode('n', makeNode('n'));
  const pod = makePod('p', { cpu: '1' });
  table.setPod('default/p', 'n', pod);
  table.setPod('default/p', 'n', { ...pod, spec: { ...pod.spec, nodeName: 'n' } });
  expect(table.get('n')?.requestedCpuMilli).toBe(1000);
  table.removePod('default/p');
  expect(table.get('n')?.requestedCpuMilli).toBe(0);
});
