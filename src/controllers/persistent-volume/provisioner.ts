import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import type { Draft } from '../../api/types';
import { Nodes } from '../../kinds/core/node';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { unlessGone } from '../../runtime/claim';
import { defineController, defineStatefulController, type AnyController, type Context } from '../../runtime/controller';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, StorageClass } from '../../schema/types';
import { annotations, requestOf } from './binding';

/** No volume can be made: tried again later, or with `isElsewhere` given back to the scheduler to choose another node. */
export class ProvisioningError extends Error {
  constructor(message: string, readonly isElsewhere = false) { super(message); }
}

/** What is particular to one storage system. */
export type Provisioner = {
  /** As storage classes name it. */
  readonly name: string;
  readonly provisioningMs: number;
  /** What the volume is and where it can be reached. @throws ProvisioningError */
  make(wanted: Wanted, context: Context): Made;
  /** What to do before a volume that nobody wants any more goes; returns why it cannot go yet. */
  unmake?(volume: PersistentVolume, context: Context): string | undefined;
};
export type Wanted = { readonly claim: PersistentVolumeClaim; readonly name: string; readonly node: string | undefined; readonly storageClass: StorageClass };
export type Made = { readonly annotations?: Readonly<Record<string, string>>; readonly spec: PersistentVolumeSpec };

const firstRetryMs = 15_000;
const lastRetryMs = 1_000_000;
const reschedule = 'reschedule';

/** Makes volumes for the claims of its classes, as the provisioners do that are made with the library of sig-storage. */
export const provisioning = (provisioner: Provisioner): AnyController => defineStatefulController<PersistentVolumeClaim>(provisioner.name, () => {
  const begun = new Map<string, Attempt>();
  return {
    for: PersistentVolumeClaims,
    concerns: (claim) => isAsked(claim, provisioner),
    reconcile(key, context) {
      const claim = context.informer(PersistentVolumeClaims).get(key);
      const storageClass = claim && context.informer(StorageClasses).get(storageClassOf(claim) ?? '');
      const wanted = claim && storageClass && { claim, storageClass, name: `pvc-${claim.metadata.uid}`, node: claim.metadata.annotations?.[annotations.selectedNode] };
      if (!wanted || !isWanted(wanted, provisioner) || context.informer(PersistentVolumes).get(wanted.name)) return void begun.delete(key);
      const attempt = begun.get(key) ?? { failures: 0, dueAt: undefined, node: wanted.node };
      const outcome = advance(wanted, attempt, provisioner, context);
      if (outcome === undefined || outcome === reschedule) return void begun.delete(key);
      begun.set(key, outcome);
      return { requeueAfterMs: (outcome.dueAt ?? context.now()) - context.now() };
    },
  };
});

/** Between tries `dueAt` is when the next begins, and during one when the volume is made. */
type Attempt = { readonly failures: number; readonly dueAt: number | undefined; readonly isMaking?: boolean; readonly node: string | undefined };

const isAsked = ({ metadata }: PersistentVolumeClaim, { name }: Provisioner): boolean => metadata.annotations?.[annotations.provisioner] === name;
const isWanted = ({ claim, node, storageClass }: Wanted, provisioner: Provisioner): boolean =>
  isAsked(claim, provisioner) && !claim.spec.volumeName && claim.metadata.deletionTimestamp === undefined && storageClass.provisioner === provisioner.name
  && (node !== undefined || storageClass.volumeBindingMode !== 'WaitForFirstConsumer');

/** One step towards the volume: what is to be remembered for the next, or nothing when it is there. */
function advance(wanted: Wanted, attempt: Attempt, provisioner: Provisioner, context: Context): Attempt | undefined | typeof reschedule {
  const { claim, node } = wanted;
  const now = context.now();
  if (attempt.dueAt !== undefined && attempt.dueAt > now && attempt.node === node) return attempt;
  if (node !== undefined && !context.informer(Nodes).get(node)) return giveBack(claim, `node ${JSON.stringify(node)} not found`, context);
  if (!attempt.isMaking) {
    context.event({ object: claim, type: 'Normal', reason: 'Provisioning', message: `External provisioner is provisioning volume for claim "${claim.metadata.namespace}/${claim.metadata.name}"` });
    return { failures: attempt.failures, dueAt: now + provisioner.provisioningMs, isMaking: true, node };
  }
  try {
    context.api.create(PersistentVolumes, volumeOf(wanted, provisioner, provisioner.make(wanted, context)));
  } catch (error) {
    if (!(error instanceof ProvisioningError)) throw error;
    const message = `failed to provision volume with StorageClass "${wanted.storageClass.metadata.name}": ${error.message}`;
    if (error.isElsewhere && node !== undefined) return giveBack(claim, message, context);
    context.event({ object: claim, type: 'Warning', reason: 'ProvisioningFailed', message });
    return { failures: attempt.failures + 1, dueAt: now + Math.min(firstRetryMs * 2 ** attempt.failures, lastRetryMs), node };
  }
  context.event({ object: claim, type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${wanted.name}` });
  return undefined;
}

/** The scheduler is to choose another node. */
function giveBack(claim: PersistentVolumeClaim, message: string, { api, event }: Context): typeof reschedule {
  event({ object: claim, type: 'Warning', reason: 'ProvisioningFailed', message });
  const { [annotations.selectedNode]: _node, ...kept } = claim.metadata.annotations ?? {};
  api.update(PersistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations: kept } });
  return reschedule;
}

function volumeOf({ claim, name, storageClass }: Wanted, provisioner: Provisioner, made: Made): Draft<PersistentVolume> {
  const { metadata: { name: claimName, namespace, uid, resourceVersion }, spec: { accessModes = [], volumeMode = 'Filesystem' } } = claim;
  return {
    metadata: { name, annotations: { ...made.annotations, [annotations.provisionedBy]: provisioner.name } },
    spec: {
      accessModes, capacity: { storage: requestOf(claim) }, volumeMode, storageClassName: storageClass.metadata.name,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claimName, uid, apiVersion: 'v1', resourceVersion },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete', ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      ...made.spec,
    },
  };
}

/** Deletes the volumes that a provisioner made when their claim is gone and their policy says so. */
export const deleting = (provisioner: Provisioner): AnyController => defineController<PersistentVolume>({
  name: provisioner.name,
  for: PersistentVolumes,
  concerns: ({ metadata, status }) => metadata.annotations?.[annotations.provisionedBy] === provisioner.name && status?.phase === 'Released',
  reconcile(name, context) {
    const volume = context.informer(PersistentVolumes).get(name);
    if (!volume || volume.metadata.deletionTimestamp !== undefined || volume.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return undefined;
    const problem = provisioner.unmake?.(volume, context);
    if (problem === undefined) return void unlessGone(() => context.api.delete(PersistentVolumes, volume.metadata));
    context.event({ object: volume, type: 'Warning', reason: 'VolumeFailedDelete', message: problem });
    return { requeueAfterMs: firstRetryMs };
  },
});
