import { StatusError } from '../../api/status';
import { PersistentVolumeClaims } from '../../kinds/served';
import type { Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../../schema/types';
import { claimFor, claimName, isWanted, podName } from './identity';

type Owner = Pod | StatefulSet;

/** Makes the claims of an ordinal that are not there, and tells of each. Throws StatusError for all that could not be made, or are going. */
export function ensureClaims(set: StatefulSet, ordinal: number, { api, informer, event }: Context): void {
  const failures: string[] = [];
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    const pod = podName(set, ordinal);
    const known = informer(PersistentVolumeClaims).get(`${set.metadata.namespace}/${name}`);
    if (known?.metadata.deletionTimestamp !== undefined) failures.push(`pvc ${name} is being deleted`);
    if (known) continue;
    try {
      api.create(PersistentVolumeClaims, claimFor(set, template, ordinal));
      event({ object: set, type: 'Normal', reason: 'SuccessfulCreate', message: `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success` });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      failures.push(`failed to create PVC ${name}: ${error.message}`);
      if (error.reason === 'AlreadyExists') continue;
      const message = `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      event({ object: set, type: 'Warning', reason: 'FailedCreate', message });
    }
  }
  if (failures.length > 0) throw new StatusError('InternalError', failures.length === 1 ? failures.join() : `[${failures.join(', ')}]`);
}

const claimsOf = (set: StatefulSet, ordinal: number, { informer }: Pick<Context, 'informer'>): readonly PersistentVolumeClaim[] =>
  (set.spec.volumeClaimTemplates ?? []).flatMap((template) => informer(PersistentVolumeClaims).get(`${set.metadata.namespace}/${claimName(set, template, ordinal)}`) ?? []);

/** Whether a claim of an ordinal still goes with a pod of that name that is no more: a new pod must not take it over. */
export function hasStaleClaim(set: StatefulSet, ordinal: number, context: Context): boolean {
  if (!deletesWhenScaled(set)) return false;
  const name = podName(set, ordinal);
  return claimsOf(set, ordinal, context).some(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.apiVersion === 'v1' && owner.kind === 'Pod' && owner.name === name) ?? false);
}

export const claimsMatchRetention = (set: StatefulSet, pod: Pod, ordinal: number, context: Context): boolean =>
  claimsOf(set, ordinal, context).every((claim) => isUpToDate(claim, set, pod, ordinal));

/** Says by owner references whether a pod's claims go with the set, with the pod that is scaled away, or stay. Throws StatusError. */
export function retainClaims(set: StatefulSet, pod: Pod, ordinal: number, context: Context): void {
  for (const claim of claimsOf(set, ordinal, context)) {
    if (hasOtherController(claim, set, pod)) {
      const message = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      context.event({ object: set, type: 'Warning', reason: 'ConflictingController', message });
    }
    if (isUpToDate(claim, set, pod, ordinal)) continue;
    const ownerReferences = ownersFor(claim, set, pod, ordinal);
    const { ownerReferences: _old, ...metadata } = claim.metadata;
    context.api.update(PersistentVolumeClaims, { ...claim, metadata: { ...metadata, ...(ownerReferences.length > 0 && { ownerReferences }) } });
  }
}

const deletesWhenScaled = ({ spec }: StatefulSet): boolean => spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete';
const deletesWhenDeleted = ({ spec }: StatefulSet): boolean => spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
const ownersOf = ({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] => metadata.ownerReferences ?? [];
/** By kind and name, whatever became of the object that had it then. */
const names = (reference: OwnerReference, { apiVersion, kind, metadata }: Owner): boolean =>
  reference.apiVersion === apiVersion && reference.kind === kind && reference.name === metadata.name;
const isOwnedBy = (claim: PersistentVolumeClaim, { metadata }: Owner): boolean => ownersOf(claim).some(({ uid }) => uid === metadata.uid);
const hasStaleReference = (claim: PersistentVolumeClaim, owner: Owner): boolean => {
  const found = ownersOf(claim).find((reference) => names(reference, owner));
  return found !== undefined && found.uid !== owner.metadata.uid;
};

/** Whose claims go with whom; of neither when both policies retain. */
function controllerFor(set: StatefulSet, pod: Pod, ordinal: number): Owner | undefined {
  if (!isWanted(set, ordinal) && deletesWhenScaled(set)) return pod;
  return deletesWhenDeleted(set) ? set : undefined;
}

/** Whether somebody else manages the claim. While both policies retain, anybody may. */
function hasOtherController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  if (!deletesWhenScaled(set) && !deletesWhenDeleted(set)) return false;
  return ownersOf(claim).some((reference) => {
    const named = [set, pod].find((owner) => names(reference, owner));
    return named ? reference.uid !== named.metadata.uid : reference.controller === true;
  });
}

/** Whether nothing is to be done about a claim's owners; one that an earlier set or pod of that name left behind is not touched. */
function isUpToDate(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod, ordinal: number): boolean {
  if (hasStaleReference(claim, set) || hasStaleReference(claim, pod)) return true;
  if (hasOtherController(claim, set, pod)) return !isOwnedBy(claim, set) && !isOwnedBy(claim, pod);
  const own = ownersOf(claim).filter(({ uid }) => uid === set.metadata.uid || uid === pod.metadata.uid);
  if (own.some(({ controller }) => controller !== true)) return false;
  const controller = controllerFor(set, pod, ordinal);
  return isOwnedBy(claim, set) === (controller === set) && isOwnedBy(claim, pod) === (controller === pod);
}

function ownersFor(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod, ordinal: number): readonly OwnerReference[] {
  const others = ownersOf(claim).filter((reference) => !names(reference, set) && !names(reference, pod));
  const controller = hasOtherController(claim, set, pod) ? undefined : controllerFor(set, pod, ordinal);
  return controller ? [...others, ...controlledBy(controller)] : others;
}
