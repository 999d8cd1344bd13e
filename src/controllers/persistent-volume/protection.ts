import { keyOf } from '../../api/keys';
import type { KubeObject, Resource } from '../../api/types';
import { PersistentVolumeClaims, PersistentVolumes, VolumeAttributesClasses } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { defineController, watched, type Context } from '../../runtime/controller';
import type { PersistentVolume, PersistentVolumeClaim, VolumeAttributesClass } from '../../schema/types';
import { claimNamesOf, podsOf } from './uses';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';
const classFinalizer = 'kubernetes.io/vac-protection';

/** Lets a claim go only when no pod on a node uses it any more. */
export const claimProtectionController = defineController<PersistentVolumeClaim>({
  name: 'pvc-protection-controller',
  for: PersistentVolumeClaims,
  concerns: ({ metadata }) => metadata.deletionTimestamp !== undefined,
  watches: [watched(Pods, function* (pod, informers) {
    for (const name of claimNamesOf(pod)) {
      const key = `${pod.metadata.namespace}/${name}`;
      if (informers.of(PersistentVolumeClaims).get(key)?.metadata.deletionTimestamp !== undefined) yield key;
    }
  }, (previous, next) => previous.status?.phase === next.status?.phase && previous.spec === next.spec)],
  reconcile(key, context) {
    const claim = context.informer(PersistentVolumeClaims).get(key);
    if (claim?.metadata.deletionTimestamp === undefined) return;
    const { name, namespace } = claim.metadata;
    for (const pod of podsOf(namespace, name, context.informer(Pods))) if (pod.spec.nodeName && !isTerminal(pod)) return;
    letGo(PersistentVolumeClaims, claim, claimFinalizer, context);
  },
});

/** Lets a volume go only when it is not bound. */
export const volumeProtectionController = defineController<PersistentVolume>({
  name: 'pv-protection-controller',
  for: PersistentVolumes,
  concerns: ({ metadata }) => metadata.deletionTimestamp !== undefined,
  reconcile(name, context) {
    const volume = context.informer(PersistentVolumes).get(name);
    if (volume?.metadata.deletionTimestamp !== undefined && volume.status?.phase !== 'Bound') letGo(PersistentVolumes, volume, volumeFinalizer, context);
  },
});

/** Lets a class of volume attributes go only when no claim and no volume has it. */
export const attributesClassProtectionController = defineController<VolumeAttributesClass>({
  name: 'volumeattributesclass-protection-controller',
  for: VolumeAttributesClasses,
  concerns: ({ metadata }) => metadata.deletionTimestamp !== undefined,
  watches: [
    watched(PersistentVolumeClaims, classesOf, (previous, next) => previous.spec === next.spec && previous.status === next.status),
    watched(PersistentVolumes, function* ({ spec }) { if (spec.volumeAttributesClassName) yield spec.volumeAttributesClassName; }, (previous, next) => previous.spec === next.spec),
  ],
  reconcile(name, context) {
    const found = context.informer(VolumeAttributesClasses).get(name);
    if (found?.metadata.deletionTimestamp === undefined) return;
    for (const claim of context.informer(PersistentVolumeClaims).list()) for (const used of classesOf(claim)) if (used === name) return;
    for (const { spec } of context.informer(PersistentVolumes).list()) if (spec.volumeAttributesClassName === name) return;
    letGo(VolumeAttributesClasses, found, classFinalizer, context);
  },
});

function* classesOf({ spec, status }: PersistentVolumeClaim): Generator<string> {
  for (const name of [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName]) if (name) yield name;
}

function letGo<T extends KubeObject>(kind: Resource<T>, object: T, finalizer: string, { api, informer }: Context): void {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer) || !informer(kind).get(keyOf(object))) return;
  api.update(kind, { ...object, metadata: { ...object.metadata, finalizers: finalizers.filter((each) => each !== finalizer) } });
}
