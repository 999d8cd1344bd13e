import { Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { StatusError } from '../api/status';
import { Fifo } from '../sim/fifo';

export type RequeueAfter = { readonly requeueAfterMs: number };
/** What came of one run of one key. */
export type Outcome = { readonly key: string; readonly at: number; readonly error?: StatusError };

export type WorkqueueOptions = {
  readonly scheduler: SchedulerLike;
  /** How long a key gathers changes before it runs. */
  readonly settleMs?: number;
  /** Wait before the next try, by the number of failures so far. */
  readonly backoffMs?: (failures: number) => number;
  /** Whether the key may run now; one that may not is dropped, and whoever held it back hands it in again. */
  readonly ready?: (key: string) => boolean;
};

/** As client-go's default rate limiter: 5 ms doubling to 1000 s. */
const exponential = (failures: number): number => Math.min(5 * 2 ** (failures - 1), 1_000_000);

/**
 * Keys in, outcomes out. Every run is one zero-delay action, so queues take turns and the clock can stop between any two.
 * A key waits at most once; StatusErrors back off, any other error is a defect and ends the stream.
 */
export function workqueue(
  reconcile: (key: string) => RequeueAfter | void,
  { scheduler, settleMs = 0, backoffMs = exponential, ready = () => true }: WorkqueueOptions,
): OperatorFunction<string, Outcome> {
  return (keys) => new Observable<Outcome>((outcomes) => {
    const order = new Fifo<string>();
    const waiting = new Set<string>();
    const failures = new Map<string, number>();
    const timers = new Map<string, Subscription>();   // one for each key: the latest result decides
    let planned: Subscription | undefined;

    const plan = () => { if (!planned && !outcomes.closed && order.size > 0) planned = scheduler.schedule(runNext); };
    const enqueue = (key: string) => { order.push(key); plan(); };
    const add = (key: string) => {
      if (waiting.has(key)) return;
      waiting.add(key);
      if (settleMs > 0) scheduler.schedule(() => enqueue(key), settleMs); else enqueue(key);
    };
    const addAfter = (key: string, delayMs: number) => {
      timers.get(key)?.unsubscribe();
      timers.set(key, scheduler.schedule(() => { timers.delete(key); add(key); }, delayMs));
    };

    const runNext = () => {
      planned = undefined;
      const key = order.shift();
      if (key === undefined) return;
      waiting.delete(key);   // before the run: a change during it queues the key again
      if (ready(key)) run(key);
      plan();
    };

    const run = (key: string) => {
      timers.get(key)?.unsubscribe();
      timers.delete(key);
      try {
        const again = reconcile(key);
        failures.delete(key);
        if (again) addAfter(key, again.requeueAfterMs);
        outcomes.next({ key, at: scheduler.now() });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        const count = (failures.get(key) ?? 0) + 1;
        failures.set(key, count);
        addAfter(key, backoffMs(count));
        outcomes.next({ key, at: scheduler.now(), error });
      }
    };

    const source = keys.subscribe({ next: add, error: (error: unknown) => outcomes.error(error) });
    return () => { source.unsubscribe(); planned?.unsubscribe(); for (const timer of timers.values()) timer.unsubscribe(); };
  });
}
