import type { SchedulerLike, Subscription } from 'rxjs';
import { Fifo } from '../sim/fifo';
import type { Change } from '../store/history';
import type { Store } from '../store/store';

/** Events are kept for an hour after their last change, as the API server's default has it. */
const keptMs = 3_600_000;
const prefix = 'events/';

/** Removes events whose time is over. One timer for all: they expire in the order of their writes. */
export function expireEvents(store: Store, scheduler: SchedulerLike): Subscription {
  const waiting = new Fifo<{ readonly expiresAt: number; readonly written: Change[] }>();
  let latest: { readonly expiresAt: number; readonly written: Change[] } | undefined;   // many events are written at one instant
  let timer: Subscription | undefined;

  const plan = () => {
    const { first } = waiting;
    if (!timer && first) timer = scheduler.schedule(expire, Math.max(0, first.expiresAt - scheduler.now()));
  };
  const expire = () => {
    timer = undefined;
    while (waiting.first && waiting.first.expiresAt <= scheduler.now()) {
      const over = waiting.shift();
      for (const { key, revision } of over?.written ?? [])
        if (store.get(key)?.revision === revision) store.transact((transaction) => transaction.delete(key), { component: 'etcd-lease', key, revision });
    }
    plan();
  };

  const watching = store.watch(prefix, store.revision).subscribe((change) => {
    if (change.value === undefined) return;
    const expiresAt = scheduler.now() + keptMs;
    if (latest?.expiresAt !== expiresAt) waiting.push(latest = { expiresAt, written: [] });
    latest.written.push(change);
    plan();
  });
  watching.add(() => timer?.unsubscribe());
  return watching;
}
