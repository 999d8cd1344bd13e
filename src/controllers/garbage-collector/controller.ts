import { defer, merge, Observable, Subject, type Subscription } from 'rxjs';
import type { KubeObject } from '../../api/types';
import type { Kind } from '../../kinds/define';
import type { AnyController } from '../../runtime/controller';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Informers } from '../../runtime/informers';
import { workqueue, type Outcome } from '../../runtime/workqueue';
import { servedKindsChange } from '../served-kinds';
import { collect, component } from './collect';
import { parseId } from './dependents';
import { Graph } from './graph';

/** Deletes what has lost all its owners, and carries out foreground deletion and orphaning. `kinds` are all that may have or be owners. */
export const garbageCollector = (kinds: () => Iterable<Kind>): AnyController => ({
  name: component,
  run: (informers, recorder) => defer(() => runCollector(kinds, informers, recorder)),
});

/** One queue over all kinds. It needs no barrier: every decision is made on what the server says now. */
function runCollector(kinds: () => Iterable<Kind>, informers: Informers, recorder: EventRecorder): Observable<Outcome> {
  const graph = new Graph(informers);
  const looks = new Subject<string>();
  const wokenBy = new Map<string, number>();

  const changes = new Observable<string>((subscriber) => {
    const monitors = new Map<string, Subscription>();
    const monitor = (kind: Kind): Subscription => informers.of<KubeObject>(kind).changes.subscribe((change) => {
      for (const id of graph.take(kind, change)) { wokenBy.set(id, change.revision); subscriber.next(id); }
    });
    const serve = (): void => {
      const { come, gone } = graph.serve(kinds());
      for (const resource of gone) { monitors.get(resource)?.unsubscribe(); monitors.delete(resource); informers.close(resource); }
      for (const kind of come) monitors.set(kind.resource, monitor(kind));
      if (come.length > 0) for (const id of graph.takeUnjudged()) subscriber.next(id);
    };
    serve();
    const served = servedKindsChange(informers).subscribe(serve);
    return () => { served.unsubscribe(); for (const running of monitors.values()) running.unsubscribe(); };
  });

  const reconcile = (id: string): void => {
    const api = informers.client.because({ component, key: parseId(id).key, revision: wokenBy.get(id) ?? 0 });
    wokenBy.delete(id);
    collect(id, { graph, informers, api, event: (event) => recorder.record(event), look: (other) => looks.next(other) });
  };
  return merge(looks, changes).pipe(workqueue(reconcile, { scheduler: informers.scheduler }));
}
