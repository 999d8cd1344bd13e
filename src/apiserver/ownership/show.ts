import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import { ownershipOf } from './record';

const views = new WeakMap<KubeObject, KubeObject>();

/** The object as clients see it: with metadata.managedFields. Many watchers are shown the same one. */
export function withManagedFields(kinds: KindCatalog, object: KubeObject): KubeObject {
  const known = views.get(object);
  if (known) return known;
  const entries = ownershipOf(object)?.entries(kinds, object) ?? [];
  if (entries.length === 0) return object;
  const view = { ...object, metadata: { ...object.metadata, managedFields: entries } };
  views.set(object, view);
  return view;
}
