import { describe, expect, test } from 'vitest';
import { Pods } from '../../src/kinds/core/pod';
import { startWorld } from './world';

const exits = (name: string, code: number, afterMs: number) => ({ name, image: 'test/exit:1', args: [String(code), String(afterMs)] });
const serves = (name: string, rest: object = {}) => ({ name, image: 'test/web:1', ...rest });
type World = ReturnType<typeof startWorld>;
const running = (world: World): readonly string[] => {
  const { initContainerStatuses = [], containerStatuses = [] } = world.status();
  return [...initContainerStatuses, ...containerStatuses].filter(({ state }) => state?.running).map(({ name }) => name);
};

describe('init containers', () => {
  test('run one after the other, before the rest', () => {
    const world = startWorld();
    world.create({ initContainers: [exits('first', 0, 10_000), exits('second', 0, 10_000)], containers: [serves('c')] });
    world.seconds(5);
    expect(running(world)).toEqual(['first']);
    expect(world.status().phase).toBe('Pending');
    expect(world.container('c').state?.waiting?.reason).toBe('PodInitializing');
    expect(world.status().conditions?.find(({ type }) => type === 'Initialized'))
      .toMatchObject({ status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [first second]' });
    world.seconds(10);
    expect(running(world)).toEqual(['second']);
    expect(world.status().conditions?.find(({ type }) => type === 'Initialized')?.message).toBe('containers with incomplete status: [second]');
    world.seconds(10);
    expect(running(world)).toEqual(['c']);
    expect(world.status().phase).toBe('Running');
    expect(world.container('first')).toMatchObject({ ready: true, state: { terminated: { reason: 'Completed', exitCode: 0 } } });
  });

  test('that fail are tried again, and with restartPolicy Never fail the pod', () => {
    const world = startWorld();
    world.create({ initContainers: [exits('i', 1, 100)], containers: [serves('c')] });
    world.create({ restartPolicy: 'Never', initContainers: [exits('i', 1, 100)], containers: [serves('c')] }, 'never');
    world.seconds(10);
    expect(world.container('i').state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(world.status().phase).toBe('Pending');
    expect(world.status('never').phase).toBe('Failed');
    expect(world.container('c', 'never').state?.waiting?.reason).toBe('PodInitializing');
  });
});

describe('sidecars', () => {
  test('start in order, wait for their startup probe, and go on beside the others', () => {
    const world = startWorld();
    world.create({
      initContainers: [serves('side', { restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 10 } }), exits('init', 0, 5_000)], containers: [serves('c')],
    });
    world.seconds(8);
    expect(running(world)).toEqual(['side']);
    world.seconds(6);
    expect(running(world)).toEqual(['side', 'init']);
    world.seconds(8);
    expect(running(world)).toEqual(['side', 'c']);
    expect(world.status().conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });

  test('do not keep a finished pod from being finished', () => {
    const world = startWorld();
    world.create({ restartPolicy: 'Never', initContainers: [serves('side', { restartPolicy: 'Always' })], containers: [exits('c', 0, 5_000)] });
    world.seconds(5);
    expect(running(world)).toEqual(['side', 'c']);
    world.seconds(5);
    expect(running(world)).toEqual([]);
    expect(world.status().phase).toBe('Succeeded');
  });

  test('are stopped last, in reverse order', () => {
    const world = startWorld();
    const slow = { restartPolicy: 'Always', lifecycle: { preStop: { sleep: { seconds: 5 } } } };
    world.create({ initContainers: [serves('one', slow), serves('two', slow)], containers: [serves('c', { lifecycle: slow.lifecycle })] });
    world.seconds(10);
    expect(running(world)).toEqual(['one', 'two', 'c']);
    world.client.delete(Pods, { namespace: 'default', name: 'p' });
    world.seconds(4);
    expect(running(world)).toEqual(['one', 'two', 'c']);
    world.seconds(2);
    expect(running(world)).toEqual(['one', 'two']);
    world.seconds(5);
    expect(running(world)).toEqual(['one']);
    world.seconds(5);
    expect(world.find('p')).toBeUndefined();
  });
});
