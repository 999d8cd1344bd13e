import type { OwnerReference } from '../schema/types';
import type { Key, KubeObject } from './types';

/** `namespace/name`, or the name alone at cluster scope: how caches and queues call an object. */
export const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => (namespace === undefined ? name : `${namespace}/${name}`);
export const keyText = ({ namespace, name }: Key): string => (namespace === undefined ? name : `${namespace}/${name}`);
export function parseKey(key: string): Key {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.resourceVersion);

/** The owner that manages the object, if one does. */
export const controllerOf = ({ metadata }: { readonly metadata: { readonly ownerReferences?: readonly OwnerReference[] } }): OwnerReference | undefined =>
  metadata.ownerReferences?.find((reference) => reference.controller);
