import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import { defineController, watched, type Context } from '../../runtime/controller';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeStatus } from '../../schema/types';
import { annotations } from './binding';

/** Keeps the phase of volumes, and does with those whose claim is gone what their policy says. */
export const volumeController = defineController<PersistentVolume>({
  name: 'persistentvolume-controller',
  for: PersistentVolumes,
  watches: [watched(PersistentVolumeClaims, function* (claim, informers) {
    if (claim.spec.volumeName) yield claim.spec.volumeName;
    const provisioned = `pvc-${claim.metadata.uid}`;
    if (claim.spec.volumeName !== provisioned && informers.of(PersistentVolumes).get(provisioned)) yield provisioned;
  })],
  reconcile(name, context) {
    const volume = context.informer(PersistentVolumes).get(name);
    if (!volume) return;
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) return show(volume, { phase: 'Available' }, context);
    const claim = claimOf(volume, context);
    if (claim?.metadata.uid !== claimRef.uid) return release(volume, context);
    if (claim.spec.volumeName === name) return show(volume, { phase: 'Bound' }, context);
    if (claim.spec.volumeName) return giveBack(volume, context);
  },
});

function claimOf({ spec: { claimRef } }: PersistentVolume, { informer, api }: Context): PersistentVolumeClaim | undefined {
  const known = informer(PersistentVolumeClaims).get(`${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`);
  if (known?.metadata.uid === claimRef?.uid) return known;
  // The cache may not have it yet: nothing is thrown away on its word alone.
  return api.list(PersistentVolumeClaims, claimRef?.namespace, { fieldSelector: `metadata.name=${claimRef?.name ?? ''}` }).items[0];
}

function show(volume: PersistentVolume, status: PersistentVolumeStatus, { api }: Context): void {
  if (volume.status?.phase !== status.phase) api.update(PersistentVolumes, { ...volume, status }, 'status');
}

/** The claim is gone, or is another one by the same name. */
function release(volume: PersistentVolume, context: Context): void {
  const { metadata, spec: { persistentVolumeReclaimPolicy: policy }, status } = volume;
  if (status?.phase !== 'Released' && status?.phase !== 'Failed') return show(volume, { phase: 'Released' }, context);   // its own write comes back
  if (status.phase === 'Failed' || policy === 'Retain' || metadata.annotations?.[annotations.provisionedBy] !== undefined) return;   // a provisioner deletes what it made
  if (policy === 'Recycle') return fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!', context);
  fail(volume, 'VolumeFailedDelete', `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`, context);
}

function fail(volume: PersistentVolume, reason: string, message: string, context: Context): void {
  context.event({ object: volume, type: 'Warning', reason, message });
  show(volume, { phase: 'Failed', message }, context);
}

/** The claim has another volume by now. One that was made for it is of no use to anybody else. */
function giveBack(volume: PersistentVolume, context: Context): void {
  const { metadata: { annotations: marks = {} }, spec: { claimRef, persistentVolumeReclaimPolicy } } = volume;
  if (marks[annotations.provisionedBy] !== undefined && persistentVolumeReclaimPolicy === 'Delete') return release(volume, context);
  const { [annotations.boundByController]: byController, ...kept } = marks;
  const { uid: _uid, resourceVersion: _version, ...named } = claimRef ?? {};
  const { claimRef: _claimRef, ...spec } = volume.spec;
  const free = { ...volume, metadata: { ...volume.metadata, annotations: kept }, spec: byController === undefined ? { ...spec, claimRef: named } : spec };
  show(context.api.update(PersistentVolumes, free), { phase: 'Available' }, context);
}
