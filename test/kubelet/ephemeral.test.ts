import { describe, expect, test } from 'vitest';
import type { ConnectFrame } from '../../src/api/types';
import { Pods } from '../../src/kinds/core/pod';
import { startWorld, type World } from './world';

const debug = (world: World, container: object): void => {
  const pod = world.pod();
  world.client.update(Pods, { ...pod, spec: { ...pod.spec, ephemeralContainers: [...(pod.spec.ephemeralContainers ?? []), { name: 'dbg', image: 'busybox', ...container }] } }, 'ephemeralcontainers');
  world.seconds(5);
};
const user = { name: 'me', groups: [] };

describe('an ephemeral container', () => {
  test('is started in a running pod, which stays as it is', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx' }] });
    world.seconds(5);
    debug(world, { command: ['sh', '-c', 'echo inside; sleep 3600'] });
    expect(world.pod().status?.ephemeralContainerStatuses).toMatchObject([{ name: 'dbg', ready: false, restartCount: 0, state: { running: {} } }]);
    expect(world.pod().status).toMatchObject({ phase: 'Running', containerStatuses: [{ name: 'c', restartCount: 0, ready: true }] });
    expect(world.events()).toEqual(expect.arrayContaining(['Pulling: Pulling image "busybox"']));
    const frames: ConnectFrame[] = [];
    world.server.connect({ resource: 'pods', subresource: 'exec', namespace: 'default', name: 'p', container: 'dbg',
      command: ['wget', '-q', '-O-', 'http://127.0.0.1'], user }).subscribe((frame) => frames.push(frame));
    world.server.connect({ resource: 'pods', subresource: 'log', namespace: 'default', name: 'p', container: 'dbg', user }).subscribe((frame) => frames.push(frame));
    world.seconds(1);
    expect(frames.map((frame) => ('text' in frame ? frame.text : '')).join('')).toContain('inside\n');
  });

  test('is attached to, ends, and is not started again', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx' }] });
    world.seconds(5);
    debug(world, { command: ['sh', '-c', 'sleep 8; echo done; exit 3'] });
    const frames: ConnectFrame[] = [];
    world.server.connect({ resource: 'pods', subresource: 'attach', namespace: 'default', name: 'p', container: 'dbg', user }).subscribe((frame) => frames.push(frame));
    world.seconds(20);
    expect(frames).toEqual([{ stream: 'stdout', text: 'done\n' }, { stream: 'exit', code: 3 }]);
    expect(world.pod().status?.ephemeralContainerStatuses).toMatchObject([{ restartCount: 0, state: { terminated: { exitCode: 3 } } }]);
    expect(world.pod().status?.phase).toBe('Running');
  });

  test('starts beside init containers that do not get on, and ends with its pod', () => {
    const world = startWorld();
    world.create({ initContainers: [{ name: 'stuck', image: 'busybox', command: ['sleep', '3600'] }], containers: [{ name: 'c', image: 'nginx' }], terminationGracePeriodSeconds: 1 });
    world.seconds(5);
    debug(world, { command: ['sleep', '3600'] });
    expect(world.pod().status?.ephemeralContainerStatuses).toMatchObject([{ name: 'dbg', state: { running: {} } }]);
    world.client.delete(Pods, { namespace: 'default', name: 'p' });
    world.seconds(10);
    expect(world.client.list(Pods, 'default').items).toEqual([]);
  });
});
