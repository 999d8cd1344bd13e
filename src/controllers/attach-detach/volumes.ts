import { hex, sha256 } from '../../lib/sha256';
import type { CSIPersistentVolumeSource, Node, PersistentVolume } from '../../schema/types';

/** A volume of a CSI driver as the statuses of nodes name it. */
export const uniqueName = ({ driver, volumeHandle }: CSIPersistentVolumeSource): string => `kubernetes.io/csi/${driver}^${volumeHandle}`;

/** The VolumeAttachment of a volume and a node. */
export const attachmentName = ({ driver, volumeHandle }: CSIPersistentVolumeSource, node: string): string => `csi-${hex(sha256(`${volumeHandle}${driver}${node}`))}`;

/** Whether the volume may be attached to one node only. */
export const isExclusive = ({ spec: { accessModes = [] } }: PersistentVolume): boolean =>
  accessModes.length > 0 && !accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');

export const isReady = ({ status }: Node): boolean => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
export const isOutOfService = ({ spec }: Node): boolean => spec.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') ?? false;
