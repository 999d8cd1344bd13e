import type { KubeObject, Resource, WriteCause } from '../api/types';
import { alreadyExists, expired, modified, notFound, StatusError } from '../api/status';
import { isObject } from '../lib/json';
import { jsonSize } from '../lib/json-size';
import { Compacted, FutureRevision } from '../store/errors';
import type { Change } from '../store/history';
import type { Store } from '../store/store';

/** Where a kind's objects stand in the store: `deployments.apps/default/web`; cluster-scoped ones stand directly under the resource. */
export const prefixOf = ({ resource, namespaced }: Resource, namespace?: string): string => (namespaced && namespace !== undefined ? `${resource}/${namespace}/` : `${resource}/`);
export const storeKey = (kind: Resource, namespace: string | undefined, name: string): string => `${prefixOf(kind, namespace)}${name}`;

/** An object as it was stored. Only this module puts objects into the store, so what comes out is one. */
const stored = (change: Change): KubeObject => change.value as KubeObject;

/** etcd's --max-request-bytes: 1.5 MiB. */
const maxBytes = 1_572_864;

/** Objects in the store: keys, resourceVersions and the translation of the store's errors into Kubernetes'. */
export class Storage {
  constructor(readonly store: Store) {}

  get revision(): number { return this.store.revision; }

  find(kind: Resource, namespace: string | undefined, name: string): KubeObject | undefined {
    const change = this.store.get(storeKey(kind, namespace, name));
    return change && stored(change);
  }

  get(kind: Resource, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(kind, namespace, name);
    if (!object) throw notFound(kind, name);
    return object;
  }

  /** What exists, in key order, now or at `revision`. Throws Expired and Timeout as upstream does. */
  list(kind: Resource, namespace: string | undefined, revision?: number): KubeObject[] {
    try {
      const objects: KubeObject[] = [];
      for (const change of this.store.range(prefixOf(kind, namespace), revision)) objects.push(stored(change));
      return objects;
    } catch (error) { throw translated(error); }
  }

  create(kind: Resource, object: KubeObject, cause: WriteCause | undefined): KubeObject {
    const { namespace, name } = object.metadata;
    return this.#put(this.#absent(kind, namespace, name), object, cause);
  }

  /** Throws AlreadyExists. */
  checkAbsent(kind: Resource, { metadata: { namespace, name } }: KubeObject): void { this.#absent(kind, namespace, name); }

  /** The key of an object that is not there. */
  #absent(kind: Resource, namespace: string | undefined, name: string): string {
    const key = storeKey(kind, namespace, name);
    const existing = this.store.get(key);
    if (!existing) return key;
    throw stored(existing).metadata.deletionTimestamp ? beingDeleted(kind, name) : alreadyExists(kind, name);
  }

  /** Replaces `previous`, which must still be what is stored. */
  replace(kind: Resource, object: KubeObject, previous: KubeObject, cause: WriteCause | undefined): KubeObject {
    const { namespace, name } = previous.metadata;
    const key = storeKey(kind, namespace, name);
    if (this.store.get(key)?.value !== previous) throw modified(kind, name);
    return this.#put(key, object, cause);
  }

  remove(kind: Resource, object: KubeObject, cause: WriteCause | undefined): void {
    const { namespace, name } = object.metadata;
    this.store.transact((transaction) => transaction.delete(storeKey(kind, namespace, name)), cause);
  }

  #put(key: string, object: KubeObject, cause: WriteCause | undefined): KubeObject {
    if (tooLarge(object)) throw new StatusError('', 'etcdserver: request is too large');
    return this.store.transact((transaction) => {
      const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(transaction.revision) } };
      transaction.put(key, stamped);
      return stamped;
    }, cause);
  }
}

type Parts = Readonly<Record<string, unknown>>;

/** Part by part: most are shared with objects that were measured before. Metadata and status never are as a whole, but what they hold may be. */
function tooLarge(object: KubeObject): boolean {
  const parts: Parts = object;
  let size = 0;
  for (const name in parts) {
    const part = parts[name];
    size += (name === 'metadata' || name === 'status') && isObject(part) ? sizeOfParts(part) : jsonSize(part);
  }
  return size > maxBytes;
}

function sizeOfParts(parts: Parts): number {
  let size = 0;
  for (const name in parts) size += jsonSize(parts[name]);
  return size;
}

const beingDeleted = (kind: Resource, name: string): StatusError => {
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
