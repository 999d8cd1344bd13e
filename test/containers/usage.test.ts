import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CpuMeter, sampleEveryMs } from '../../src/containers/usage';
import { world } from './world';

const mib = 1_048_576;

describe('what containers use', () => {
  test('is not told before there is a window long enough, then sampled every fifteen seconds', () => {
    const { run, clock } = world();
    clock.advanceBy(sampleEveryMs - (clock.now() % sampleEveryMs) + 8_000);
    const container = run({ image: 'redis' });
    clock.advanceBy(7_100);
    expect(container.usage).toBeUndefined();
    clock.advanceBy(sampleEveryMs);
    expect(container.usage).toEqual({ cpuNano: 2_000_000, memoryBytes: 4 * mib, at: Math.floor(clock.now() / sampleEveryMs) * sampleEveryMs, windowMs: sampleEveryMs });
  });

  test('an endless loop keeps one core busy, stress as many as it is told, and a limit bounds both', () => {
    const { run, clock } = world();
    const loop = run({ image: 'busybox', command: ['sh', '-c', 'while true; do :; done'] });
    const hog = run({ image: 'polinux/stress', command: ['stress'], args: ['--cpu', '2'] });
    const limited = run({ image: 'polinux/stress', command: ['stress'], args: ['--cpu', '2', '--vm', '1', '--vm-bytes', '64M'], cpuLimitMilli: 300 });
    const idle = run({ image: 'busybox', command: ['sleep', '3600'] });
    clock.advanceBy(3 * sampleEveryMs);
    expect((loop.usage?.cpuNano ?? 0) / 1e9).toBeCloseTo(1, 1);
    expect((hog.usage?.cpuNano ?? 0) / 1e9).toBeCloseTo(2, 5);
    expect(limited.usage).toMatchObject({ cpuNano: 300_000_000, memoryBytes: 64 * mib });
    expect(idle.usage).toMatchObject({ cpuNano: 0, memoryBytes: mib });
    hog.signal(9);
    expect(hog.usage).toBeUndefined();
  });

  test('a meter never loses or invents processor time', () => {
    fc.assert(fc.property(fc.array(fc.record({ afterMs: fc.nat(40_000), cpuMs: fc.nat(500) }), { maxLength: 30 }), fc.nat(100_000), (steps, start) => {
      const meter = new CpuMeter(start);
      const spent = new Map<number, number>();
      let now = start;
      for (const { afterMs, cpuMs } of steps) {
        now += afterMs;
        meter.spend(cpuMs, now);
        const window = Math.floor(now / sampleEveryMs);
        spent.set(window, (spent.get(window) ?? 0) + cpuMs);
        expect(meter.spentMs(now)).toBe(spent.get(window - 1) ?? 0);
      }
    }));
  });
});
