import fc from 'fast-check';
import { interval, take, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/sim/clock';
import { Fifo } from '../../src/sim/fifo';
import { Heap } from '../../src/sim/heap';
import { Pacer } from '../../src/sim/pacer';
import { Random } from '../../src/sim/random';

describe('the clock', () => {
  test('runs actions by due time, then by the order in which they were planned', () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    clock.schedule(() => { ran.push('b'); clock.schedule(() => ran.push('b2')); }, 10);
    clock.schedule(() => ran.push('a'), 5);
    clock.schedule(() => ran.push('c'), 10);
    clock.advanceBy(10);
    expect(ran).toEqual(['a', 'b', 'c', 'b2']);
  });

  test('is the scheduler of RxJS operators', () => {
    const clock = new VirtualClock(1_000);
    const seen: number[] = [];
    interval(100, clock).pipe(take(3)).subscribe(() => seen.push(clock.now()));
    timer(50, clock).subscribe(() => seen.push(clock.now()));
    clock.advanceBy(10_000);
    expect(seen).toEqual([1_050, 1_100, 1_200, 1_300]);
    expect(clock.nextDueAt).toBeUndefined();
  });

  test('step runs exactly one action and moves time to it', () => {
    const clock = new VirtualClock(0);
    clock.schedule(() => {}, 30);
    clock.schedule(() => {}, 70);
    expect([clock.step(), clock.now(), clock.step(), clock.now(), clock.step()]).toEqual([true, 30, true, 70, false]);
  });

  test('a slice can end before any action, and goes on where it stopped', () => {
    const clock = new VirtualClock(0);
    let ran = 0;
    for (let i = 0; i < 10; i++) clock.schedule(() => { ran++; }, i);
    expect(clock.advanceTo(100, () => ran < 4)).toBe(false);
    expect(clock.now()).toBe(3);
    expect(clock.advanceTo(100)).toBe(true);
    expect([ran, clock.now()]).toEqual([10, 100]);
  });

  test('whatever is planned and cancelled, the rest runs in order', () => {
    fc.assert(fc.property(fc.array(fc.record({ delayMs: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 3_000, minLength: 1 }), (plans) => {
      const clock = new VirtualClock(0);
      const ran: number[] = [];
      const actions = plans.map(({ delayMs }, index) => clock.schedule(() => { ran.push(index); }, delayMs));
      plans.forEach(({ cancelled }, index) => { if (cancelled) actions[index]?.unsubscribe(); });
      clock.advanceBy(50);
      const expected = plans.map((plan, index) => ({ ...plan, index })).filter(({ cancelled }) => !cancelled).toSorted((a, b) => a.delayMs - b.delayMs || a.index - b.index);
      expect(ran).toEqual(expected.map(({ index }) => index));
    }), { numRuns: 50 });
  });
});

describe('the pacer', () => {
  /** A host whose time only moves when the test says so. */
  const host = () => {
    const later: { work: () => void; at: number }[] = [];
    let now = 0;
    return {
      now: () => now,
      later: (work: () => void, delayMs: number) => { later.push({ work, at: now + delayMs }); },
      pass(ms: number) {
        const end = now + ms;
        for (let next = later.toSorted((a, b) => a.at - b.at)[0]; next && next.at <= end; next = later.toSorted((a, b) => a.at - b.at)[0]) {
          later.splice(later.indexOf(next), 1);
          now = Math.max(now, next.at);
          next.work();
        }
        now = end;
      },
      spend(ms: number) { now += ms; },
    };
  };

  test('virtual time is real time times speed', () => {
    const real = host();
    const clock = new VirtualClock(0);
    const pacer = new Pacer(clock, real, 4);
    pacer.play();
    real.pass(1_000);
    expect(clock.now()).toBeGreaterThan(3_900);
    expect(clock.now()).toBeLessThanOrEqual(4_000);
    pacer.speed = 0.25;
    const before = clock.now();
    real.pass(1_000);
    expect(clock.now() - before).toBeLessThanOrEqual(252);
  });

  test('paused, nothing moves', () => {
    const real = host();
    const clock = new VirtualClock(0);
    const pacer = new Pacer(clock, real);
    pacer.play();
    real.pass(100);
    pacer.pause();
    const at = clock.now();
    real.pass(5_000);
    expect(clock.now()).toBe(at);
  });

  test('no slice is longer than 16 ms, and time never races to catch up', () => {
    const real = host();
    const clock = new VirtualClock(0);
    let longest = 0;
    let began = 0;
    for (let i = 0; i < 1_000; i++) clock.schedule(() => real.spend(1), 0);
    const pacer = new Pacer(clock, { now: () => real.now(), later: (work, delayMs) => real.later(() => { began = real.now(); work(); longest = Math.max(longest, real.now() - began); }, delayMs) });
    pacer.play();
    real.pass(2_000);
    expect(longest).toBeLessThanOrEqual(17);
    expect(clock.now()).toBeLessThan(1_200);
  });
});

test('a Fifo is a queue', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.nat()), { maxLength: 5_000 }), (steps) => {
    const fifo = new Fifo<number>();
    const plain: number[] = [];
    for (const step of steps) {
      if (step === null) expect(fifo.shift()).toBe(plain.shift()); else { fifo.push(step); plain.push(step); }
      expect([fifo.size, fifo.first]).toEqual([plain.length, plain[0]]);
    }
    expect([...fifo]).toEqual(plain);
  }), { numRuns: 30 });
});

test('a Heap gives the smallest first', () => {
  fc.assert(fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (numbers, modulus) => {
    const heap = new Heap<number>((a, b) => a < b);
    for (const number of numbers) heap.push(number);
    heap.retain((number) => number % modulus === 0);
    const out: number[] = [];
    while (heap.size > 0) out.push(heap.pop() as number);
    expect(out).toEqual(numbers.filter((number) => number % modulus === 0).toSorted((a, b) => a - b));
  }));
});

describe('chance', () => {
  test('the same seed and name give the same stream; another part shifts nobody', () => {
    const draw = (seed: number, name: string) => { const stream = new Random(seed).stream(name); return [stream.next(), stream.next(), stream.suffix(5), stream.uuid()]; };
    expect(draw(7, 'names')).toEqual(draw(7, 'names'));
    expect(draw(7, 'names')).not.toEqual(draw(7, 'uids'));
    expect(draw(7, 'names')).not.toEqual(draw(8, 'names'));
  });

  test('uuids are version 4, suffixes use the letters of generated names', () => {
    const random = new Random(1);
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(random.suffix(40)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{40}$/);
  });
});
