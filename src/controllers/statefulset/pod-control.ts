import { StatusError } from '../../api/status';
import { PersistentVolumeClaims } from '../../kinds/core/persistentvolumeclaim';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { OwnerReference, PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../../schema/types';
import { claimFor, claimName, podFor, podName } from './identity';

/** Makes the pod of an ordinal, and before it the claims it lacks; tells of both. Throws StatusError. */
export function createPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number, context: Context): Pod | undefined {
  const { api, event } = context;
  const tells = told(set, context);
  ensureClaims(set, ordinal, context);
  try {
    const pod = api.create(Pods, podFor(set, template, revision, ordinal));
    tells('Create', `Pod ${pod.metadata.name}`, 'successful');
    return pod;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return undefined;
    event({ object: set, type: 'Warning', reason: 'FailedCreate', message: `create Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name} failed error: ${error.message}` });
    throw error;
  }
}

/** Makes the claims of an ordinal that are not there. */
export function ensureClaims(set: StatefulSet, ordinal: number, { api, informer, event }: Context): void {
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    if (informer(PersistentVolumeClaims).get(`${set.metadata.namespace}/${name}`)) continue;
    const about = `Claim ${name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
    try {
      api.create(PersistentVolumeClaims, claimFor(set, template, ordinal));
      event({ object: set, type: 'Normal', reason: 'SuccessfulCreate', message: `create ${about} success` });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'AlreadyExists') continue;
      event({ object: set, type: 'Warning', reason: 'FailedCreate', message: `create ${about} failed error: ${error.message}` });
      throw error;
    }
  }
}

export function deletePod(set: StatefulSet, { metadata }: Pod, context: Context): void {
  const { api, event } = context;
  try {
    if (unlessGone(() => api.delete(Pods, metadata, { preconditions: { uid: metadata.uid } }))) told(set, context)('Delete', `Pod ${metadata.name}`, 'successful');
  } catch (error) {
    if (error instanceof StatusError)
      event({ object: set, type: 'Warning', reason: 'FailedDelete', message: `delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} failed error: ${error.message}` });
    throw error;
  }
}

const told = (set: StatefulSet, { event }: Context) => (verb: 'Create' | 'Delete', what: string, how: string): void =>
  event({ object: set, type: 'Normal', reason: `Successful${verb}`, message: `${verb.toLowerCase()} ${what} in StatefulSet ${set.metadata.name} ${how}` });

/** Says by owner references whether a pod's claims go with the set, with the pod that is scaled away, or stay. */
export function retainClaims(set: StatefulSet, pod: Pod, ordinal: number, condemned: boolean, { api, informer }: Context): void {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = informer(PersistentVolumeClaims).get(`${set.metadata.namespace}/${claimName(set, template, ordinal)}`);
    if (!claim) continue;
    const kept = (claim.metadata.ownerReferences ?? []).filter(({ uid, kind }) => uid !== set.metadata.uid && uid !== pod.metadata.uid && !(kind === 'Pod' && whenScaled === 'Retain'));
    const owner = condemned && whenScaled === 'Delete' ? reference('v1', 'Pod', pod) : whenDeleted === 'Delete' ? reference('apps/v1', 'StatefulSet', set) : undefined;
    const wanted = owner ? [...kept, owner] : kept;
    if (equal(wanted, claim.metadata.ownerReferences ?? [])) continue;
    const { ownerReferences: _old, ...metadata } = claim.metadata;
    const next: PersistentVolumeClaim = { ...claim, metadata: { ...metadata, ...(wanted.length > 0 && { ownerReferences: wanted }) } };
    api.update(PersistentVolumeClaims, next);
  }
}

const reference = (apiVersion: string, kind: string, { metadata: { name, uid } }: Pod | StatefulSet): OwnerReference => ({ apiVersion, kind, name, uid, controller: true });
