import type { FileTree } from '../containers/types';
import { CSIDrivers, CSINodes, PersistentVolumeClaims, PersistentVolumes } from '../kinds/served';
import type { CSIPersistentVolumeSource, PersistentVolume } from '../schema/types';
import { MemoryTree } from './file-trees';
import type { PodWorker } from './pod-worker';
import { ClaimError, MountError, NotAttached } from './volumes';

/**
 * The files of the volume that a claim (`namespace/name`) is bound to: a folder of the node for hostPath and local volumes, and for all other types one that
 * every node reaches, as if it came over a network; one of a CSI driver only where the driver runs and the volume is attached. @throws MountError while there is none
 */
export function claimedVolume(claim: string, worker: PodWorker): FileTree {
  const { shared: { informers, storage, growth }, node } = worker;
  const found = informers.of(PersistentVolumeClaims).get(claim);
  const name = claim.slice(claim.indexOf('/') + 1);
  if (!found) throw new ClaimError(`error processing PVC ${claim}: failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  if (found.metadata.deletionTimestamp !== undefined) throw new ClaimError(`error processing PVC ${claim}: PVC is being deleted`);
  if (found.status?.phase !== 'Bound' || !found.spec.volumeName) throw new ClaimError(`error processing PVC ${claim}: PVC is not bound`);
  const volume = informers.of(PersistentVolumes).get(found.spec.volumeName);
  if (volume?.spec.claimRef?.uid !== found.metadata.uid) throw new ClaimError(`error processing PVC ${claim}: failed to fetch PV ${found.spec.volumeName} from API server`);
  const { hostPath, local, csi } = volume.spec;
  const path = hostPath?.path ?? local?.path;
  if (path !== undefined) return node.hostPath(path);
  if (csi) mustBeThere(volume, csi, worker);
  const known = storage.get(volume.metadata.name) ?? new MemoryTree();
  storage.set(volume.metadata.name, known);
  if (csi) growth.mounted(found, worker);
  return known;
}

/** The node says that it uses the volume before it mounts it, so that nobody takes it away meanwhile. */
function mustBeThere({ metadata }: PersistentVolume, csi: CSIPersistentVolumeSource, { shared: { informers, wakeNode }, node, uid }: PodWorker): void {
  if (informers.of(CSIDrivers).get(csi.driver)?.spec.attachRequired !== false) {
    const unique = `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`;
    if (node.volumes.use(unique, uid)) wakeNode(node.name);
    const { volumesAttached, volumesInUse } = node.object?.status ?? {};
    if (!volumesAttached?.some((each) => each.name === unique) || !volumesInUse?.includes(unique)) throw new NotAttached(`volume ${metadata.name} is not attached yet`);
  }
  if (informers.of(CSINodes).get(node.name)?.spec.drivers?.some(({ name }) => name === csi.driver)) return;
  throw new MountError(`kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${csi.driver} not found in the list of registered CSI drivers`,
    `MountVolume.MountDevice failed for volume "${metadata.name}"`);
}
