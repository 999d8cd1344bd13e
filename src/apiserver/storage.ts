import type { KubeObject, WriteCause } from '../api/types';
import { alreadyExists, expired, modified, notFound, StatusError } from '../api/status';
import { flat } from '../lib/flat';
import { jsonSize, knownJsonSize } from '../lib/json-size';
import { Compacted, FutureRevision } from '../store/errors';
import type { Kind } from '../kinds/define';
import type { Change } from '../store/history';
import type { ObjectMeta } from '../schema/types';
import type { Store } from '../store/store';
import { owned, ownedLike, ownershipOf, type Ownership } from './ownership/record';

/** Where a kind's objects stand in the store: `deployments.apps/default/web`; cluster-scoped ones stand directly under the resource. */
export function prefixOf(kind: Kind, namespace?: string): string {
  const { resource, namespaced } = kind.stored?.kind ?? kind;
  return namespaced && namespace !== undefined ? `${resource}/${namespace}/` : `${resource}/`;
}
export const storeKey = (kind: Kind, namespace: string | undefined, name: string): string => flat(`${prefixOf(kind, namespace)}${name}`);

/** Per view: what stored objects look like in it. The same stored object is always the same object in a view. */
const seen = new WeakMap<Kind, WeakMap<KubeObject, KubeObject>>();

/** A stored object as an object of `kind`. */
export function viewed(kind: Kind, object: KubeObject): KubeObject {
  if (!kind.stored) return object;
  let views = seen.get(kind);
  if (!views) seen.set(kind, views = new WeakMap());
  const known = views.get(object);
  if (known) return known;
  const view = ownedLike(kind.stored.fromStored(object), object);
  views.set(object, view);
  return view;
}

/** An object as it was stored. Only this module puts objects into the store, so what comes out is one. */
const stored = (kind: Kind, change: Change): KubeObject => viewed(kind, change.value as KubeObject);

/** etcd's --max-request-bytes: 1.5 MiB. */
const maxBytes = 1_572_864;

/** Objects in the store: keys, resourceVersions and the translation of the store's errors into Kubernetes'. */
export class Storage {
  constructor(readonly store: Store) {}

  get revision(): number { return this.store.revision; }

  find(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    if (kind.computed) return kind.computed(namespace, name).find(({ metadata }) => metadata.name === name);
    const change = this.store.get(storeKey(kind, namespace, name));
    return change && stored(kind, change);
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(kind, namespace, name);
    if (!object) throw notFound(kind, name);
    return object;
  }

  /** What exists, in key order, now or at `revision`. Throws Expired and Timeout as upstream does. */
  list(kind: Kind, namespace: string | undefined, revision?: number): KubeObject[] {
    if (kind.computed) return [...kind.computed(namespace)];
    try {
      const objects: KubeObject[] = [];
      for (const change of this.store.range(prefixOf(kind, namespace), revision)) objects.push(stored(kind, change));
      return objects;
    } catch (error) { throw translated(error); }
  }

  /** `object` was made for this, and is what is stored, with its version in it; `isOwn` says that its metadata was, too. */
  create(kind: Kind, object: KubeObject, cause: WriteCause | undefined, ownership?: Ownership, isOwn = false): KubeObject {
    const { namespace, name } = object.metadata;
    return this.#put(kind, this.#absent(kind, namespace, name), undefined, object, isOwn, cause, ownership);
  }

  /** Throws AlreadyExists. */
  checkAbsent(kind: Kind, { metadata: { namespace, name } }: KubeObject): void { this.#absent(kind, namespace, name); }

  /** The key of an object that is not there. */
  #absent(kind: Kind, namespace: string | undefined, name: string): string {
    const key = storeKey(kind, namespace, name);
    const existing = this.store.get(key);
    if (!existing) return key;
    throw stored(kind, existing).metadata.deletionTimestamp ? beingDeleted(kind, name) : alreadyExists(kind, name);
  }

  /** Replaces `previous`, which must still be what is stored, by an object that was made for this. Who owns what stays as it was unless it is said. */
  replace(kind: Kind, object: KubeObject, previous: KubeObject, cause: WriteCause | undefined, ownership = ownershipOf(previous)?.beside(previous)): KubeObject {
    const { namespace, name } = previous.metadata;
    const current = this.store.get(storeKey(kind, namespace, name));
    if (!current || stored(kind, current) !== previous) throw modified(kind, name);
    return this.#put(kind, current.key, current, object, false, cause, ownership);
  }

  remove(kind: Kind, object: KubeObject, cause: WriteCause | undefined): void {
    const { namespace, name } = object.metadata;
    this.store.transact((transaction) => transaction.delete(storeKey(kind, namespace, name)), cause);
  }

  #put(kind: Kind, key: string, before: Change | undefined, object: KubeObject, isOwn: boolean, cause: WriteCause | undefined, ownership: Ownership | undefined): KubeObject {
    const form: Making<KubeObject> = kind.stored ? kind.stored.toStored(object) : object;
    if (tooLarge(form, cause !== undefined)) throw new StatusError('', 'etcdserver: request is too large');
    const metadata: Making<ObjectMeta> = isOwn ? form.metadata : { ...form.metadata };
    metadata.resourceVersion = String(this.store.revision + 1);
    form.metadata = metadata;
    this.store.put(key, owned(form, ownership), before, cause);
    return viewed(kind, form);
  }
}

/** An object that nobody else has yet. */
type Making<T> = { -readonly [Part in keyof T]: T[Part] };

type Parts = Readonly<Record<string, unknown>>;

/** Part by part: most are shared with objects that were measured before. Metadata and status never are; what components say there is never long. */
function tooLarge(object: KubeObject, byComponent: boolean): boolean {
  const parts: Parts = object;
  let size = 0;
  for (const name in parts) {
    if (name !== 'metadata' && name !== 'status') size += knownJsonSize(parts[name]);
    else if (!byComponent) size += jsonSize(parts[name]);
  }
  return size > maxBytes;
}

const beingDeleted = (kind: Kind, name: string): StatusError => {
  const { message, details } = alreadyExists(kind, name);
  return new StatusError('AlreadyExists', `object is being deleted: ${message}`, details);
};

/** The store's own errors in the API's words; anything else is a defect and stays what it is. */
export function translated(error: unknown): unknown {
  if (error instanceof Compacted) return expired(`too old resource version: ${error.revision} (${error.oldest})`);
  if (error instanceof FutureRevision)
    return new StatusError('Timeout', `Timeout: Too large resource version: ${error.revision}, current: ${error.current}`,
      { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 });
  return error;
}
