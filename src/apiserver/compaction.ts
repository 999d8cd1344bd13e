import type { SchedulerLike, Subscription } from 'rxjs';
import { interval } from 'rxjs';
import type { KubeObject } from '../api/types';
import type { KindCatalog } from '../kinds/catalog';
import type { Store } from '../store/store';
import { ownershipOf } from './ownership/record';
import { prefixOf } from './storage';

/** As the API server's --etcd-compaction-interval. */
const everyMs = 300_000;

/** Every five minutes gives up the revisions before the last five: a list or watch that goes on from there is told that it is too late. */
export function compactRegularly(store: Store, scheduler: SchedulerLike, kinds: KindCatalog): Subscription {
  let before = store.revision;
  return interval(everyMs, scheduler).subscribe(() => {
    const { length } = store.history;
    store.compact(before);
    if (store.history.length < length) settleOwnership(store, kinds);
    before = store.revision;
  });
}

/** Notes of writes keep the versions before them: where the history lets go of those, so do the notes. */
function settleOwnership(store: Store, kinds: KindCatalog): void {
  for (const kind of kinds.preferred())
    for (const { value } of store.range(prefixOf(kind))) ownershipOf(value as KubeObject)?.owners(kinds);   // only objects are stored
}
