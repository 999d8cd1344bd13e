import { animationFrameScheduler, audit, defer, from, map, merge, of, repeat, retry, switchMap, timer, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { StatusError } from '../../src/api/status';
import type { KubeObject, ObjectList, Resource, WatchEvent } from '../../src/api/types';
import type { Door } from './door';

type Narrowing = { readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string };

/** Everything of one kind, as it is: list, then watch; told at most once a frame however much happens. Objects keep their identity until they change. */
export function reflect<T extends KubeObject>(door: Door, { resource, version }: Resource<T>, narrowing: Narrowing = {}): Observable<readonly T[]> {
  return defer(() => from(door.call({ verb: 'list', resource, version, namespace: narrowing.namespace, options: selectors(narrowing) }))).pipe(
    switchMap(({ body }) => {
      const { items, metadata } = body as ObjectList<T>;
      const objects = new Map(items.map((object) => [object.metadata.uid, object]));
      const changes = door.watch({ resource, version, ...narrowing, since: metadata.resourceVersion }).pipe(
        map((event) => apply(objects, event as WatchEvent<T>)),
        audit(() => (objects.size > many ? timer(Math.max(manyRedrawMs, objects.size / objectsPerMs)) : timer(0, animationFrameScheduler))),
      );
      return merge(of(objects), changes);
    }),
    map((objects) => [...objects.values()]),
    retryLater(),
  );
}

/** Beyond this number of objects a redraw costs more than a frame should: it comes less often, so that typing stays quick. */
const many = 200;
const manyRedrawMs = 100;
/** Thirty thousand are drawn anew three times in two seconds. */
const objectsPerMs = 45;
const pauseMs = 1_000;

/** A watch that fell behind, was refused or has ended begins anew; what is not the server's answer is not hidden. */
export const retryLater = <T>(): MonoTypeOperatorFunction<T> => (stream) => stream.pipe(repeat({ delay: pauseMs }), retry({ delay: (error: unknown) => {
  if (!(error instanceof StatusError)) throw error;
  return timer(error.reason === 'Expired' ? 0 : pauseMs);
} }));

const selectors = ({ labelSelector, fieldSelector }: Narrowing) => ({ ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) });

function apply<T extends KubeObject>(objects: Map<string, T>, { type, object }: WatchEvent<T>): Map<string, T> {
  if (type === 'DELETED') objects.delete(object.metadata.uid);
  else if (type !== 'BOOKMARK') objects.set(object.metadata.uid, object);
  return objects;
}
