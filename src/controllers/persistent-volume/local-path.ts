import { deleting, provisioning, ProvisioningError, type Made, type Provisioner, type Wanted } from './provisioner';

const folder = '/var/local-path-provisioner';

/** The provisioner of the default StorageClass, as in a kind cluster: a folder on the node where the first pod goes. Its volumes cannot grow. */
const localPath: Provisioner = { name: 'rancher.io/local-path', provisioningMs: 2_000, make };

export const localPathProvisioner = provisioning(localPath);
export const localPathDeleter = deleting(localPath);

function make({ claim: { metadata, spec: { accessModes = [], volumeMode } }, name, node }: Wanted): Made {
  if (node === undefined) throw new ProvisioningError('configuration error, no node was specified');
  if (volumeMode === 'Block') throw new ProvisioningError('Block volumes are not supported');
  if (accessModes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod'))
    throw new ProvisioningError('NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes');
  return {
    annotations: { 'local.path.provisioner/selected-node': node },
    spec: {
      hostPath: { path: `${folder}/${name}_${metadata.namespace}_${metadata.name}`, type: 'DirectoryOrCreate' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } },
    },
  };
}
