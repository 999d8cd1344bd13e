import type { CSINode, CSINodeDriver, StorageClass, VolumeAttributesClass } from '../../schema/types';
import { formatLabels } from '../printers/table';
import { describeTerm } from './persistent-volume';
import { annotations, labels, longTime, yesOrNo, type Description } from './writer';

const isDefault = ({ metadata }: StorageClass): boolean =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some((name) => metadata.annotations?.[name] === 'true');

/** A storage class: who makes its volumes, and how. */
export function describeStorageClass(out: Description, storageClass: StorageClass): void {
  const { metadata, provisioner, parameters = {}, allowVolumeExpansion, mountOptions = [], reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `IsDefaultClass:\t${isDefault(storageClass) ? 'Yes' : 'No'}`);
  out.line(0, `Annotations:\t${formatLabels(metadata.annotations ?? {})}`);
  out.line(0, `Provisioner:\t${provisioner}`);
  out.line(0, `Parameters:\t${formatLabels(parameters)}`);
  out.line(0, `AllowVolumeExpansion:\t${yesOrNo(allowVolumeExpansion)}`);
  out.line(0, mountOptions.length === 0 ? 'MountOptions:\t<none>' : 'MountOptions:');
  for (const option of mountOptions) out.line(1, option);
  if (reclaimPolicy) out.line(0, `ReclaimPolicy:\t${reclaimPolicy}`);
  if (volumeBindingMode) out.line(0, `VolumeBindingMode:\t${volumeBindingMode}`);
  if (!allowedTopologies) return;
  out.line(0, `AllowedTopologies:\t${allowedTopologies.length === 0 ? '<none>' : ''}`);
  for (const [index, { matchLabelExpressions = [] }] of allowedTopologies.entries())
    describeTerm(out, 1, index, matchLabelExpressions.map(({ key, values }) => `${key} in${values.length > 0 ? ` [${values.join(', ')}]` : ''}`));
}

/** A class of attributes that volumes can be given. */
export function describeVolumeAttributesClass(out: Description, { metadata, driverName, parameters = {} }: VolumeAttributesClass): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Annotations:\t${formatLabels(metadata.annotations ?? {})}`);
  out.line(0, `DriverName:\t${driverName}`);
  out.line(0, `Parameters:\t${formatLabels(parameters)}`);
}

/** The storage drivers of a node. */
export function describeCSINode(out: Description, { metadata, spec }: CSINode): void {
  out.line(0, `Name:\t${metadata.name}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  out.line(0, 'Spec:');
  const drivers: readonly CSINodeDriver[] | null = spec.drivers;   // none is null on the wire
  if (drivers?.length) out.line(1, 'Drivers:');
  for (const { name, nodeID, allocatable, topologyKeys } of drivers ?? []) {
    out.line(2, `${name}:`);
    out.line(3, `Node ID:\t${nodeID}`);
    if (allocatable?.count !== undefined) {
      out.line(3, 'Allocatables:');
      out.line(4, `Count:\t${allocatable.count}`);
    }
    if (topologyKeys) out.line(3, `Topology Keys:\t[${topologyKeys.join(' ')}]`);
  }
}
