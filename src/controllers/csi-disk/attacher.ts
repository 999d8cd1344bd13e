import type { KubeObject, Resource } from '../../api/types';
import { PersistentVolumes, VolumeAttachments } from '../../kinds/served';
import { timestamp } from '../../lib/timestamp';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, type Context } from '../../runtime/controller';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { VolumeAttachment } from '../../schema/types';
import { byVolume, diskDriver } from './driver';

const finalizer = `external-attacher/${diskDriver.replaceAll('.', '-')}`;
const attachMs = 1_500;
const detachMs = 1_000;
const retryMs = 5_000;

/** Attaches the driver's disks to machines and takes them off again, as VolumeAttachments say. */
export const diskAttacher = defineStatefulController<VolumeAttachment>(`external-attacher ${diskDriver}`, () => {
  const begun = new Map<string, number>();
  return {
    for: VolumeAttachments,
    concerns: ({ spec }) => spec.attacher === diskDriver,
    reconcile(name, context): RequeueAfter | undefined {
      const attachment = context.informer(VolumeAttachments).get(name);
      if (!attachment) return void begun.delete(name);
      const { metadata: { deletionTimestamp }, status } = attachment;
      if (deletionTimestamp === undefined && status?.attached) return undefined;
      const step = `${name} ${deletionTimestamp === undefined ? 'on' : 'off'}`;
      const since = begun.get(step) ?? context.now();
      begun.set(step, since);
      const guarded = deletionTimestamp === undefined ? guard(attachment, context) : attachment;
      const leftMs = since + (deletionTimestamp === undefined ? attachMs : detachMs) - context.now();
      if (leftMs > 0) return { requeueAfterMs: leftMs };
      begun.delete(step);
      return deletionTimestamp === undefined ? attach(guarded, context) : takeOff(guarded, context);
    },
  };
});

/** Neither the attachment nor the volume may vanish while the disk is attached. */
function guard(attachment: VolumeAttachment, context: Context): VolumeAttachment {
  const volume = context.informer(PersistentVolumes).get(attachment.spec.source.persistentVolumeName ?? '');
  if (volume) withFinalizer(PersistentVolumes, volume, context);
  return withFinalizer(VolumeAttachments, attachment, context);
}

function withFinalizer<T extends KubeObject>(kind: Resource<T>, object: T, { api }: Context): T {
  const { finalizers = [] } = object.metadata;
  return finalizers.includes(finalizer) ? object : api.update(kind, { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } });
}

function attach(attachment: VolumeAttachment, { api, informer, now }: Context): RequeueAfter | undefined {
  const [other] = [...informer(VolumeAttachments).by(byVolume, attachment.spec.source.persistentVolumeName ?? '')]
    .filter(({ metadata, status }) => metadata.name !== attachment.metadata.name && status?.attached);
  if (!other) return void api.update(VolumeAttachments, { ...attachment, status: { attached: true } }, 'status');
  const message = `rpc error: code = FailedPrecondition desc = the disk is attached to ${other.spec.nodeName}`;
  api.update(VolumeAttachments, { ...attachment, status: { attached: false, attachError: { message, time: timestamp(now()) } } }, 'status');
  return { requeueAfterMs: retryMs };
}

function takeOff(attachment: VolumeAttachment, context: Context): undefined {
  const { api, informer } = context;
  const volume = attachment.spec.source.persistentVolumeName ?? '';
  unlessGone(() => {
    const off = attachment.status?.attached ? api.update(VolumeAttachments, { ...attachment, status: { attached: false } }, 'status') : attachment;
    letGo(VolumeAttachments, off, context);
  });
  const object = informer(PersistentVolumes).get(volume);
  const others = [...informer(VolumeAttachments).by(byVolume, volume)].filter(({ metadata }) => metadata.name !== attachment.metadata.name);
  if (object && others.length === 0) letGo(PersistentVolumes, object, context);
}

function letGo<T extends KubeObject>(kind: Resource<T>, object: T, { api }: Context): void {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(finalizer)) api.update(kind, { ...object, metadata: { ...object.metadata, finalizers: finalizers.filter((each) => each !== finalizer) } });
}
