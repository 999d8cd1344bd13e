import { describe, expect, test } from 'vitest';
import { Pods } from '../../src/kinds/core/pod';
import { startWorld, type World } from './world';

const remove = (world: World, options?: object): unknown => world.client.delete(Pods, { namespace: 'default', name: 'p' }, options);
/** Deletes the pod: its container runs for so long, and a second later it is gone. */
function stopsAfter(world: World, seconds: number): void {
  remove(world);
  world.seconds(seconds - 0.1);
  expect(world.container().state?.running).toBeDefined();
  world.seconds(1.2);
  expect(world.find('p')).toBeUndefined();
}
const stubborn = { name: 'c', image: 'test/stubborn:1' };

describe('a deleted pod', () => {
  test('goes a second after its program has heard SIGTERM: that is when the kubelet looks', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] });
    world.seconds(10);
    remove(world);
    world.seconds(0.9);
    expect(world.find('p')?.metadata.deletionTimestamp).toBeDefined();
    world.seconds(0.2);
    expect(world.find('p')).toBeUndefined();
    expect(world.events()).toContain('Killing: Stopping container c');
  });

  test('is killed when its grace period is over', () => {
    const world = startWorld();
    const watch = world.watch(({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode);
    world.create({ containers: [stubborn], terminationGracePeriodSeconds: 12 });
    world.seconds(10);
    stopsAfter(world, 12);
    expect(watch.seen).toEqual([137]);
  });

  test('can be given less time by a second delete', () => {
    const world = startWorld();
    world.create({ containers: [stubborn], terminationGracePeriodSeconds: 600 });
    world.seconds(10);
    remove(world);
    world.seconds(5);
    remove(world, { gracePeriodSeconds: 3 });
    world.seconds(4.1);
    expect(world.find('p')).toBeUndefined();
  });

  test('has its address and its room on the node given back', () => {
    const world = startWorld({ nodes: { 'node-1': { capacity: { cpu: '1' } } } });
    const all = { ...stubborn, image: 'nginx:1.27', resources: { requests: { cpu: '1' } } };
    world.create({ containers: [all] });
    world.seconds(10);
    world.create({ containers: [all] }, 'second');
    world.seconds(3);
    expect(world.status('second')).toMatchObject({
      phase: 'Failed', reason: 'OutOfcpu', message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 1000, capacity: 1000",
    });
    expect(world.events('second')).toEqual(["OutOfcpu: Node didn't have enough resource: cpu, requested: 1000, used: 1000, capacity: 1000"]);
    remove(world);
    world.seconds(1);
    world.create({ containers: [all] }, 'third');
    world.seconds(3);
    expect(world.status('third').phase).toBe('Running');
  });

  test('before its containers began does not wait for its grace period', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'does-not-exist:1' }] });
    world.seconds(20);
    remove(world);
    world.seconds(1.1);
    expect(world.find('p')).toBeUndefined();
  });

  test('and made anew under the same name is another pod', () => {
    const world = startWorld();
    world.create({ containers: [stubborn] });
    world.seconds(5);
    remove(world, { gracePeriodSeconds: 0 });
    expect(world.find('p')).toBeUndefined();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] });
    world.seconds(10);
    expect(world.status()).toMatchObject({ phase: 'Running', podIP: '10.244.0.3' });
    world.seconds(60);
    expect(world.status().phase).toBe('Running');
  });
});

describe('hooks', () => {
  test('preStop runs within the grace period, before SIGTERM', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27', lifecycle: { preStop: { sleep: { seconds: 7 } } } }] });
    world.seconds(10);
    stopsAfter(world, 7);
  });

  test('a preStop that takes too long leaves two seconds for SIGTERM', () => {
    const world = startWorld();
    world.create({ terminationGracePeriodSeconds: 5, containers: [{ ...stubborn, lifecycle: { preStop: { httpGet: { port: 81 } } } }] });
    world.seconds(10);
    stopsAfter(world, 7);
  });

  test('a container is not running before its postStart is done', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27', lifecycle: { postStart: { sleep: { seconds: 20 } } } }] });
    world.seconds(15);
    expect(world.container().state?.waiting?.reason).toBe('ContainerCreating');
    world.seconds(15);
    expect(world.status().phase).toBe('Running');
  });

  test('a postStart that fails has the container killed', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27', lifecycle: { postStart: { httpGet: { port: 81 } } } }] });
    world.seconds(10);
    expect(world.events()).toContain('FailedPostStartHook: PostStartHook failed');
    expect(world.container().state?.running).toBeUndefined();
    expect(world.container().restartCount).toBeGreaterThan(0);
  });
});

test('a pod that runs past its deadline fails', () => {
  const world = startWorld();
  world.create({ activeDeadlineSeconds: 20, containers: [{ name: 'c', image: 'nginx:1.27' }] });
  world.seconds(19);
  expect(world.status().phase).toBe('Running');
  world.seconds(2);
  expect(world.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' });
});

test('a new image replaces the container', () => {
  const world = startWorld();
  const pod = world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] });
  world.seconds(10);
  world.client.patch(Pods, pod.metadata, { spec: { containers: [{ name: 'c', image: 'nginx:1.28' }] } }, 'strategic');
  world.seconds(10);
  expect(world.container()).toMatchObject({ image: 'docker.io/library/nginx:1.28', restartCount: 1, ready: true });
  expect(world.events()).toContain('Killing: Container c definition changed, will be restarted');
});
