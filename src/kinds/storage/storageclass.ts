import type { StorageClass } from '../../schema/types';
import { defineKind } from '../define';
import { fill } from '../sharing';

export const StorageClasses = defineKind<StorageClass>('storageclasses.storage.k8s.io', {
  defaults: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
});
