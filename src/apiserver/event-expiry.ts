import type { SchedulerLike, Subscription } from 'rxjs';
import { Fifo } from '../sim/fifo';
import type { Store } from '../store/store';

/** Events are kept for an hour after their last change, as the API server's default has it. */
const keptMs = 3_600_000;
const prefix = 'events/';

/** Removes events whose time is over. One timer for all: they expire in the order of their writes. */
export function expireEvents(store: Store, scheduler: SchedulerLike): Subscription {
  const waiting = new Fifo<{ readonly key: string; readonly revision: number; readonly expiresAt: number }>();
  let timer: Subscription | undefined;

  const plan = () => {
    const { first } = waiting;
    if (!timer && first) timer = scheduler.schedule(expire, Math.max(0, first.expiresAt - scheduler.now()));
  };
  const expire = () => {
    timer = undefined;
    while (waiting.first && waiting.first.expiresAt <= scheduler.now()) {
      const over = waiting.shift();
      if (over && store.get(over.key)?.revision === over.revision) store.transact((transaction) => transaction.delete(over.key), { component: 'etcd-lease', key: over.key, revision: over.revision });
    }
    plan();
  };

  const watching = store.watch(prefix, store.revision).subscribe(({ key, revision, value }) => {
    if (value === undefined) return;
    waiting.push({ key, revision, expiresAt: scheduler.now() + keptMs });
    plan();
  });
  watching.add(() => timer?.unsubscribe());
  return watching;
}
