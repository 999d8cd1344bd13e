import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { compareQuantities } from '../../lib/quantity';
import { unlessGone } from '../../runtime/claim';
import { defineController, defineStatefulController, type Context } from '../../runtime/controller';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../schema/types';
import { annotations, capacityOf, requestOf } from './binding';

/** The provisioner of the default StorageClass, as in a kind cluster: a folder on the node where the first pod goes. */
export const localPath = 'rancher.io/local-path';
/** How long it takes to make a volume. */
const provisioningMs = 2_000;
const folder = '/var/local-path-provisioner';

/** Makes volumes for claims of its classes, and lets those that are bound grow where their class allows it. */
export const localPathProvisioner = defineStatefulController<PersistentVolumeClaim>(localPath, () => {
  const begun = new Map<string, number>();
  return {
    for: PersistentVolumeClaims,
    concerns: ({ metadata }) => metadata.annotations?.[annotations.provisioner] === localPath,
    reconcile(key, context) {
      const claim = context.informer(PersistentVolumeClaims).get(key);
      if (!claim || claim.metadata.deletionTimestamp !== undefined) return void begun.delete(key);
      if (claim.metadata.annotations?.[annotations.provisioner] !== localPath) return undefined;
      if (claim.spec.volumeName) {
        begun.delete(key);
        return grow(claim, context);
      }
      const storageClass = context.informer(StorageClasses).get(storageClassOf(claim) ?? '');
      if (!storageClass || context.informer(PersistentVolumes).get(nameFor(claim))) return undefined;
      const since = begun.get(key);
      if (since === undefined) {
        begun.set(key, context.now());
        context.event({ object: claim, type: 'Normal', reason: 'Provisioning', message: `External provisioner is provisioning volume for claim "${key}"` });
      }
      const leftMs = (since ?? context.now()) + provisioningMs - context.now();
      if (leftMs > 0) return { requeueAfterMs: leftMs };
      begun.delete(key);
      return make(claim, storageClass, context);
    },
  };
});

const nameFor = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid}`;

function make(claim: PersistentVolumeClaim, storageClass: StorageClass, { api, event }: Context): void {
  const { metadata: { name, namespace, uid, resourceVersion, annotations: marks = {} }, spec: { accessModes = [], volumeMode } } = claim;
  const node = marks[annotations.selectedNode];
  const problem = node === undefined ? 'configuration error, no node was specified'
    : volumeMode === 'Block' ? 'Block volumes are not supported'
      : accessModes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod') ? 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes' : undefined;
  if (node === undefined || problem !== undefined)
    return event({ object: claim, type: 'Warning', reason: 'ProvisioningFailed', message: `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${problem ?? ''}` });
  const volume = nameFor(claim);
  api.create(PersistentVolumes, {
    metadata: { name: volume, annotations: { 'local.path.provisioner/selected-node': node, [annotations.provisionedBy]: localPath } },
    spec: {
      accessModes, capacity: { storage: requestOf(claim) }, volumeMode: 'Filesystem', storageClassName: storageClass.metadata.name,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete', ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      hostPath: { path: `${folder}/${volume}_${namespace}_${name}`, type: 'DirectoryOrCreate' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } },
    },
  });
  event({ object: claim, type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${volume}` });
}

/** A claim may ask for more where its class allows it; a folder needs nothing done to it. */
function grow(claim: PersistentVolumeClaim, { informer, api, event }: Context): void {
  const volume = informer(PersistentVolumes).get(claim.spec.volumeName ?? '');
  const wanted = requestOf(claim);
  if (!volume || claim.status?.phase !== 'Bound' || compareQuantities(wanted, claim.status.capacity?.['storage'] ?? '0') <= 0) return;
  if (compareQuantities(wanted, capacityOf(volume)) > 0) {
    event({ object: claim, type: 'Normal', reason: 'Resizing', message: `External resizer is resizing volume ${volume.metadata.name}` });
    api.update(PersistentVolumes, { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage: wanted } } });
  }
  api.update(PersistentVolumeClaims, { ...claim, status: { ...claim.status, capacity: { ...claim.status.capacity, storage: wanted } } }, 'status');
  event({ object: claim, type: 'Normal', reason: 'VolumeResizeSuccessful', message: 'Resize volume succeeded' });
}

/** Deletes the volumes it made when their claim is gone and their policy says so. */
export const localPathDeleter = defineController<PersistentVolume>({
  name: localPath,
  for: PersistentVolumes,
  concerns: ({ metadata, status }) => metadata.annotations?.[annotations.provisionedBy] === localPath && status?.phase === 'Released',
  reconcile(name, { informer, api }) {
    const volume = informer(PersistentVolumes).get(name);
    if (!volume || volume.metadata.deletionTimestamp !== undefined || volume.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
    unlessGone(() => api.delete(PersistentVolumes, volume.metadata));
  },
});
