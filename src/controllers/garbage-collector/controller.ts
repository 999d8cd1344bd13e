import { defer, merge, Observable, Subject } from 'rxjs';
import type { Kind } from '../../kinds/define';
import type { AnyController } from '../../runtime/controller';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Informers } from '../../runtime/informers';
import { workqueue, type Outcome } from '../../runtime/workqueue';
import { collect, component } from './collect';
import { parseId } from './dependents';
import { Graph } from './graph';

/** Deletes what has lost all its owners, and carries out foreground deletion and orphaning. `kinds` are all that may have or be owners. */
export const garbageCollector = (kinds: () => Iterable<Kind>): AnyController => ({
  name: component,
  run: (informers, recorder) => defer(() => runCollector(new Graph(kinds(), informers), informers, recorder)),
});

/** One queue over all kinds. It needs no barrier: every decision is made on what the server says now. */
function runCollector(graph: Graph, informers: Informers, recorder: EventRecorder): Observable<Outcome> {
  const looks = new Subject<string>();
  const wokenBy = new Map<string, number>();

  const changes = graph.kinds.map((kind) => new Observable<string>((subscriber) => informers.of(kind).changes.subscribe((change) => {
    for (const id of graph.take(kind, change)) { wokenBy.set(id, change.revision); subscriber.next(id); }
  })));

  const reconcile = (id: string): void => {
    const api = informers.client.because({ component, key: parseId(id).key, revision: wokenBy.get(id) ?? 0 });
    wokenBy.delete(id);
    collect(id, { graph, informers, api, event: (event) => recorder.record(event), look: (other) => looks.next(other) });
  };
  return merge(looks, ...changes).pipe(workqueue(reconcile, { scheduler: informers.scheduler }));
}
