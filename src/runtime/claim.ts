import { controllerOf } from '../api/keys';
import { StatusError } from '../api/status';
import type { KubeObject, Resource } from '../api/types';
import type { Context } from './controller';
import type { IndexBy } from './index-by';
import { byOwner } from './informer';
import { controlledBy } from './owner-references';

/** Objects nobody manages, by namespace: few, and the only ones that can be adopted. */
export const orphansByNamespace: IndexBy<KubeObject> = {
  name: 'orphansByNamespace',
  of: (object) => (controllerOf(object) ? undefined : object.metadata.namespace),
};

/** Changes that cannot change whose an object is. */
export const sameBelonging = ({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean =>
  a.labels === b.labels && a.ownerReferences === b.ownerReferences;

export type Claim<T extends KubeObject> = {
  /** The owner's kind, to make sure before the first adoption that it is still there. */
  readonly ownerKind: Resource<KubeObject>;
  readonly kind: Resource<T>;
  /** Whether the owner's selector chooses the object. */
  matches(object: T): boolean;
  /** Objects it leaves as they are, whether they match or not: a ReplicaSet does so with pods that are over. */
  considers?(object: T): boolean;
};

/**
 * The objects that belong to `owner`, as upstream's controller reference manager finds them: orphans that match are adopted,
 * owned ones that match no more are released. An owner being deleted does neither.
 */
export function claim<T extends KubeObject>(owner: KubeObject, what: Claim<T>, { api, informer }: Pick<Context, 'api' | 'informer'>): T[] {
  const { ownerKind, kind, matches, considers = () => true } = what;
  const claimed: T[] = [];
  const deleting = owner.metadata.deletionTimestamp !== undefined;
  const cache = informer(kind);
  for (const object of cache.by(byOwner, owner.metadata.uid)) {
    if (!considers(object)) continue;
    if (matches(object)) claimed.push(object);
    else if (!deleting) setOwners(kind, object, [{ $patch: 'delete', uid: owner.metadata.uid }], api);
  }
  if (deleting || owner.metadata.namespace === undefined) return claimed;
  let confirmed = false;
  for (const orphan of cache.by(orphansByNamespace, owner.metadata.namespace)) {
    if (orphan.metadata.deletionTimestamp !== undefined || !considers(orphan) || !matches(orphan)) continue;
    if (!confirmed && !isStillThere(owner, ownerKind, api)) return claimed;
    confirmed = true;
    const adopted = setOwners(kind, orphan, controlledBy(owner), api);
    if (adopted) claimed.push(adopted);
  }
  return claimed;
}

/** Patches the object's owners, if it still is the same object. */
const setOwners = <T extends KubeObject>(kind: Resource<T>, { metadata }: T, ownerReferences: readonly object[], api: Context['api']): T | undefined =>
  unlessGone(() => api.patch(kind, metadata, { metadata: { uid: metadata.uid, ownerReferences } }, 'strategic'));

/** Asked of the server, not of the cache: an owner that is being deleted must not adopt. */
function isStillThere({ metadata }: KubeObject, ownerKind: Resource<KubeObject>, api: Context['api']): boolean {
  const fresh = unlessGone(() => api.get(ownerKind, metadata));
  return fresh?.metadata.uid === metadata.uid && fresh.metadata.deletionTimestamp === undefined;
}

/** The answer, or undefined when the object is not there any more (or is another one by the same name). */
export function unlessGone<R>(call: () => R): R | undefined {
  try { return call(); } catch (error) {
    if (StatusError.is(error, 'NotFound') || StatusError.is(error, 'Invalid')) return undefined;
    throw error;
  }
}
