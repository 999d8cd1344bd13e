import { concat, from, map, Observable, type OperatorFunction } from 'rxjs';
import { StatusError } from '../api/status';
import type { KubeObject, WatchEvent, WatchRequest } from '../api/types';
import type { Kind } from '../kinds/define';
import type { Change } from '../store/history';
import { kindOf, type ServerContext } from './context';
import { deliver } from './deliver';
import { selectionOf, type Selection } from './selection';
import { prefixOf, translated, viewed } from './storage';
import { partial, tableOf } from './table';

/** Every change a watch is about, from the past and then live, delivered through the clock. */
export function watch(context: ServerContext, request: WatchRequest, latencyMs: () => number): Observable<WatchEvent> {
  const { storage, scheduler } = context;
  const kind = kindOf(context, request.resource, request.version);
  const selection = selectionOf(kind, request, request.name);
  const namespace = kind.namespaced ? request.namespace : undefined;
  const fromNothing = request.since === '' || request.since === '0' || request.sendInitialEvents === true;
  const since = fromNothing ? storage.revision : revisionOf(request.since);

  const existing = fromNothing ? storage.list(kind, namespace).filter(selection ?? all).map((object): WatchEvent => ({ type: 'ADDED', object })) : [];
  const initial = request.sendInitialEvents ? [...existing, initialEventsEnd(kind, since)] : existing;
  const live = storage.store.watch(prefixOf(kind, namespace), since).pipe(events(kind, selection));
  const delivered = (initial.length > 0 ? concat(from(initial), live) : live).pipe(deliver(scheduler, latencyMs));
  return isWhole(request) ? delivered : delivered.pipe(map((event) => represented(kind, event, request, scheduler.now())));
}

/** Changes as events, and the store's errors in the API's words, in one step: nearly every change passes here many times. */
const events = (kind: Kind, selection: Selection | undefined): OperatorFunction<Change, WatchEvent> => (changes) => new Observable((subscriber) => changes.subscribe({
  next: (change) => {
    const seen = kind.stored ? viewedChange(kind, change) : change;
    const event = selection ? eventOf(seen, selection) : wholeEvent(seen);
    if (event) subscriber.next(event);
  },
  error: (error: unknown) => subscriber.error(translated(error)),
}));

const viewedValue = (kind: Kind, value: unknown): KubeObject | undefined => (value === undefined ? undefined : viewed(kind, value as KubeObject));   // only objects are stored
const viewedChange = (kind: Kind, change: Change): Change => ({ ...change, value: viewedValue(kind, change.value), previous: viewedValue(kind, change.previous) });

const isWhole = ({ as }: WatchRequest): boolean => as === undefined || as === 'object';

const all: Selection = () => true;

function revisionOf(text: string): number {
  if (!/^\d+$/.test(text))
    throw new StatusError('',
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ` +
        `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

const initialEventsEnd = ({ kind, apiVersion }: Kind, revision: number): WatchEvent => ({
  type: 'BOOKMARK',
  object: { kind, apiVersion, metadata: { name: '', uid: '', creationTimestamp: '', resourceVersion: String(revision), annotations: { 'k8s.io/initial-events-end': 'true' } } },
});

/** One event or none: an object that leaves the selection is DELETED for this watch, one that enters it ADDED. */
function eventOf(change: Change, selection: Selection): WatchEvent | undefined {
  const next = change.value as KubeObject | undefined;
  const previous = change.previous as KubeObject | undefined;
  const had = previous !== undefined && selection(previous);
  const has = next !== undefined && selection(next);
  if (has) return { type: had ? 'MODIFIED' : 'ADDED', object: next };
  return had ? { type: 'DELETED', object: lastState(change, previous) } : undefined;
}

let latest: { readonly change: Change; readonly event: WatchEvent | undefined } | undefined;

/** The event for a watch that wants everything: made once for all of them, as they hear of a change one after the other. */
function wholeEvent(change: Change): WatchEvent | undefined {
  if (latest?.change !== change) latest = { change, event: eventOf(change, all) };
  return latest.event;
}

const lastStates = new WeakMap<Change, KubeObject>();

/** What went, with the revision of its going; made once for all watches. */
function lastState(change: Change, previous: KubeObject): KubeObject {
  const known = lastStates.get(change);
  if (known) return known;
  const state = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(change.revision) } };
  lastStates.set(change, state);
  return state;
}

function represented(kind: Kind, { type, object }: WatchEvent, { as, includeObject }: WatchRequest, now: number): WatchEvent {
  if (type === 'BOOKMARK') return { type, object };
  const { resourceVersion } = object.metadata;
  const body: unknown = as === 'metadata' ? partial(object) : tableOf(kind, [object], { resourceVersion }, now, includeObject);
  return { type, object: body as KubeObject };   // a table is no stored object, but it is what such a watch carries
}
