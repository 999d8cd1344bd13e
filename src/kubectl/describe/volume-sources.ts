import { formatGo } from '../../lib/go-format';
import type { PersistentVolumeSpec } from '../../schema/types';
import { at, textAt } from '../values';
import { shortened } from './writer';

type Field = readonly [title: string, field: string, otherwise?: string, read?: (value: unknown) => string];
type Source = { readonly type: string; readonly fields: readonly Field[] };

const readOnly: Field = ['ReadOnly', 'readOnly', 'false'];
const fsType: Field = ['FSType', 'fsType'];
/** As Go prints a reference. */
const secretRef: Field = ['SecretRef', 'secretRef', 'nil', (value) => `&SecretReference{Name:${textAt(value, 'name')},Namespace:${textAt(value, 'namespace')},}`];
const joined = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');

/** The one title after which kubectl forgot it. */
const withoutColon = 'ISCSIInterface';

/** What a persistent volume can be made of. */
const sources: { readonly [name in keyof PersistentVolumeSpec]?: Source } = {
  hostPath: { type: 'HostPath (bare host directory volume)', fields: [['Path', 'path'], ['HostPathType', 'type', '<none>']] },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    fields: [['PDName', 'pdName'], fsType, ['Partition', 'partition', '0'], readOnly],
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)', fields: [['VolumeID', 'volumeID'], fsType, ['Partition', 'partition', '0'], readOnly],
  },
  nfs: { type: 'NFS (an NFS mount that lasts the lifetime of a pod)', fields: [['Server', 'server'], ['Path', 'path'], readOnly] },
  vsphereVolume: {
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)', fields: [['VolumePath', 'volumePath'], fsType, ['StoragePolicyName', 'storagePolicyName']],
  },
  local: { type: 'LocalVolume (a persistent volume backed by local storage on a node)', fields: [['Path', 'path']] },
  fc: { type: 'FC (a Fibre Channel disk)', fields: [['TargetWWNs', 'targetWWNs', '', joined], ['LUN', 'lun', '<none>'], fsType, readOnly] },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: [['SecretName', 'secretName'], ['SecretNamespace', 'secretNamespace'], ['ShareName', 'shareName'], readOnly],
  },
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    fields: [['DiskName', 'diskName'], ['DiskURI', 'diskURI'], ['Kind', 'kind'], fsType, ['CachingMode', 'cachingMode'], readOnly],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [['Monitors', 'monitors'], ['Path', 'path'], ['User', 'user'], ['SecretFile', 'secretFile'], secretRef, readOnly],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ['CephMonitors', 'monitors'], ['RBDImage', 'image'], fsType, ['RBDPool', 'pool'], ['RadosUser', 'user'], ['Keyring', 'keyring'], secretRef, readOnly,
    ],
  },
  cinder: { type: 'Cinder (a Persistent Disk resource in OpenStack)', fields: [['VolumeID', 'volumeID'], fsType, readOnly, secretRef] },
  portworxVolume: { type: 'PortworxVolume (a Portworx Volume resource)', fields: [['VolumeID', 'volumeID']] },
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    fields: [['Driver', 'driver'], fsType, secretRef, readOnly, ['Options', 'options', 'map[]']],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [['EndpointsName', 'endpoints'], ['EndpointsNamespace', 'endpointsNamespace', '<unset>'], ['Path', 'path'], readOnly],
  },
  quobyte: { type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", fields: [['Registry', 'registry'], ['Volume', 'volume'], readOnly] },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ['TargetPortal', 'targetPortal'], ['IQN', 'iqn'], ['Lun', 'lun'], [withoutColon, 'iscsiInterface'], fsType, readOnly, ['Portals', 'portals', '[]'],
      ['DiscoveryCHAPAuth', 'chapAuthDiscovery', 'false'], ['SessionCHAPAuth', 'chapAuthSession', 'false'], secretRef, ['InitiatorName', 'initiatorName', '<none>'],
    ],
  },
  csi: {
    type: 'CSI (a Container Storage Interface (CSI) volume source)', fields: [['Driver', 'driver'], fsType, ['VolumeHandle', 'volumeHandle'], readOnly],
  },
};

/** The lines about where a volume's data is; undefined for a source that is not known here. */
export function volumeSourceLines(spec: PersistentVolumeSpec): readonly string[] | undefined {
  for (const [name, { type, fields }] of Object.entries(sources)) {
    const source = at(spec, name);
    if (source === undefined) continue;
    const lines = fields.map(([title, field, otherwise = '', read = formatGo]) => {
      const value = at(source, field);
      return `${title}${title === withoutColon ? '' : ':'}\t${value === undefined ? otherwise : read(value)}`;
    });
    return [`Type:\t${type}`, ...lines, ...(spec.csi ? attributeLines(spec.csi.volumeAttributes) : [])];
  }
  return undefined;
}

/** What a storage driver was told, one a line; values stand four columns in. */
export function attributeLines(all: Readonly<Record<string, string>> = {}): readonly string[] {
  const texts = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `    ${shortened(`${key}=${value}`)}`);
  return [`VolumeAttributes:\t${texts[0] ?? '<none>'}`, ...texts.slice(1).map((line) => `    \t${line}`)];
}
