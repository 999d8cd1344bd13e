import { describe, expect, test } from 'vitest';
import type { ConnectFrame } from '../../src/api/types';
import { Pods } from '../../src/kinds/core/pod';
import { startWorld, type World } from './world';

const busybox = (script: string, rest: object = {}) => ({ name: 'c', image: 'busybox:1.36', command: ['/bin/sh', '-c', script], ...rest });
const run = (world: World, command: readonly string[]): readonly ConnectFrame[] => {
  const frames: ConnectFrame[] = [];
  world.server.connect({ resource: 'pods', subresource: 'exec', namespace: 'default', name: 'p', command, user: { name: 'me', groups: [] } }).subscribe((frame) => frames.push(frame));
  world.seconds(1);
  return frames;
};

test('a liveness probe that runs a command, as in the documentation', () => {
  const world = startWorld();
  world.create({
    terminationGracePeriodSeconds: 5,
    containers: [busybox('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600', { livenessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 5, periodSeconds: 5 } })],
  });
  world.seconds(32);
  expect(world.container()).toMatchObject({ ready: true, restartCount: 0 });
  world.seconds(28);
  expect(world.container().restartCount).toBe(1);
  expect(world.events()).toEqual(expect.arrayContaining([
    "Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory", 'Killing: Container c failed liveness probe, will be restarted',
  ]));
});

test('a probe whose command takes too long fails', () => {
  const world = startWorld();
  world.create({ containers: [busybox('sleep 600', { readinessProbe: { exec: { command: ['sleep', '5'] }, timeoutSeconds: 2 } })] });
  world.seconds(10);
  expect(world.container().ready).toBe(false);
  expect(world.events()).toContain('Unhealthy: Readiness probe failed: command timed out: "sleep 5" timed out after 2s');
});

test('a probe whose command is not there says so', () => {
  const world = startWorld();
  world.create({ containers: [busybox('sleep 600', { readinessProbe: { exec: { command: ['/nothing'] } } })] });
  world.seconds(10);
  expect(world.events().at(-1)).toMatch(/^Unhealthy: Readiness probe errored and resulted in unknown state: rpc error: .*\/nothing/);
});

describe('hooks that run commands', () => {
  test('postStart before the container counts as running', () => {
    const world = startWorld();
    world.create({ containers: [busybox('sleep 600', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 3; echo ready > /tmp/started'] } } } })] });
    world.seconds(10);
    expect(world.status().phase).toBe('Running');
    expect(run(world, ['cat', '/tmp/started'])).toEqual([{ stream: 'stdout', text: 'ready\n' }, { stream: 'exit', code: 0 }]);
  });

  test('preStop before SIGTERM', () => {
    const world = startWorld();
    world.create({ containers: [busybox('trap "exit 0" TERM; while true; do sleep 1; done', { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 4'] } } } })] });
    world.seconds(10);
    world.client.delete(Pods, { namespace: 'default', name: 'p' });
    world.seconds(3.5);
    expect(world.container().state?.running).toBeDefined();
    world.seconds(3);
    expect(world.find('p')).toBeUndefined();
  });
});

test('exec shows output and exit code, and the environment of the container', () => {
  const world = startWorld();
  world.create({ containers: [busybox('sleep 600', { env: [{ name: 'GREETING', value: 'hello' }] })] });
  world.seconds(10);
  expect(run(world, ['sh', '-c', 'echo $GREETING from $HOSTNAME; exit 3'])).toEqual([{ stream: 'stdout', text: 'hello from p\n' }, { stream: 'exit', code: 3 }]);
  expect(() => world.connect({ subresource: 'exec', command: ['nothing'] })).toThrow(/^Internal error occurred: error executing command in container: failed to exec in container: .*nothing/);
});

test('a job-like pod succeeds with what its command says', () => {
  const world = startWorld();
  world.create({ restartPolicy: 'Never', containers: [busybox('echo working; sleep 2; echo done')] });
  world.seconds(10);
  expect(world.status().phase).toBe('Succeeded');
  expect(world.connect({})).toBe('working\ndone\n');
});
