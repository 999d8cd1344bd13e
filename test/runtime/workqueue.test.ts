import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { notFound } from '../../src/api/status';
import { workqueue, type Outcome, type RequeueAfter, type WorkqueueOptions } from '../../src/runtime/workqueue';
import { VirtualClock } from '../../src/sim/clock';

const refusal = () => notFound({ resource: 'pods', kind: 'Pod', group: '' }, 'x');

function open(reconcile: (key: string, at: number) => RequeueAfter | void, options: Omit<WorkqueueOptions, 'scheduler'> = {}) {
  const clock = new VirtualClock(0);
  const keys = new Subject<string>();
  const outcomes: Outcome[] = [];
  const defects: unknown[] = [];
  const runs: [string, number][] = [];
  const subscription = keys
    .pipe(
      workqueue(
        (key) => {
          runs.push([key, clock.now()]);
          return reconcile(key, clock.now());
        },
        { scheduler: clock, ...options },
      ),
    )
    .subscribe({ next: (outcome) => outcomes.push(outcome), error: (error: unknown) => defects.push(error) });
  return { clock, keys, outcomes, defects, runs, subscription };
}

describe('a work queue', () => {
  test('runs a key once, however often it was handed in while it waited', () => {
    const { clock, keys, runs } = open(() => {});
    for (const key of ['a', 'b', 'a', 'a']) keys.next(key);
    expect(runs).toEqual([]); // never inside the change that woke it
    clock.advanceTo(0);
    expect(runs).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
  });

  test('runs one key an action, so that the clock can stop between any two', () => {
    const { clock, keys, runs } = open(() => {});
    for (const key of ['a', 'b', 'c']) keys.next(key);
    clock.step();
    expect(runs).toHaveLength(1);
    clock.step();
    expect(runs).toHaveLength(2);
  });

  test('runs a key again that was changed during its run', () => {
    const queue = open((key) => {
      if (queue.runs.length < 3) queue.keys.next(key);
    });
    queue.keys.next('a');
    queue.clock.advanceTo(0);
    expect(queue.runs).toHaveLength(3);
  });

  test('gathers changes for as long as it settles', () => {
    const { clock, keys, runs } = open(() => {}, { settleMs: 10 });
    keys.next('a');
    clock.advanceTo(9);
    keys.next('a');
    clock.advanceTo(100);
    expect(runs).toEqual([['a', 10]]);
  });

  test('backs off twice as long after each failure, and forgets them after a success', () => {
    let failing = true;
    const { clock, keys, runs, outcomes } = open(() => {
      if (failing) throw refusal();
    });
    keys.next('a');
    clock.advanceTo(100);
    expect(runs.map(([, at]) => at)).toEqual([0, 5, 15, 35, 75]);
    expect(outcomes.every(({ error }) => error?.reason === 'NotFound')).toBe(true);
    failing = false;
    clock.advanceTo(1_000);
    expect(runs.map(([, at]) => at).at(-1)).toBe(155);
    failing = true;
    keys.next('a');
    clock.advanceTo(1_006);
    expect(runs.map(([, at]) => at).slice(-2)).toEqual([1_000, 1_005]);
  });

  test('comes back when it is asked to, and only once however often it was asked', () => {
    const { clock, keys, runs } = open((_key, at) => (at < 300 ? { requeueAfterMs: 100 } : undefined));
    keys.next('a');
    clock.advanceTo(50);
    keys.next('a'); // its run at 50 takes the place of the one planned for 100
    clock.advanceTo(1_000);
    expect(runs.map(([, at]) => at)).toEqual([0, 50, 150, 250, 350]);
  });

  test('drops a key that is not ready: whoever held it back hands it in again', () => {
    let mayRun = false;
    const { clock, keys, runs } = open(() => {}, { ready: () => mayRun });
    keys.next('a');
    clock.advanceTo(10);
    expect(runs).toEqual([]);
    mayRun = true;
    keys.next('a');
    clock.advanceTo(20);
    expect(runs).toHaveLength(1);
  });

  test('ends with a defect, which is no refusal of the server', () => {
    const { clock, keys, defects } = open(() => {
      throw new TypeError('a bug');
    });
    keys.next('a');
    expect(() => clock.advanceTo(0)).toThrow('a bug');
    expect(defects).toEqual([]);
  });

  test('does nothing more once nobody listens', () => {
    const { clock, keys, runs, subscription } = open(() => ({ requeueAfterMs: 10 }));
    keys.next('a');
    clock.advanceTo(5);
    subscription.unsubscribe();
    clock.advanceTo(100);
    expect(runs).toHaveLength(1);
  });
});
