import { describe, expect, test } from 'vitest';
import type { ConnectFrame } from '../../src/api/types';
import { startWorld, type World } from './world';

/** Prints `<n>` every second, ten times, then ends. */
const ticking = { name: 'c', image: 'test/ticking:1' };
const running = (): World => {
  const world = startWorld();
  world.create({ restartPolicy: 'Never', containers: [ticking] });
  while (!world.find('p')?.status?.containerStatuses?.[0]?.state?.running) world.seconds(0.1);
  return world;
};

describe('logs', () => {
  test('as far as they go, or their last lines, or the newest', () => {
    const world = running();
    world.seconds(5);
    expect(world.connect({})).toBe('1\n2\n3\n4\n5\n');
    expect(world.connect({ tailLines: 2 })).toBe('4\n5\n');
    expect(world.connect({ tailLines: 0 })).toBe('');
    expect(world.connect({ sinceSeconds: 2 })).toBe('4\n5\n');
    expect(world.connect({ limitBytes: 5 })).toBe('1\n2\n3');
  });

  test('with the times of their lines', () => {
    const world = running();
    world.seconds(1);
    expect(world.connect({ timestamps: true })).toMatch(/^2026-01-01T00:00:\d\d\.\d{9}Z 1\n$/);
  });

  test('followed until the container ends', () => {
    const world = running();
    world.seconds(3);
    const frames: ConnectFrame[] = [];
    let isOver = false;
    world.server.connect({ resource: 'pods', subresource: 'log', namespace: 'default', name: 'p', follow: true, user: { name: 'me', groups: [] } })
      .subscribe({ next: (frame) => frames.push(frame), complete: () => { isOver = true; } });
    expect(frames.map((frame) => ('text' in frame ? frame.text : ''))).toEqual(['1\n', '2\n', '3\n']);
    world.seconds(6.5);
    expect(frames).toHaveLength(9);
    expect(isOver).toBe(false);
    world.seconds(5);
    expect(frames).toHaveLength(10);
    expect(isOver).toBe(true);
    expect(world.connect({ tailLines: 1 })).toBe('10\n');
  });

  test('of a container that has not begun are refused with the reason', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] });
    world.seconds(0.1);
    expect(() => world.connect({})).toThrow('container "c" in pod "p" is waiting to start: ContainerCreating');
    expect(() => world.connect({ previous: true })).toThrow('previous terminated container "c" in pod "p" not found');
  });
});

test('exec and attach need a running container', () => {
  const world = startWorld();
  world.create({ containers: [{ name: 'c', image: 'does-not-exist:1' }] });
  world.seconds(5);
  expect(() => world.connect({ subresource: 'exec', command: ['ls'] })).toThrow('container not found ("c")');
  expect(() => world.connect({ subresource: 'attach' })).toThrow('container not found ("c")');
});

test('attach shows what is written from now on, then the exit code', () => {
  const world = running();
  world.seconds(7.5);
  const frames: ConnectFrame[] = [];
  world.server.connect({ resource: 'pods', subresource: 'attach', namespace: 'default', name: 'p', user: { name: 'me', groups: [] } }).subscribe((frame) => frames.push(frame));
  world.seconds(10);
  expect(frames).toEqual([{ stream: 'stdout', text: '8\n' }, { stream: 'stdout', text: '9\n' }, { stream: 'stdout', text: '10\n' }, { stream: 'exit', code: 0 }]);
});
