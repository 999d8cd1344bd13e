import { describe, expect, test } from 'vitest';
import { Pods } from '../../src/kinds/core/pod';
import type { Container } from '../../src/schema/types';
import { startWorld, type World } from './world';

const at = (name: string) => ({ namespace: 'default', name });
const sized = (cpu: string, memory: string, more: Partial<Container> = {}): Container =>
  ({ name: 'c', image: 'nginx', resources: { requests: { cpu, memory }, limits: { cpu: '4', memory: '4Gi' } }, ...more });
const resize = (world: World, resources: object, name = 'p', container = 'c') =>
  world.client.patch(Pods, at(name), { spec: { containers: [{ name: container, resources }] } }, 'strategic', 'resize');
const conditions = (world: World, name = 'p') =>
  (world.status(name).conditions ?? []).filter(({ type }) => type.startsWith('PodResize')).map(({ type, reason, message }) => [type, ...(reason ? [reason, message] : [])]);
const small = { node: { capacity: { cpu: '2', memory: '4Gi' } } };

describe('resizing a pod in place', () => {
  test('sets the resources aside first, then gives them to the running container', () => {
    const world = startWorld();
    world.create({ containers: [sized('100m', '64Mi')] });
    world.seconds(10);
    const states = world.watch(({ status }) => [
      status?.conditions?.find(({ type }) => type.startsWith('PodResize'))?.type ?? '', status?.containerStatuses?.[0]?.allocatedResources?.['cpu'],
        status?.containerStatuses?.[0]?.resources?.requests?.['cpu'],
    ]);
    resize(world, { requests: { cpu: '500m' } });
    world.seconds(5);
    expect(states.seen).toEqual([['', '100m', '100m'], ['PodResizeInProgress', '500m', '100m'], ['', '500m', '500m']]);
    expect(world.container().restartCount).toBe(0);
    expect(world.pod()).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 2 } });
    const summary = '{"containers":[{"name":"c","resources":{"limits":{"cpu":"4","memory":"4Gi"},"requests":{"cpu":"500m","memory":"64Mi"}}}],"generation":2}';
    expect(world.events().filter((text) => text.startsWith('Resize'))).toEqual([`ResizeStarted: Pod resize started: ${summary}`, `ResizeCompleted: Pod resize completed: ${summary}`]);
  });

  test('restarts a container that takes the resource only so', () => {
    const world = startWorld();
    world.create({ containers: [sized('100m', '64Mi', { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }, { resourceName: 'cpu', restartPolicy: 'NotRequired' }] })] });
    world.seconds(10);
    resize(world, { requests: { cpu: '200m' } });
    world.seconds(5);
    expect(world.container().restartCount).toBe(0);
    resize(world, { requests: { memory: '128Mi' } });
    world.seconds(5);
    expect(world.container()).toMatchObject({ restartCount: 1, resources: { requests: { cpu: '200m', memory: '128Mi' } } });
    expect(world.events()).toContain('Killing: Container c resize requires restart');
    expect(world.events().filter((text) => text.startsWith('ResizeCompleted'))).toHaveLength(2);
    expect(conditions(world)).toEqual([]);
  });

  test('never fits a node that is too small, and waits for room on one that is full', () => {
    const world = startWorld({ nodes: { 'node-1': { capacity: { cpu: '4', memory: '8Gi' } } } });
    world.create({ containers: [sized('2', '64Mi')] }, 'other');
    world.create({ containers: [sized('1', '64Mi')] });
    world.seconds(10);
    resize(world, { requests: { cpu: '5' }, limits: { cpu: '8' } });
    world.seconds(2);
    expect(conditions(world)).toEqual([['PodResizePending', 'Infeasible', "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"]]);
    resize(world, { requests: { cpu: '3' } });
    world.seconds(2);
    expect(conditions(world)).toEqual([['PodResizePending', 'Deferred', "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"]]);
    expect(world.container()).toMatchObject({ allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } });
    expect(world.events().some((text) => text.startsWith('ResizeDeferred: Pod resize Deferred: {"containers":[{"name":"c",'))).toBe(true);
    world.client.delete(Pods, at('other'), { gracePeriodSeconds: 0 });
    world.seconds(5);
    expect(conditions(world)).toEqual([]);
    expect(world.container()).toMatchObject({ allocatedResources: { cpu: '3' }, resources: { requests: { cpu: '3' } }, restartCount: 0 });
  });

  test('that waits is withdrawn by asking for what there is', () => {
    const world = startWorld({ nodes: { 'node-1': small.node } });
    world.create({ containers: [sized('1', '64Mi')] }, 'other');
    world.create({ containers: [sized('500m', '64Mi')] });
    world.seconds(10);
    resize(world, { requests: { cpu: '1500m' } });
    world.seconds(2);
    expect(conditions(world)).toHaveLength(1);
    resize(world, { requests: { cpu: '500m' } });
    world.seconds(2);
    expect(conditions(world)).toEqual([]);
  });

  test('the more important of two that wait comes first', () => {
    const world = startWorld({ nodes: { 'node-1': { capacity: { cpu: '4', memory: '8Gi' } } } });
    world.create({ containers: [sized('2', '64Mi')] }, 'other');
    world.create({ containers: [sized('1', '64Mi')] }, 'a');
    world.create({ containers: [sized('1', '64Mi')], priority: 0 }, 'b');
    world.seconds(10);
    resize(world, { requests: { cpu: '2500m' } }, 'b');
    world.seconds(1);
    resize(world, { requests: { cpu: '2500m' } }, 'a');
    world.seconds(2);
    world.client.delete(Pods, at('other'), { gracePeriodSeconds: 0 });
    world.seconds(5);
    expect(world.container('c', 'b').resources?.requests?.['cpu']).toBe('2500m');
    expect(conditions(world, 'a')[0]?.[1]).toBe('Deferred');
  });

  test('a node that comes back runs the pod with what was set aside, and goes on waiting', () => {
    const world = startWorld({ nodes: { 'node-1': small.node } });
    world.create({ containers: [sized('1', '64Mi')] }, 'other');
    world.create({ containers: [sized('500m', '64Mi')] });
    world.seconds(10);
    resize(world, { requests: { cpu: '1500m' } });
    world.seconds(2);
    world.kubelets.crashNode('node-1');
    world.seconds(5);
    world.kubelets.restartNode('node-1');
    world.seconds(20);
    expect(world.status().phase).toBe('Running');
    expect(world.container()).toMatchObject({ allocatedResources: { cpu: '500m' }, restartCount: 1 });
    expect(conditions(world)[0]?.[1]).toBe('Deferred');
    world.client.delete(Pods, at('other'), { gracePeriodSeconds: 0 });
    world.seconds(5);
    expect(world.container()).toMatchObject({ allocatedResources: { cpu: '1500m' }, restartCount: 1 });
  });

  test('is seen although the kubelet writes the status at the same time', () => {
    const world = startWorld({ latencyMs: 300 });
    world.create({ containers: [sized('100m', '64Mi', { image: 'test/web', readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 3, periodSeconds: 1 } })] });
    world.seconds(3);
    for (let i = 1; i <= 20; i++) {
      resize(world, { requests: { cpu: `${100 + i}m` } });
      world.clock.advanceBy(70);
    }
    world.seconds(10);
    expect(world.container()).toMatchObject({ allocatedResources: { cpu: '120m' }, resources: { requests: { cpu: '120m' } } });
    expect(conditions(world)).toEqual([]);
  });

  test('a memory limit below what is used is an error for as long as that is so', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'polinux/stress', command: ['stress', '--vm', '1', '--vm-bytes', '250M', '--vm-hang', '1'],
      resources: { requests: { memory: '100Mi' }, limits: { memory: '400Mi' } } }] });
    world.seconds(40);
    resize(world, { limits: { memory: '200Mi' } });
    world.seconds(5);
    expect(conditions(world)[0]?.slice(0, 2)).toEqual(['PodResizeInProgress', 'Error']);
    expect(world.container().resources?.limits).toEqual({ memory: '400Mi' });
    resize(world, { limits: { memory: '300Mi' } });
    world.seconds(15);
    expect(conditions(world)).toEqual([]);
    expect(world.container()).toMatchObject({ resources: { limits: { memory: '300Mi' } }, restartCount: 0 });
  });

  test('is refused where it would change the class of service, take a resource away, or change anything else', () => {
    const world = startWorld();
    world.create({ containers: [sized('100m', '64Mi')] });
    expect(() => resize(world, { requests: { cpu: '4', memory: '4Gi' } })).toThrow('Pod QOS Class may not change as a result of resizing');
    expect(() => resize(world, { limits: { cpu: null } })).toThrow('resource limits cannot be removed');
    expect(() => resize(world, { requests: { 'ephemeral-storage': '1Gi' } })).toThrow('only cpu and memory resources are mutable');
  });
});
