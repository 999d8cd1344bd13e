import type { Admission } from './types';

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

/** Volumes and claims are held by a finalizer while something uses them. */
export const storageObjectInUseProtection: Admission = {
  name: 'StorageObjectInUseProtection',
  resources: Object.keys(finalizers),

  mutate(object, { operation, kind, subresource }) {
    const finalizer = finalizers[kind.resource];
    if (operation !== 'create' || subresource || !finalizer || object.metadata.finalizers?.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] } };
  },
};
