import { describe, expect, test } from 'vitest';
import { Pods } from '../../src/kinds/core/pod';
import { startWorld } from './world';

const nginx = [{ name: 'c', image: 'nginx:1.27' }];
const conditionOf = (world: ReturnType<typeof startWorld>, type: string) => world.status().conditions?.find((each) => each.type === type);
const write = (world: ReturnType<typeof startWorld>, type: string, status: string): void => {
  const pod = world.pod();
  const others = pod.status?.conditions?.filter((each) => each.type !== type) ?? [];
  world.client.update(Pods, { ...pod, status: { ...pod.status, conditions: [...others, { type, status, lastTransitionTime: '2026-01-01T00:00:00Z' }] } }, 'status');
};

describe('what others write into the status', () => {
  test('stays, beside what the kubelet writes', () => {
    const world = startWorld();
    world.create({ containers: nginx });
    world.seconds(0.1);
    write(world, 'example.com/seen', 'True');
    world.seconds(10);
    expect(conditionOf(world, 'example.com/seen')?.status).toBe('True');
    expect(conditionOf(world, 'Ready')?.status).toBe('True');
  });

  test('opens readiness gates', () => {
    const world = startWorld();
    world.create({ containers: nginx, readinessGates: [{ conditionType: 'example.com/lb' }] });
    world.seconds(10);
    expect(conditionOf(world, 'ContainersReady')?.status).toBe('True');
    expect(conditionOf(world, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate "example.com/lb" does not exist.' });
    write(world, 'example.com/lb', 'False');
    world.seconds(1);
    expect(conditionOf(world, 'Ready')?.message).toBe('the status of pod readiness gate "example.com/lb" is not "True", but False');
    write(world, 'example.com/lb', 'True');
    world.seconds(1);
    expect(conditionOf(world, 'Ready')?.status).toBe('True');
  });

  test('is put right where it is the kubelet that knows', () => {
    const world = startWorld();
    world.create({ containers: nginx });
    world.seconds(10);
    write(world, 'Ready', 'False');
    world.seconds(1);
    expect(conditionOf(world, 'Ready')?.status).toBe('True');
  });
});

test.each([50, 3_000])('a kubelet whose view is %i ms late does the same, later', (latencyMs) => {
  const world = startWorld({ latencyMs });
  world.create({ containers: nginx });
  world.seconds(20);
  expect(world.status().phase).toBe('Running');
  const running = world.pod();
  world.seconds(60);
  expect(world.pod()).toBe(running);
  world.client.delete(Pods, { namespace: 'default', name: 'p' });
  world.seconds(10);
  expect(world.find('p')).toBeUndefined();
  expect(world.outcomes).toEqual([]);
});
