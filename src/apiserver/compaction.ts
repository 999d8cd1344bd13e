import type { SchedulerLike, Subscription } from 'rxjs';
import { interval } from 'rxjs';
import type { Store } from '../store/store';

/** As the API server's --etcd-compaction-interval. */
const everyMs = 300_000;

/** Every five minutes gives up the revisions before the last five: a list or watch that goes on from there is told that it is too late. */
export function compactRegularly(store: Store, scheduler: SchedulerLike): Subscription {
  let before = store.revision;
  return interval(everyMs, scheduler).subscribe(() => {
    store.compact(before);
    before = store.revision;
  });
}
