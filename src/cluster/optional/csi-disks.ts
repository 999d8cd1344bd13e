import { diskAttacher } from '../../controllers/csi-disk/attacher';
import { diskDeleter, diskDriver, diskProvisioner } from '../../controllers/csi-disk/driver';
import { diskRegistrar } from '../../controllers/csi-disk/registrar';
import { diskResizer } from '../../controllers/csi-disk/resizer';
import { CSIDrivers } from '../../kinds/served';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { installed, type OptionalPart } from '../optional-part';

export const csiDisks: OptionalPart = {
  name: 'csi-disks',
  summary: `${diskDriver}: disks that are attached to one node at a time and can grow, and the StorageClass disk`,
  objects: [
    installed(CSIDrivers, { metadata: { name: diskDriver }, spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: 'File' } }),
    installed(StorageClasses, { metadata: { name: 'disk' }, provisioner: diskDriver, volumeBindingMode: 'WaitForFirstConsumer', allowVolumeExpansion: true, reclaimPolicy: 'Delete' }),
  ],
  outside: () => [diskRegistrar, diskProvisioner, diskDeleter, diskAttacher, diskResizer],
};
