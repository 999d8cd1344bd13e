import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import type { Draft } from '../../api/types';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { isActive, isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging, unlessGone } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { byNamespace, byOwner } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import { controlledBy } from '../../runtime/owner-references';
import type { Pod, ReplicaSet } from '../../schema/types';
import { cheapestToLose } from './pod-ranking';
import { slowStart } from './slow-start';
import { nextAvailableInMs, writeStatus, type Findings } from './status';

/** As upstream: more than this waits for the next run, so no run blocks the others for long. */
const burst = 500;

/** Keeps as many pods alive as each ReplicaSet asks for. */
export const replicaSetController = defineController<ReplicaSet>({
  name: 'replicaset-controller',
  for: ReplicaSets,
  owns: [Pods],
  watches: [watched(Pods, adopters, sameBelonging)],
  settleMs: 10,   // reads all its pods each time: once for a burst of changes, not once for each

  reconcile(key, context) {
    const replicaSet = context.informer(ReplicaSets).get(key);
    if (!replicaSet) return;
    const selector = selectorOf(replicaSet.spec.selector);
    const matches = (pod: Pod) => selector.matches(pod.metadata.labels);
    const active = claim<Pod>(replicaSet, { ownerKind: ReplicaSets, kind: Pods, matches, considers: isActive }, context);
    let terminating = 0;
    for (const pod of context.informer(Pods).by(byOwner, replicaSet.metadata.uid))
      if (pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod) && matches(pod)) terminating++;

    const failure = replicaSet.metadata.deletionTimestamp === undefined ? scale(replicaSet, active, context) : undefined;
    writeStatus(replicaSet, { active, terminating, failure }, context);   // also when creating failed: the status is how anyone finds out
    if (failure) throw failure.error;
    const inMs = nextAvailableInMs(replicaSet, active, context.now());
    return inMs === undefined ? undefined : { requeueAfterMs: inMs };
  },
});

/** An orphan wakes every ReplicaSet whose selector chooses it: it may be adopted. */
function* adopters(pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod)) return;
  for (const replicaSet of informers.of(ReplicaSets).by(byNamespace, pod.metadata.namespace))
    if (selectorOf(replicaSet.spec.selector).matches(pod.metadata.labels)) yield keyOf(replicaSet);
}

/** Creates what is missing or deletes what is too much; a failure is told and handed back. */
function scale(replicaSet: ReplicaSet, active: readonly Pod[], context: Context): Findings['failure'] {
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  try {
    if (missing > 0) slowStart(Math.min(missing, burst), () => createPod(replicaSet, context));
    else if (missing < 0) for (const pod of toDelete(replicaSet, active, Math.min(-missing, burst), context)) deletePod(replicaSet, pod, context);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', error };
  }
  return undefined;
}

function createPod(replicaSet: ReplicaSet, { api, event }: Context): void {
  try {
    const pod = api.create(Pods, podFor(replicaSet));
    event({ object: replicaSet, type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return;   // any creation will fail, and the ReplicaSet goes too
    event({ object: replicaSet, type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` });
    throw error;
  }
}

function deletePod(replicaSet: ReplicaSet, { metadata }: Pod, { api, event }: Context): void {
  try {
    if (unlessGone(() => api.delete(Pods, metadata, { preconditions: { uid: metadata.uid } })))
      event({ object: replicaSet, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${metadata.name}` });
  } catch (error) {
    if (error instanceof StatusError) event({ object: replicaSet, type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${error.message}` });
    throw error;
  }
}

function toDelete(replicaSet: ReplicaSet, active: readonly Pod[], count: number, { informer, now }: Context): Pod[] {
  const onNode = new Map<string, number>();
  const owner = controllerOf(replicaSet);
  if (owner && count < active.length) {
    for (const sibling of informer(ReplicaSets).by(byOwner, owner.uid)) {
      for (const pod of informer(Pods).by(byOwner, sibling.metadata.uid)) {
        const node = pod.spec.nodeName ?? '';
        if (isActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
      }
    }
  }
  return cheapestToLose(active, count, onNode, now());
}

/** The labels, annotations and spec are the template's own objects: the server shares them as long as nobody changes them. */
function podFor(replicaSet: ReplicaSet): Draft<Pod> {
  const { metadata, spec: { template } } = replicaSet;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    metadata: {
      generateName: `${metadata.name}-`, namespace: metadata.namespace, ownerReferences: controlledBy(replicaSet),
      ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }),
    },
    spec: template?.spec ?? { containers: [] },
  };
}
