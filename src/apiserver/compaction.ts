import type { SchedulerLike, Subscription } from 'rxjs';
import { interval } from 'rxjs';
import type { Store } from '../store/store';

/** As the API server's --etcd-compaction-interval. */
const everyMs = 300_000;
/** Below this many changes the past is kept whole: looking back is what the timeline is for. */
const worthKeeping = 200_000;

/** Every five minutes forgets what happened before the last five, once the history has grown large. */
export function compactRegularly(store: Store, scheduler: SchedulerLike): Subscription {
  let before = store.revision;
  return interval(everyMs, scheduler).subscribe(() => {
    if (store.history.length > worthKeeping) store.compact(before);
    before = store.revision;
  });
}
