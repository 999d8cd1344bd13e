import { parseKey } from '../../api/keys';
import type { LocalClient } from '../../api/local-client';
import type { KubeObject } from '../../api/types';
import { finalizers } from '../../kinds/core/well-known';
import type { Kind } from '../../kinds/define';
import { unlessGone } from '../../runtime/claim';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { IndexBy } from '../../runtime/index-by';
import type { Informers } from '../../runtime/informers';
import type { OwnerReference } from '../../schema/types';
import { parseId } from './dependents';
import { isOrphaning, isWaitingForDependents, ownerKey, type Graph } from './graph';

export const component = 'garbage-collector-controller';
const byUid: IndexBy<KubeObject> = { name: 'uid', of: ({ metadata }) => metadata.uid };

/** What a look at one object needs. `look` asks for another look at an id. */
export type Collection = {
  readonly graph: Graph;
  readonly informers: Informers;
  readonly api: LocalClient;
  readonly event: EventRecorder['record'];
  look(id: string): void;
};

/** Looks at one object, asking the server and not the cache: deletes it when no owner is left, or moves its own deletion on. */
export function collect(id: string, collection: Collection): void {
  const { resource, key } = parseId(id);
  const kind = collection.graph.kindNamed(resource);
  const latest = kind && unlessGone(() => collection.api.get(kind, parseKey(key)));
  if (!kind || !latest) return;
  if (isOrphaning(latest)) orphan(kind, latest, collection);
  else if (isWaitingForDependents(latest)) waitForDependents(kind, latest, collection);
  else if (latest.metadata.deletionTimestamp === undefined) judge(kind, latest, collection);
}

/** Its dependents lose it as an owner and stay. */
function orphan(kind: Kind, owner: KubeObject, collection: Collection): void {
  for (const { kind: dependentKind, object } of dependentsOf(owner, collection)) withoutOwners(dependentKind, object, [owner.metadata.uid], collection);
  withoutFinalizer(kind, owner, finalizers.orphan, collection);
}

/** Goes once no dependent holds it back; until then its dependents are looked at. */
function waitForDependents(kind: Kind, owner: KubeObject, collection: Collection): void {
  const isBlocking = ({ uid, blockOwnerDeletion }: OwnerReference) => blockOwnerDeletion === true && uid === owner.metadata.uid;
  const blocking = dependentsOf(owner, collection).filter(({ object }) => object.metadata.ownerReferences?.some(isBlocking));
  if (blocking.length === 0) return withoutFinalizer(kind, owner, finalizers.foreground, collection);
  for (const { id, object } of blocking) if (!isWaitingForDependents(object)) collection.look(id);
}

type Classified = { readonly solid: OwnerReference[]; readonly dangling: OwnerReference[]; readonly waiting: OwnerReference[] };

function judge(kind: Kind, object: KubeObject, collection: Collection): void {
  const { ownerReferences: references = [] } = object.metadata;
  if (references.length === 0) return;
  const classified = classify(object, references, collection);
  if (!classified) return;
  const { solid, dangling, waiting } = classified;
  if (solid.length > 0) {
    if (dangling.length + waiting.length > 0) withoutOwners(kind, object, [...dangling, ...waiting].map(({ uid }) => uid), collection);
    return;
  }
  const dependents = dependentsOf(object, collection);
  if (waiting.length > 0 && dependents.length > 0) {
    // A circle of owners that wait for each other would never end: this one stops holding its owners back.
    if (dependents.some((each) => isWaitingForDependents(each.object))) unblockOwners(kind, object, references, collection);
    return remove(kind, object, 'Foreground', collection);
  }
  remove(kind, object, policyOf(object), collection);
}

/** Undefined when the references make no sense: an object of the cluster cannot be owned by one in a namespace, so it is left alone. */
function classify(object: KubeObject, references: readonly OwnerReference[], collection: Collection): Classified | undefined {
  const classified: Classified = { solid: [], dangling: [], waiting: [] };
  let makesSense = true;
  for (const reference of references) {
    const kind = collection.graph.kindOf(reference);
    const impossible = kind?.namespaced === true && object.metadata.namespace === undefined;
    const owner = kind && !impossible && unlessGone(() => collection.api.get(kind, parseKey(ownerKey(kind, reference, object))));
    if (!kind) classified.solid.push(reference);   // of a kind nobody knows: it may exist
    else if (impossible) { makesSense = false; tellElsewhere(kind, reference, object, collection); }
    else if (!owner || owner.metadata.uid !== reference.uid) { classified.dangling.push(reference); tellElsewhere(kind, reference, object, collection); }
    else if (isWaitingForDependents(owner)) classified.waiting.push(reference);
    else classified.solid.push(reference);
  }
  return makesSense ? classified : undefined;
}

/** An owner that lives in another namespace does not count, and somebody should know. */
function tellElsewhere(kind: Kind, { apiVersion, name, uid }: OwnerReference, object: KubeObject, { informers, event }: Collection): void {
  const { namespace = '' } = object.metadata;
  const [elsewhere] = kind.namespaced ? informers.of(kind).by(byUid, uid) : [];
  if (!elsewhere || elsewhere.metadata.namespace === object.metadata.namespace) return;
  const reference = `[${apiVersion}/${kind.kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  const message = `ownerRef ${reference} does not exist in namespace ${JSON.stringify(namespace)}`;
  event({ object, type: 'Warning', reason: 'OwnerRefInvalidNamespace', message, component });
}

/** A finalizer that is there already says how its dependents want to be treated. */
const policyOf = ({ metadata }: KubeObject): string =>
  (metadata.finalizers?.includes(finalizers.orphan) ? 'Orphan' : metadata.finalizers?.includes(finalizers.foreground) ? 'Foreground' : 'Background');

function remove(kind: Kind, { metadata }: KubeObject, propagationPolicy: string, { api }: Collection): void {
  unlessGone(() => api.delete(kind, metadata, { preconditions: { uid: metadata.uid }, propagationPolicy }));
}

function withoutOwners(kind: Kind, object: KubeObject, uids: readonly string[], collection: Collection): void {
  patchOwners(kind, object, uids.map((uid) => ({ $patch: 'delete', uid })), (owner) => (uids.includes(owner.uid) ? undefined : owner), collection);
}

function unblockOwners(kind: Kind, object: KubeObject, references: readonly OwnerReference[], collection: Collection): void {
  const unblocked = references.filter(({ blockOwnerDeletion }) => blockOwnerDeletion).map(({ uid }) => ({ uid, blockOwnerDeletion: false }));
  patchOwners(kind, object, unblocked, (owner) => ({ ...owner, blockOwnerDeletion: false }), collection);
}

/** Strategically where the kind knows how, whatever happened to the object meanwhile; a custom resource gets the whole list, if it still is as it was seen. */
function patchOwners(
  kind: Kind, { metadata }: KubeObject, directives: readonly object[], change: (owner: OwnerReference) => OwnerReference | undefined, { api }: Collection,
): void {
  const { uid, resourceVersion, ownerReferences = [] } = metadata;
  if (kind.definition !== undefined) unlessGone(() => api.patch(kind, metadata, { metadata: { uid, ownerReferences: directives } }, 'strategic'));
  else unlessGone(() => api.patch(kind, metadata, { metadata: { uid, resourceVersion, ownerReferences: ownerReferences.flatMap((owner) => change(owner) ?? []) } }, 'merge'));
}

function withoutFinalizer(kind: Kind, { metadata }: KubeObject, finalizer: string, { api }: Collection): void {
  const left = (metadata.finalizers ?? []).filter((each) => each !== finalizer);
  unlessGone(() => api.patch(kind, metadata, { metadata: { resourceVersion: metadata.resourceVersion, finalizers: left.length > 0 ? left : null } }, 'merge'));
}

type Dependent = { readonly id: string; readonly kind: Kind; readonly object: KubeObject };

function dependentsOf({ metadata: { uid } }: KubeObject, { graph }: Collection): Dependent[] {
  return [...graph.dependents.of(uid)].flatMap((id) => {
    const { resource, key } = parseId(id);
    const object = graph.cached(resource, key);
    const kind = object && graph.kindNamed(resource);
    return kind && object ? [{ id, kind, object }] : [];
  });
}
