import type { FileTree } from '../containers/types';
import { PersistentVolumeClaims, PersistentVolumes } from '../kinds/served';
import { MemoryTree } from './file-trees';
import type { NodeWorker } from './node-worker';
import type { Shared } from './shared';
import { MountError } from './volumes';

/**
 * The files of the volume that a claim (`namespace/name`) is bound to: a folder of the node for hostPath and local volumes, and for all other types one that
 * every node reaches, as if it came over a network. @throws MountError while there is none
 */
export function claimedVolume(claim: string, { informers, storage }: Shared, node: NodeWorker): FileTree {
  const found = informers.of(PersistentVolumeClaims).get(claim);
  const name = claim.slice(claim.indexOf('/') + 1);
  if (!found) throw new MountError(`error processing PVC ${claim}: failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  if (found.metadata.deletionTimestamp !== undefined) throw new MountError(`error processing PVC ${claim}: PVC is being deleted`);
  if (found.status?.phase !== 'Bound' || !found.spec.volumeName) throw new MountError(`error processing PVC ${claim}: PVC is not bound`);
  const volume = informers.of(PersistentVolumes).get(found.spec.volumeName);
  if (volume?.spec.claimRef?.uid !== found.metadata.uid) throw new MountError(`error processing PVC ${claim}: failed to fetch PV ${found.spec.volumeName} from API server`);
  const { hostPath, local } = volume.spec;
  const path = hostPath?.path ?? local?.path;
  if (path !== undefined) return node.hostPath(path);
  const known = storage.get(volume.metadata.name) ?? new MemoryTree();
  storage.set(volume.metadata.name, known);
  return known;
}
