import { describe, expect, test } from 'vitest';
import type { Probe } from '../../src/schema/types';
import { startWorld, statusOf, type World } from './world';

const web = (probes: { readonly livenessProbe?: Probe; readonly readinessProbe?: Probe; readonly startupProbe?: Probe }) => ({
  name: 'c', image: 'test/web:1', ports: [{ name: 'http', containerPort: 80 }], ...probes,
});
const get = (rest: Partial<Probe> = {}): Probe => ({ httpGet: { path: '/healthz', port: 'http' }, ...rest });
const answers = (status: number): void => { statusOf.set('default/p', status); };
const ready = (world: World): boolean => world.container().ready;
/** Runs until the pod's image is there and its container runs. */
const start = (world: World): void => { while (!world.find('p')?.status?.containerStatuses?.[0]?.state?.running) world.seconds(0.1); };

describe('readiness', () => {
  test('comes with the successThreshold, goes with the failureThreshold, and never restarts', () => {
    const world = startWorld();
    answers(200);
    world.create({ containers: [web({ readinessProbe: get({ periodSeconds: 5, successThreshold: 2, failureThreshold: 3 }) })] });
    start(world);
    world.seconds(2);
    expect(ready(world)).toBe(false);
    world.seconds(5);
    expect(ready(world)).toBe(true);
    answers(503);
    world.seconds(10);
    expect(ready(world)).toBe(true);
    world.seconds(5);
    expect(ready(world)).toBe(false);
    expect(world.container().restartCount).toBe(0);
    expect(world.events()).toContain('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503');
    answers(200);
    world.seconds(10);
    expect(ready(world)).toBe(true);
  });

  test('waits for the initial delay', () => {
    const world = startWorld();
    answers(200);
    world.create({ containers: [web({ readinessProbe: get({ initialDelaySeconds: 7 }) })] });
    start(world);
    world.seconds(6.8);
    expect(ready(world)).toBe(false);
    world.seconds(0.5);
    expect(ready(world)).toBe(true);
  });

  test('writes nothing while all stays well', () => {
    const world = startWorld();
    answers(200);
    world.create({ containers: [web({ readinessProbe: get(), livenessProbe: get() })] });
    world.seconds(20);
    const before = world.pod();
    world.seconds(600);
    expect(world.pod()).toBe(before);
  });

  test('holds for a refused connection and for tcpSocket too', () => {
    const world = startWorld();
    answers(200);
    world.create({ containers: [web({ readinessProbe: get({ httpGet: { port: 81 } }) })] });
    world.create({ containers: [web({ readinessProbe: { tcpSocket: { port: 81 } } })] }, 'tcp');
    world.create({ containers: [web({ readinessProbe: { tcpSocket: { port: 80 } } })] }, 'open');
    world.seconds(10);
    expect(world.events()).toContain('Unhealthy: Readiness probe failed: Get "http://10.244.0.2:81/": dial tcp 10.244.0.2:81: connect: connection refused');
    expect(world.events('tcp')).toContain('Unhealthy: Readiness probe failed: dial tcp 10.244.0.3:81: connect: connection refused');
    expect(world.container('c', 'open').ready).toBe(true);
  });
});

describe('liveness', () => {
  test('kills and restarts after failureThreshold failures, with the back-off of a crash', () => {
    const world = startWorld();
    answers(500);
    const watch = world.watch(({ status }) => status?.containerStatuses?.[0]?.restartCount);
    world.create({ containers: [web({ livenessProbe: get({ periodSeconds: 3 }) })] });
    start(world);
    world.seconds(6.5);
    expect(world.container().restartCount).toBe(0);
    world.seconds(1);
    expect(world.container().restartCount).toBe(1);
    expect(world.events()).toEqual(expect.arrayContaining([
      'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500', 'Killing: Container c failed liveness probe, will be restarted',
    ]));
    world.seconds(8);
    expect(world.container().state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(watch.seen).toEqual([0, 1]);
  });

  test('takes the grace period and SIGKILL for a program that does not listen', () => {
    const world = startWorld();
    world.create({
      terminationGracePeriodSeconds: 20,
      containers: [{
        name: 'c', image: 'test/stubborn:1',
        livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 5 },
      }],
    });
    start(world);
    world.seconds(5.5);
    expect(world.container().restartCount).toBe(0);
    world.seconds(1.5);
    expect(world.container()).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'Error' } } });
  });
});

describe('a startup probe', () => {
  test('holds back the others until it has passed once', () => {
    const world = startWorld();
    answers(404);
    world.create({
      containers: [web({
        startupProbe: get({ periodSeconds: 2, failureThreshold: 10 }),
        livenessProbe: get({ periodSeconds: 1, failureThreshold: 1 }),
        readinessProbe: get({ periodSeconds: 30 }),
      })],
    });
    start(world);
    world.seconds(12);
    expect(world.container()).toMatchObject({ started: false, ready: false, restartCount: 0 });
    answers(200);
    world.seconds(2.2);
    expect(world.container()).toMatchObject({ started: true, ready: true });
  });

  test('that never passes has the container killed', () => {
    const world = startWorld();
    answers(404);
    world.create({ containers: [web({ startupProbe: get({ periodSeconds: 2, failureThreshold: 2 }) })] });
    start(world);
    world.seconds(4);
    expect(world.container().restartCount).toBe(1);
    expect(world.events()).toContain('Killing: Container c failed startup probe, will be restarted');
  });
});

test('twenty probed pods for ten minutes write nothing', () => {
  const world = startWorld();
  for (let i = 0; i < 20; i++) world.create({ containers: [web({ readinessProbe: get() })] }, `p${i}`);
  world.seconds(30);
  const before = new Map(Array.from({ length: 20 }, (_, i) => [`p${i}`, world.pod(`p${i}`)]));
  world.seconds(600);
  for (const [name, pod] of before) expect(world.pod(name)).toBe(pod);
  expect(before.get('p12')?.status?.phase).toBe('Running');
});
