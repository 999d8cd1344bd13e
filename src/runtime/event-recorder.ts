import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { Draft, KubeObject, Resource } from '../api/types';
import { flat } from '../lib/flat';
import { timestamp } from '../lib/timestamp';
import type { CoreV1Event, EventSource, ObjectReference } from '../schema/types';

/** Something worth telling a person about an object. */
export type EventDraft = {
  readonly object: KubeObject | ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The reporting component; a controller's own name when absent. */
  readonly component?: string;
  /** The node it happened on. */
  readonly host?: string;
  /** Which part of the object: `spec.containers{web}`. */
  readonly fieldPath?: string;
  /** Set by components that write events.k8s.io style, such as the scheduler. */
  readonly action?: string;
};

/** How many events a second a component's client may write, and how many at once. */
export type EventRate = { readonly perSecond: number; readonly atOnce: number };
/** Upstream's defaults: of each controller's client, and of kubelets and the scheduler. */
export const controllerRate: EventRate = { perSecond: 20, atOnce: 30 };
export const componentRate: EventRate = { perSecond: 50, atOnce: 100 };

type Known = { readonly namespace: string; readonly name: string; count: number };
/** What is told of an object is mostly told of one version of it, several times. */
type Said = { readonly involvedObject: ObjectReference; readonly client: LocalClient };
type Similar = { readonly messages: Set<string>; lastAt: number };
/** All that is remembered of one object as one component tells of it. */
type Source = { tokens: number; at: number; readonly source: EventSource; said: Said | undefined; readonly known: Map<string, Known>; readonly similar: Map<string, Similar> };

/** As client-go's correlator: at most 25 at once for one object and source, then one every five minutes. */
const burst = 25;
const refillMs = 300_000;
/** More than this many that differ in nothing but the message, within ten minutes, become one. */
const maxSimilar = 10;
const similarMs = 600_000;
const maxRemembered = 4_096;
/** As client-go's broadcaster: more than this many that wait to be written are dropped. */
const maxQueued = 1_000;
const nobody: EventSource = {};

/**
 * Writes Event objects, as client-go's recorder does: the same event again bumps `count`, many similar ones become one
 * ("combined from similar events"), and a flood from one object is dropped. Never fails: an event is not worth an error.
 */
export class EventRecorder {
  readonly #sources = new Recent<Source>();
  /** What each machine's writer has room for: kubelets write on their own, all others on the control plane. */
  readonly #room = new Map<string, { left: number; at: number }>();
  #serial = 0;

  constructor(
    private readonly client: LocalClient, private readonly events: Resource<CoreV1Event>, private readonly now: () => number, private readonly rate: EventRate = controllerRate,
  ) {}

  record(draft: EventDraft): void {
    if (!this.#hasRoom(draft.host ?? '')) return;
    const source = this.#source(draft);
    const { client, involvedObject: object } = this.#said(source, draft);
    const group = groupOf(draft);
    const combined = this.#isCombined(source, group, draft.message);
    const message = combined ? `(combined from similar events): ${draft.message}` : draft.message;
    if (!this.#admits(source)) return;
    const key = combined ? group : `${group}/${message}`;
    const known = source.known.get(key);
    try {
      if (known && this.#bump(client, known, message)) return;
      const created = this.#create(client, () => this.#event(draft, object, message, source.source));
      remember(source.known, key, { namespace: created.metadata.namespace, name: created.metadata.name, count: 1 });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  /** Recorders of several components can tell of the same object at the same moment: the name then is taken, and the next one is tried. */
  #create(client: LocalClient, event: () => Draft<CoreV1Event>): CoreV1Event {
    for (;;) {
      try {
        return client.create(this.events, event());
      } catch (error) {
        if (!StatusError.is(error, 'AlreadyExists')) throw error;
      }
    }
  }

  #bump(client: LocalClient, known: Known, message: string): boolean {
    try {
      client.patch(this.events, known, { count: ++known.count, lastTimestamp: this.#timestamp(), message }, 'merge');
      return true;
    } catch (error) {
      if (StatusError.is(error, 'NotFound')) return false;   // it has expired: begin anew
      throw error;
    }
  }

  #event({ type, reason, component, host, action }: EventDraft, involvedObject: ObjectReference, message: string, source: EventSource): Draft<CoreV1Event> & Resourced {
    const namespace = involvedObject.namespace ?? 'default';
    const name = flat(`${involvedObject.name ?? ''}.${hexNanoseconds(Math.floor(this.now()), this.#serial++ % 1_000_000)}`);
    const metadata = { name, namespace };
    const at = this.#timestamp();
    if (action) {
      return {
        metadata, involvedObject, reason, message, type, source: nobody, eventTime: at.replace('Z', '.000000Z'), action,
        reportingComponent: component ?? '', reportingInstance: `${component ?? ''}-control-plane`, kind: 'Event', apiVersion: 'v1',
      };
    }
    return {
      metadata, involvedObject, reason, message, type, source, count: 1, firstTimestamp: at, lastTimestamp: at,
      reportingComponent: component ?? '', reportingInstance: host ?? '', kind: 'Event', apiVersion: 'v1',
    };
  }

  /** The reference to the version of the object that is told of, and the way to write because of it. */
  #said(source: Source, draft: EventDraft): Said {
    const { object, fieldPath } = draft;
    const { uid, resourceVersion } = 'metadata' in object ? object.metadata : object;
    const last = source.said;
    if (last && uid !== undefined && last.involvedObject.uid === uid && last.involvedObject.resourceVersion === resourceVersion
      && last.involvedObject.fieldPath === (fieldPath ?? ('metadata' in object ? undefined : object.fieldPath))) return last;
    const involvedObject = referenceOf(draft);
    const { namespace = '', name = '' } = involvedObject;
    const cause = { component: draft.component ?? '', key: flat(`${namespace}/${name}`), revision: Number(involvedObject.resourceVersion) || 0 };
    return (source.said = { involvedObject, client: this.client.because(cause) });
  }

  #source({ object, component, host }: EventDraft): Source {
    const { namespace = '', name, uid } = 'metadata' in object ? object.metadata : object;
    const key = flat(`${uid ?? `${object.kind}/${namespace}/${name}`}/${component ?? ''}/${host ?? ''}`);
    const known = this.#sources.get(key);
    if (known) return known;
    const source = component && host ? { component, host } : component ? { component } : host ? { host } : nobody;
    return this.#sources.keep(key, { tokens: burst, at: this.now(), source, said: undefined, known: new Map(), similar: new Map() });
  }

  /** Whether the event would still be written, or at least wait: those of a great rush are lost, as they are upstream. */
  #hasRoom(host: string): boolean {
    const now = this.now();
    const most = maxQueued + this.rate.atOnce;
    let room = this.#room.get(host);
    if (!room) this.#room.set(host, room = { left: most, at: now });
    room.left = Math.min(most, room.left + ((now - room.at) / 1_000) * this.rate.perSecond);
    room.at = now;
    if (room.left < 1) return false;
    room.left--;
    return true;
  }

  /** Only messages that differ count: the same one again is the same event. */
  #isCombined({ similar: groups }: Source, group: string, message: string): boolean {
    const now = this.now();
    const similar = groups.get(group);
    if (!similar || now - similar.lastAt > similarMs) { remember(groups, group, { messages: new Set([message]), lastAt: now }); return false; }
    similar.lastAt = now;
    if (similar.messages.size >= maxSimilar && !similar.messages.has(message)) return true;
    similar.messages.add(message);
    return false;
  }

  #admits(source: Source): boolean {
    const now = this.now();
    source.tokens = Math.min(burst, source.tokens + (now - source.at) / refillMs);
    source.at = now;
    if (source.tokens < 1) return false;
    source.tokens--;
    return true;
  }

  #timestamp(): string { return timestamp(this.now()); }
}

/** An event says what it is from the start: added later it would take more room. */
type Resourced = Pick<CoreV1Event, 'kind' | 'apiVersion'>;

/** Few texts for very many events. */
const groups = new Map<string, Map<string, string>>();
const maxGroups = 1_000;

/** Events that differ in nothing but the message. */
function groupOf({ object, reason, type, fieldPath = 'metadata' in object ? '' : object.fieldPath ?? '' }: EventDraft): string {
  let known = groups.get(reason);
  if (!known || known.size > maxGroups) groups.set(reason, known = new Map());
  const key = type === 'Warning' ? `!${fieldPath}` : fieldPath;
  const group = known.get(key) ?? flat(`${reason}/${type}/${fieldPath}`);
  if (!known.has(key)) known.set(key, group);
  return group;
}

function referenceOf({ object, fieldPath }: EventDraft): ObjectReference {
  if (!('metadata' in object)) return fieldPath ? { ...object, fieldPath } : object;
  const { kind, apiVersion, metadata: { namespace, name, uid, resourceVersion } } = object;
  const at = fieldPath ? { fieldPath } : undefined;
  return namespace ? { kind, namespace, name, uid, apiVersion, resourceVersion, ...at } : { kind, name, uid, apiVersion, resourceVersion, ...at };
}

let high = { part: NaN, text: '' };

/** Nanoseconds since the epoch in base 16. They are more than a number holds exactly: two parts of it, the upper of which hardly ever changes. */
function hexNanoseconds(ms: number, nanoseconds: number): string {
  const rest = (ms % 2 ** 20) * 1_000_000 + nanoseconds;
  const part = Math.floor(ms / 2 ** 20) * 1_000_000 + Math.floor(rest / 2 ** 20);
  if (part !== high.part) high = { part, text: part.toString(16) };
  return high.text + (rest % 2 ** 20).toString(16).padStart(5, '0');
}

/** Bounded, for the few things that are remembered of one source: the oldest entry makes room. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key) && map.size >= maxRemembered) {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
  map.set(key, value);
}

/** What was used lately, in two halves: when the newer one is full it becomes the older, and what nobody used meanwhile is forgotten. */
class Recent<V> {
  #newer = new Map<string, V>();
  #older = new Map<string, V>();

  get(key: string): V | undefined {
    const known = this.#newer.get(key);
    if (known !== undefined) return known;
    const old = this.#older.get(key);
    return old === undefined ? undefined : this.keep(key, old);
  }

  /** Returns the value. */
  keep(key: string, value: V): V {
    if (this.#newer.size >= maxRemembered / 2) [this.#older, this.#newer] = [this.#newer, new Map()];
    this.#newer.set(key, value);
    return value;
  }
}
