import { defer, Observable, Subject, type Subscription } from 'rxjs';
import { controllerOf, keyText, revisionOf } from '../api/keys';
import type { LocalClient } from '../api/local-client';
import type { KubeObject, Resource } from '../api/types';
import { Barrier } from './barrier';
import type { EventRecorder } from './event-recorder';
import type { Informer } from './informer';
import type { Informers } from './informers';
import { workqueue, type Outcome, type RequeueAfter } from './workqueue';

/** What a reconcile may use: caches to read, one client to write, the time, and events to tell. */
export type Context = {
  readonly api: LocalClient;
  informer<T extends KubeObject>(kind: Resource<T>): Informer<T>;
  now(): number;
  /** Records an Event about `object`, aggregated as upstream does. */
  event: EventRecorder['record'];
};

/** Another kind whose changes wake keys of this controller. */
export type WatchedKind = {
  readonly kind: Resource<KubeObject>;
  keys(object: KubeObject, informers: Informers, previous: KubeObject | undefined): Iterable<string>;
  ignores?(previous: KubeObject, next: KubeObject): boolean;
};
/**
 * Lists a kind with the keys it wakes, keeping its type. `ignores` drops changes of one object (never of its successor by the
 * same name) before keys are asked for.
 */
export const watched = <T extends KubeObject>(
  kind: Resource<T>,
  keys: (object: T, informers: Informers, previous: T | undefined) => Iterable<string>,
  ignores?: (previous: T, next: T) => boolean,
): WatchedKind => ({ kind, keys, ...(ignores && { ignores }) } as WatchedKind);

export type Controller<T extends KubeObject> = {
  /** The component's name as events and causes show it: `replicaset-controller`. */
  readonly name: string;
  readonly for: Resource<T>;
  /** Kinds whose controller reference leads back to a key. */
  readonly owns?: readonly Resource<KubeObject>[];
  /** Kinds that wake keys in another way. */
  readonly watches?: readonly WatchedKind[];
  /** Keys that it wakes itself, beside the one it reconciles. */
  readonly wakes?: Observable<string>;
  /** Only objects it cares about, looked at before and after a change. */
  concerns?(object: T): boolean;
  /** Changes that say nothing new to it, such as its own status coming back. */
  ignores?(previous: T, next: T): boolean;
  /** How long a key gathers changes before it runs, in milliseconds. */
  readonly settleMs?: number;
  reconcile(key: string, context: Context): RequeueAfter | void;
};

/** A controller whose object type is no longer of interest: what a list of controllers holds. */
export type AnyController = { readonly name: string; run(informers: Informers, recorder: EventRecorder): Observable<Outcome> };

export const defineController = <T extends KubeObject>(controller: Controller<T>): AnyController =>
  ({ name: controller.name, run: (informers, recorder) => runController(controller, informers, recorder) });

/** A controller that remembers something while it runs: made anew by each run, so that a restart forgets as a restarted process does. */
export const defineStatefulController = <T extends KubeObject>(name: string, make: (startedAt: number) => Omit<Controller<T>, 'name'>): AnyController => ({
  name,
  run: (informers, recorder) => defer(() => runController({ ...make(informers.scheduler.now()), name }, informers, recorder)),
});

/** All of a controller as one stream: changes in, keys through the queue, outcomes out. */
export function runController<T extends KubeObject>(controller: Controller<T>, informers: Informers, recorder: EventRecorder): Observable<Outcome> {
  return new Observable((outcomes) => {
    const keys = new Subject<string>();
    const barrier = new Barrier(informers, (key) => keys.next(key));
    const wokenBy = new Map<string, number>();   // absent: time alone. Told to the log, never to the reconciler: it must not depend on the event

    const reconcile = (key: string) => {
      const cause = { component: controller.name, key, revision: wokenBy.get(key) ?? 0 };
      wokenBy.delete(key);
      const api = informers.client.because(cause, (resource, object) => barrier.wrote(key, resource, revisionOf(object)));
      return controller.reconcile(key, {
        api,
        informer: (kind) => informers.of(kind),
        now: () => informers.scheduler.now(),
        event: (event) => recorder.record({ ...event, component: event.component ?? controller.name }),
      });
    };

    const running = keys.pipe(workqueue(reconcile, { scheduler: informers.scheduler, settleMs: controller.settleMs ?? 0, ready: (key) => barrier.passes(key) })).subscribe(outcomes);
    const wake: Wake = (key, revision) => {
      wokenBy.set(key, revision);
      keys.next(key);
    };
    running.add(own(controller, informers, wake));
    for (const kind of controller.owns ?? []) running.add(owned(kind, controller.for, informers, wake));
    for (const each of controller.watches ?? []) running.add(others(each, informers, wake));
    if (controller.wakes) running.add(controller.wakes.subscribe((key) => keys.next(key)));
    return running;
  });
}

/** Puts a key into the queue because of a revision. A plain call: every change of every pod comes here many times. */
type Wake = (key: string, revision: number) => void;

function own<T extends KubeObject>({ for: kind, concerns, ignores }: Controller<T>, informers: Informers, wake: Wake): Subscription {
  return informers.of(kind).changes.subscribe(({ key, previous, next, revision }) => {
    if (concerns && !(previous && concerns(previous)) && !(next && concerns(next))) return;
    if (!(previous && next && previous.metadata.uid === next.metadata.uid && ignores?.(previous, next))) wake(key, revision);
  });
}

/** Wakes the owner before and after: an object can change hands. */
function owned(kind: Resource<KubeObject>, ownerKind: Resource<KubeObject>, informers: Informers, wake: Wake): Subscription {
  const group = ownerKind.apiVersion.split('/')[0];
  const ownerKey = (object: KubeObject | undefined): string | undefined => {
    const owner = object && controllerOf(object);
    return owner && owner.kind === ownerKind.kind && owner.apiVersion.split('/')[0] === group
      ? keyText({ namespace: ownerKind.namespaced ? object.metadata.namespace : undefined, name: owner.name }) : undefined;
  };
  return informers.of<KubeObject>(kind).changes.subscribe(({ previous, next, revision }) => {
    const sameOwners = previous?.metadata.ownerReferences === next?.metadata.ownerReferences;
    const after = ownerKey(next);
    const before = sameOwners ? after : ownerKey(previous);
    if (before !== undefined && before !== after) wake(before, revision);
    if (after !== undefined) wake(after, revision);
  });
}

function others({ kind, keys, ignores }: WatchedKind, informers: Informers, wake: Wake): Subscription {
  return informers.of(kind).changes.subscribe(({ previous, next, revision }) => {
    if (previous && next && previous.metadata.uid === next.metadata.uid && ignores?.(previous, next)) return;
    let woken: Set<string> | undefined;   // most changes wake nobody
    if (previous) for (const key of keys(previous, informers, next)) (woken ??= new Set()).add(key);
    if (next) for (const key of keys(next, informers, previous)) (woken ??= new Set()).add(key);
    if (woken) for (const key of woken) wake(key, revision);
  });
}
