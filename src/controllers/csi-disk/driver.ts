import type { IndexBy } from '../../runtime/index-by';
import { VolumeAttachments } from '../../kinds/served';
import type { VolumeAttachment } from '../../schema/types';
import { deleting, provisioning, ProvisioningError, type Made, type Provisioner, type Wanted } from '../persistent-volume/provisioner';

/** A simulated CSI driver of disks that stand beside the machines, as clouds have them: each is attached to one node at a time, and can grow. */
export const diskDriver = 'disk.csi.podarium.dev';

/** Attachments by the volume they are of. */
export const byVolume: IndexBy<VolumeAttachment> = { name: 'volume', of: ({ spec }) => spec.source.persistentVolumeName };

const disks: Provisioner = {
  name: diskDriver,
  provisioningMs: 3_000,
  make,
  unmake: ({ metadata: { name } }, { informer }) => {
    const [attachment] = informer(VolumeAttachments).by(byVolume, name);
    return attachment && `persistentvolume ${name} is still attached to node ${attachment.spec.nodeName}`;
  },
};

export const diskProvisioner = provisioning(disks);
export const diskDeleter = deleting(disks);

function make({ claim: { metadata: { uid }, spec: { accessModes = [], volumeMode } } }: Wanted): Made {
  if (volumeMode === 'Block') throw new ProvisioningError('rpc error: code = InvalidArgument desc = raw block volumes are not emulated');
  if (accessModes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod'))
    throw new ProvisioningError('rpc error: code = InvalidArgument desc = a disk can be attached to one node only: access modes ReadWriteOnce and ReadWriteOncePod');
  return { spec: { csi: { driver: diskDriver, volumeHandle: `disk-${uid}`, fsType: 'ext4', volumeAttributes: { 'storage.kubernetes.io/csiProvisionerIdentity': diskDriver } } } };
}
