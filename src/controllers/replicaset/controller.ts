import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import type { Draft, Resource } from '../../api/types';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { isActive, isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { ReplicationControllers } from '../../kinds/served';
import { selectorOf, selectorOfSet, type Selector } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineController, watched, type AnyController, type Context } from '../../runtime/controller';
import { byNamespace, byOwner } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import { controlledBy } from '../../runtime/owner-references';
import type { Pod, ReplicaSet, ReplicationController } from '../../schema/types';
import { createPod, deletePod } from '../pod-control';
import { cheapestToLose } from './pod-ranking';
import { slowStart } from './slow-start';
import { nextAvailableInMs, writeStatus, type Findings, type Replicated } from './status';

/** As upstream: more than this waits for the next run, so no run blocks the others for long. */
const burst = 500;

/** What tells a ReplicaSet from a ReplicationController: the code is the same, as it is upstream. */
type Form<T extends Replicated> = {
  readonly name: string;
  readonly kind: Resource<T>;
  selectorOf(object: T): Selector;
  /** Whether its status tells of pods that are going. */
  readonly countsTerminating: boolean;
};

/** Keeps as many pods alive as each ReplicaSet asks for. */
export const replicaSetController = keepsReplicas<ReplicaSet>({
  name: 'replicaset-controller',
  kind: ReplicaSets,
  selectorOf: ({ spec }) => selectorOf(spec.selector),
  countsTerminating: true,
});

/** The same for ReplicationControllers, whose selectors are sets. */
export const replicationControllerController = keepsReplicas<ReplicationController>({
  name: 'replication-controller',
  kind: ReplicationControllers,
  selectorOf: ({ spec }) => selectorOfSet(spec.selector),
  countsTerminating: false,
});

function keepsReplicas<T extends Replicated>(form: Form<T>): AnyController {
  const { name, kind, countsTerminating } = form;
  return defineController<T>({
    name,
    for: kind,
    owns: [Pods],
    watches: [watched(Pods, (pod, informers) => adopters(form, pod, informers), sameBelonging)],
    settleMs: 10,   // reads all its pods each time: once for a burst of changes, not once for each

    reconcile(key, context) {
      const replicaSet = context.informer(kind).get(key);
      if (!replicaSet) return;
      const selector = form.selectorOf(replicaSet);
      const matches = (pod: Pod) => selector.matches(pod.metadata.labels);
      const active = claim<Pod>(replicaSet, { ownerKind: kind, kind: Pods, matches, considers: isActive }, context);
      let terminating = 0;
      for (const pod of context.informer(Pods).by(byOwner, replicaSet.metadata.uid))
        if (pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod) && matches(pod)) terminating++;

      const failure = replicaSet.metadata.deletionTimestamp === undefined ? scale(kind, replicaSet, active, context) : undefined;
      writeStatus(kind, replicaSet, { active, failure, ...(countsTerminating && { terminating }) }, context);   // also when creating failed: the status is how anyone finds out
      if (failure) throw failure.error;
      const inMs = nextAvailableInMs(replicaSet, active, context.now());
      return inMs === undefined ? undefined : { requeueAfterMs: inMs };
    },
  });
}

/** An orphan wakes every owner whose selector chooses it: it may be adopted. */
function* adopters<T extends Replicated>({ kind, selectorOf: selectorIn }: Form<T>, pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod) || pod.metadata.namespace === undefined) return;
  for (const replicaSet of informers.of(kind).by(byNamespace, pod.metadata.namespace))
    if (selectorIn(replicaSet).matches(pod.metadata.labels)) yield keyOf(replicaSet);
}

/** Creates what is missing or deletes what is too much; a failure is told and handed back. */
function scale<T extends Replicated>(kind: Resource<T>, replicaSet: T, active: readonly Pod[], context: Context): Findings['failure'] {
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  try {
    if (missing > 0) slowStart(Math.min(missing, burst), () => createPod(replicaSet, podFor(replicaSet), context));
    else if (missing < 0) for (const pod of toDelete(kind, replicaSet, active, Math.min(-missing, burst), context)) deletePod(replicaSet, pod, context);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', error };
  }
  return undefined;
}

function toDelete<T extends Replicated>(kind: Resource<T>, replicaSet: T, active: readonly Pod[], count: number, { informer, now }: Context): Pod[] {
  const onNode = new Map<string, number>();
  const owner = controllerOf(replicaSet);
  if (owner && count < active.length) {
    for (const sibling of informer(kind).by(byOwner, owner.uid)) {
      for (const pod of informer(Pods).by(byOwner, sibling.metadata.uid)) {
        const node = pod.spec.nodeName ?? '';
        if (isActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
      }
    }
  }
  return cheapestToLose(active, count, onNode, now());
}

/** The labels, annotations and spec are the template's own objects: the server shares them as long as nobody changes them. */
function podFor(replicaSet: Replicated): Draft<Pod> {
  const { metadata: { name, namespace }, spec: { template } } = replicaSet;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    metadata: {
      generateName: `${name}-`, ownerReferences: controlledBy(replicaSet), ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }),
    },
    spec: template?.spec ?? { containers: [] },
  };
}
