import type { KubeObject } from '../api/types';
import type { OwnerReference } from '../schema/types';

const made = new WeakMap<KubeObject, readonly OwnerReference[]>();

/** The list an object gets that `owner` makes and manages; the same list for all of one owner. */
export function controlledBy(owner: KubeObject): readonly OwnerReference[] {
  const known = made.get(owner);
  if (known) return known;
  const references = [controllerReference(owner)];
  made.set(owner, references);
  return references;
}

const controllerReference = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference =>
  ({ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true });
