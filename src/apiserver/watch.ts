import { concat, filter, from, interval, map, merge, Observable, takeUntil, timer, type OperatorFunction } from 'rxjs';
import { StatusError } from '../api/status';
import { StoredEvent } from '../api/stored-event';
import type { KubeObject, WatchEvent, WatchRequest } from '../api/types';
import type { Kind } from '../kinds/define';
import type { ObjectMeta } from '../schema/types';
import type { Change } from '../store/history';
import { kindOf, type ServerContext } from './context';
import { deliver } from './deliver';
import { ownedLike } from './ownership/record';
import { withManagedFields } from './ownership/show';
import { selectionOf, type Selection } from './selection';
import { prefixOf, translated, viewed } from './storage';
import { partial, tableOf, type TableOptions } from './table';
import { checkWatchOptions } from './verbs/list-options';

/** What a watch is to give, once it is known that it may be opened. */
type Opened = { readonly kind: Kind; readonly selection: Selection | undefined; readonly namespace: string | undefined; readonly since: number | undefined };

/** Reads the words of a request. Throws NotFound for an unknown resource, Invalid and BadRequest for options and selectors that cannot be. */
export function openWatch(context: ServerContext, request: WatchRequest): Opened {
  const kind = kindOf(context, request.resource, request.version);
  checkWatchOptions(request);
  const selection = selectionOf(kind, request, request.name);
  return { kind, selection, namespace: kind.namespaced ? request.namespace : undefined, since: revisionOf(request.since) };
}

/** Every change a watch is about, from the past and then live, delivered through the clock. */
export function watch(context: ServerContext, request: WatchRequest, latencyMs: () => number): Observable<WatchEvent> {
  const { storage, scheduler } = context;
  const { kind, selection, namespace, since: given } = openWatch(context, request);
  const fromNothing = request.sendInitialEvents ?? given === undefined;
  const since = fromNothing || given === undefined ? storage.revision : given;

  const existing = fromNothing ? storage.list(kind, namespace).filter(selection ?? all).map((object): WatchEvent => ({ type: 'ADDED', object })) : [];
  const initial = request.sendInitialEvents && request.allowBookmarks ? [...existing, bookmark(kind, since, { 'k8s.io/initial-events-end': 'true' })] : existing;
  const stored = storage.store.watch(prefixOf(kind, namespace), since);
  const served = kind.schema ? stored.pipe(takeUntil(context.kinds.changes.pipe(filter((resource) => resource === kind.resource)))) : stored;   // as upstream, a watch ends when its definition changes
  const live = (since > storage.revision ? served.pipe(filter(({ revision }) => revision > since)) : served).pipe(events(kind, selection));
  const marked = request.allowBookmarks ? merge(live, bookmarks(kind, context, request.timeoutSeconds)) : live;
  const delivered = (initial.length > 0 ? concat(from(initial), marked) : marked).pipe(deliver(scheduler, latencyMs));
  const shown = request.managedFields ? delivered.pipe(map((event) => withOwners(context, event))) : delivered;
  const whole = isWhole(request) ? shown : shown.pipe(map((event, index) => represented(kind, event, request, { now: scheduler.now(), descriptions: context.descriptions() }, index === 0)));
  return request.timeoutSeconds === undefined ? whole : whole.pipe(takeUntil(timer(request.timeoutSeconds * 1000, scheduler)));
}

const withOwners = ({ kinds }: ServerContext, { type, object }: WatchEvent): WatchEvent => ({ type, object: type === 'BOOKMARK' ? object : withManagedFields(kinds, object) });

const bookmarkEveryMs = 60_000;
/** The last bookmark comes this long before a watch ends. */
const bookmarkBeforeEndMs = 2000;

/** Now and then a watch is told how far it has come, so that it can go on from there. */
function bookmarks(kind: Kind, { scheduler, storage }: ServerContext, timeoutSeconds: number | undefined): Observable<WatchEvent> {
  const regular = interval(bookmarkEveryMs, scheduler);
  const lastMs = (timeoutSeconds ?? 0) * 1000 - bookmarkBeforeEndMs;
  return (lastMs > 0 ? merge(regular, timer(lastMs, scheduler)) : regular).pipe(map(() => bookmark(kind, storage.revision)));
}

/** A change as it looks to those who watch a view of what is stored. */
type Seen = Pick<Change, 'revision' | 'path' | 'value' | 'previous'>;

/** Changes as events, and the store's errors in the API's words, in one step: nearly every change passes here many times. */
const events = (kind: Kind, selection: Selection | undefined): OperatorFunction<Change, WatchEvent> => (changes) => new Observable((subscriber) => changes.subscribe({
  next: (change) => {
    const seen = kind.stored ? viewedChange(kind, change) : change;
    const event = selection ? eventOf(seen, selection) : wholeEvent(seen);
    if (event) subscriber.next(event);
  },
  error: (error: unknown) => subscriber.error(translated(error)),
  complete: () => subscriber.complete(),
}));

const viewedValue = (kind: Kind, value: unknown): KubeObject | undefined => (value === undefined ? undefined : viewed(kind, value as KubeObject));   // only objects are stored
const viewedChange = (kind: Kind, { revision, path, value, previous }: Change): Seen => ({ revision, path, value: viewedValue(kind, value), previous: viewedValue(kind, previous) });

const isWhole = ({ as }: WatchRequest): boolean => as === undefined || as === 'object';

const all: Selection = () => true;

/** The revision to go on from; undefined for none, or any. */
function revisionOf(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  if (!/^\d+$/.test(text))
    throw new StatusError('', `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

const bookmark = ({ kind, apiVersion }: Kind, revision: number, annotations?: Readonly<Record<string, string>>): WatchEvent => ({
  type: 'BOOKMARK',
  object: { kind, apiVersion, metadata: { resourceVersion: String(revision), ...(annotations && { annotations }) } as ObjectMeta },   // a bookmark has nothing else
});

/** One event or none: an object that leaves the selection is DELETED for this watch, one that enters it ADDED. */
function eventOf(change: Seen, selection: Selection): WatchEvent | undefined {
  const next = change.value as KubeObject | undefined;
  const previous = change.previous as KubeObject | undefined;
  const had = previous !== undefined && selection(previous);
  const has = next !== undefined && selection(next);
  if (has) return new StoredEvent(had ? 'MODIFIED' : 'ADDED', next, change.path);
  return had ? new StoredEvent('DELETED', lastState(change, previous), change.path) : undefined;
}

let latest: { readonly change: Seen; readonly event: WatchEvent | undefined } | undefined;

/** The event for a watch that wants everything: made once for all of them, as they hear of a change one after the other. */
function wholeEvent(change: Seen): WatchEvent | undefined {
  if (latest?.change !== change) latest = { change, event: eventOf(change, all) };
  return latest.event;
}

const lastStates = new WeakMap<Seen, KubeObject>();

/** What went, with the revision of its going; made once for all watches. */
function lastState(change: Seen, previous: KubeObject): KubeObject {
  const known = lastStates.get(change);
  if (known) return known;
  const state = ownedLike({ ...previous, metadata: { ...previous.metadata, resourceVersion: String(change.revision) } }, previous);
  lastStates.set(change, state);
  return state;
}

/** Only the first of a watch's tables says what its columns are. */
function represented(kind: Kind, { type, object }: WatchEvent, { as, includeObject }: WatchRequest, options: TableOptions, isFirst: boolean): WatchEvent {
  const { resourceVersion } = object.metadata;
  if (as === 'metadata') return { type, object: partial(object) };
  const table = type === 'BOOKMARK' ? tableOf(kind, [], { resourceVersion }, options) : tableOf(kind, [object], { resourceVersion }, { ...options, include: includeObject });
  const body: unknown = isFirst ? table : { ...table, columnDefinitions: null };
  return { type, object: body as KubeObject };   // a table is no stored object, but it is what such a watch carries
}
