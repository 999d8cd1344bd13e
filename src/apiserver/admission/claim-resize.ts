import { forbidden } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { compareQuantities } from '../../lib/quantity';
import type { PersistentVolumeClaim, StorageClass } from '../../schema/types';
import type { Admission } from './types';

const isClaim = (object: KubeObject | undefined): object is PersistentVolumeClaim => object?.kind === 'PersistentVolumeClaim';
const isStorageClass = (object: KubeObject | undefined): object is StorageClass => object?.kind === 'StorageClass';
const sizeOf = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.['storage'] ?? '0';

/** A claim may grow only when it is bound and its storage class allows that. */
export const persistentVolumeClaimResize: Admission = {
  name: 'PersistentVolumeClaimResize',
  resources: ['persistentvolumeclaims'],

  validate({ operation, kind, name, subresource, object, previous, storage }) {
    if (operation !== 'update' || subresource || !isClaim(object) || !isClaim(previous)) return;
    if (object.spec === previous.spec || compareQuantities(sizeOf(object), sizeOf(previous)) <= 0) return;
    if (previous.status?.phase !== 'Bound') throw forbidden(kind, name, 'Only bound persistent volume claims can be expanded');
    const className = storageClassOf(object);
    const storageClass = className ? storage.find(StorageClasses, undefined, className) : undefined;
    if (!isStorageClass(storageClass) || !storageClass.allowVolumeExpansion)
      throw forbidden(kind, name, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  },
};
