import { StatusError } from '../../api/status';
import { Pods } from '../../kinds/core/pod';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { Pod, PodTemplateSpec, StatefulSet } from '../../schema/types';
import { claimsMatchRetention, ensureClaims, retainClaims } from './claims';
import { hasIdentity, hasStorage, podFor, podName, withIdentity } from './identity';

type Verb = 'Create' | 'Update' | 'Delete';

/** Makes the pod of an ordinal, and before it the claims it lacks; tells of both. Throws StatusError. */
export function createPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number, context: Context): void {
  const name = podName(set, ordinal);
  let pod: Pod;
  try {
    ensureClaims(set, ordinal, context);
    pod = context.api.create(Pods, podFor(set, template, revision, ordinal));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return;   // any creation will fail, and the set goes too
    if (error.reason !== 'AlreadyExists') tellFailure(set, 'Create', name, error, context);
    throw error;
  }
  retain(set, pod, ordinal, context);
  tell(set, 'Create', name, context);
}

/** The owners of a pod's claims, and a word when they could not be set. Throws StatusError. */
export function retain(set: StatefulSet, pod: Pod, ordinal: number, context: Context): void {
  try { retainClaims(set, pod, ordinal, context); } catch (error) {
    if (error instanceof StatusError) tellFailure(set, 'Update', pod.metadata.name, error, context);
    throw error;
  }
}

/** Gives a pod the identity, the claims and their owners that are its own, where it lost them; tells of it. Throws StatusError. */
export function updatePod(set: StatefulSet, pod: Pod, ordinal: number, context: Context): void {
  if (hasIdentity(set, pod, ordinal) && hasStorage(set, pod, ordinal) && claimsMatchRetention(set, pod, ordinal, context)) return;
  try {
    if (!hasStorage(set, pod, ordinal)) ensureClaims(set, ordinal, context);
    retainClaims(set, pod, ordinal, context);
    if (!hasIdentity(set, pod, ordinal) || !hasStorage(set, pod, ordinal)) context.api.update(Pods, withIdentity(set, pod, ordinal));
  } catch (error) {
    if (error instanceof StatusError) tellFailure(set, 'Update', pod.metadata.name, error, context);
    throw error;
  }
  tell(set, 'Update', pod.metadata.name, context);
}

export function deletePod(set: StatefulSet, { metadata }: Pod, context: Context): void {
  try {
    if (unlessGone(() => context.api.delete(Pods, metadata, { preconditions: { uid: metadata.uid } }))) tell(set, 'Delete', metadata.name, context);
  } catch (error) {
    if (error instanceof StatusError) tellFailure(set, 'Delete', metadata.name, error, context);
    throw error;
  }
}

const tell = (set: StatefulSet, verb: Verb, pod: string, { event }: Context): void =>
  event({ object: set, type: 'Normal', reason: `Successful${verb}`, message: `${verb.toLowerCase()} Pod ${pod} in StatefulSet ${set.metadata.name} successful` });

const tellFailure = (set: StatefulSet, verb: Verb, pod: string, { message }: StatusError, { event }: Context): void =>
  event({ object: set, type: 'Warning', reason: `Failed${verb}`, message: `${verb.toLowerCase()} Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message}` });
