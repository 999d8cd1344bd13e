import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import { compareQuantities } from '../../lib/quantity';
import { timestamp } from '../../lib/timestamp';
import { defineStatefulController, type Context } from '../../runtime/controller';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimCondition } from '../../schema/types';
import { capacityOf, requestOf } from '../persistent-volume/binding';
import { isGrowing } from '../persistent-volume/expansion';
import { diskDriver } from './driver';

const resizeMs = 2_000;
const component = `external-resizer ${diskDriver}`;

/** Grows the driver's disks. The file system on them is grown by the kubelet of the node that has the disk mounted, now or when a pod mounts it next. */
export const diskResizer = defineStatefulController<PersistentVolumeClaim>(component, () => {
  const begun = new Map<string, number>();
  return {
    for: PersistentVolumeClaims,
    concerns: isGrowing,
    reconcile(key, context): RequeueAfter | undefined {
      const claim = context.informer(PersistentVolumeClaims).get(key);
      const volume = context.informer(PersistentVolumes).get(claim?.spec.volumeName ?? '');
      if (!claim || !isGrowing(claim) || volume?.spec.csi?.driver !== diskDriver || volume.spec.claimRef?.uid !== claim.metadata.uid) return void begun.delete(key);
      if (compareQuantities(requestOf(claim), capacityOf(volume)) <= 0) return waitForNode(claim, context);
      const since = begun.get(key);
      if (since === undefined) {
        begun.set(key, context.now());
        context.event({ object: claim, type: 'Normal', reason: 'Resizing', message: `External resizer is resizing volume ${volume.metadata.name}` });
        show(claim, 'ControllerResizeInProgress', { type: 'Resizing', status: 'True' }, context);
      }
      const leftMs = (since ?? context.now()) + resizeMs - context.now();
      if (leftMs > 0) return { requeueAfterMs: leftMs };
      begun.delete(key);
      return grow(claim, volume, context);
    },
  };
});

function grow(claim: PersistentVolumeClaim, volume: PersistentVolume, context: Context): undefined {
  context.api.update(PersistentVolumes, { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage: requestOf(claim) } } });
  waitForNode(claim, context);
}

const pending = 'FileSystemResizePending';
function waitForNode(claim: PersistentVolumeClaim, context: Context): undefined {
  if (claim.status?.conditions?.some(({ type }) => type === pending)) return;
  show(claim, 'NodeResizePending', { type: pending, status: 'True', message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.' }, context);
  context.event({ object: claim, type: 'Normal', reason: 'FileSystemResizeRequired', message: 'Require file system resize of volume on node' });
}

function show(claim: PersistentVolumeClaim, phase: string, condition: Omit<PersistentVolumeClaimCondition, 'lastTransitionTime'>, { api, now }: Context): void {
  api.update(PersistentVolumeClaims, {
    ...claim,
    status: {
      ...claim.status, allocatedResources: { storage: requestOf(claim) }, allocatedResourceStatuses: { storage: phase },
      conditions: [{ ...condition, lastProbeTime: null, lastTransitionTime: timestamp(now()) }],
    },
  }, 'status');
}
