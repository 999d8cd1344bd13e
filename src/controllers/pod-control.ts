import { StatusError } from '../api/status';
import type { Draft, KubeObject } from '../api/types';
import { Pods } from '../kinds/core/pod';
import { unlessGone } from '../runtime/claim';
import type { Context } from '../runtime/controller';
import type { Pod } from '../schema/types';

/** Makes a pod for `owner` and tells of it. Throws StatusError, having told of that too; in a namespace that is going it does nothing. */
export function createPod(owner: KubeObject, draft: Draft<Pod>, { api, event }: Context): Pod | undefined {
  try {
    const pod = api.create(Pods, draft);
    event({ object: owner, type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
    return pod;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return undefined;   // any creation will fail, and the owner goes too
    event({ object: owner, type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` });
    throw error;
  }
}

/** Deletes a pod of `owner` and tells of it; a pod that is gone already is no failure. */
export function deletePod(owner: KubeObject, { metadata }: Pod, { api, event }: Context): void {
  try {
    if (unlessGone(() => api.delete(Pods, metadata, { preconditions: { uid: metadata.uid } })))
      event({ object: owner, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${metadata.name}` });
  } catch (error) {
    if (error instanceof StatusError) event({ object: owner, type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${error.message}` });
    throw error;
  }
}
