import type { PersistentVolumeSpec } from '../../schema/types';
import { at } from '../values';
import { shortened } from './writer';

type Field = readonly [title: string, field: string, otherwise?: string];
type Source = { readonly type: string; readonly fields: readonly Field[] };

const readOnly: Field = ['ReadOnly', 'readOnly', 'false'];
const fsType: Field = ['FSType', 'fsType'];

/** What a persistent volume can be made of, in the order in which kubectl looks. */
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
  fc: { type: 'FC (a Fibre Channel disk)', fields: [['TargetWWNs', 'targetWWNs'], ['LUN', 'lun', '<none>'], fsType, readOnly] },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: [['SecretName', 'secretName'], ['SecretNamespace', 'secretNamespace'], ['ShareName', 'shareName'], readOnly],
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
    return [`Type:\t${type}`, ...fields.map(([title, field, otherwise = '']) => `${title}:\t${text(at(source, field), otherwise)}`), ...(spec.csi ? attributeLines(spec.csi.volumeAttributes) : [])];
  }
  return undefined;
}

const text = (value: unknown, otherwise: string): string => (Array.isArray(value) ? value.join(', ') : value === undefined ? otherwise : String(value));

/** What a storage driver was told, one a line; values stand four columns in. */
export function attributeLines(all: Readonly<Record<string, string>> = {}): readonly string[] {
  const texts = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `    ${shortened(`${key}=${value}`)}`);
  return [`VolumeAttributes:\t${texts[0] ?? '<none>'}`, ...texts.slice(1).map((line) => `    \t${line}`)];
}
