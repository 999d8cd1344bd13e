import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import { StatefulSets } from '../../kinds/apps/statefulset';
import { isPodAvailable, isPodReady } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from '../../schema/types';
import { historyOf, truncate, type History } from '../revision-history';
import { ordinalOf, revisionOfPod } from './identity';
import { rollOut, type Rollout } from './rollout';

/** Keeps pods with an identity of their own, one after the other or all at once, and brings them to a new template from the last to the first. */
export const statefulSetController = defineController<StatefulSet>({
  name: 'statefulset-controller',
  for: StatefulSets,
  owns: [Pods],
  watches: [watched(Pods, adopters, sameBelonging)],
  settleMs: 10,

  reconcile(key, context) {
    const set = context.informer(StatefulSets).get(key);
    if (!set) return;
    const selector = selectorOf(set.spec.selector);
    const pods = claim<Pod>(set, { ownerKind: StatefulSets, kind: Pods, matches: (pod) => selector.matches(pod.metadata.labels) && ordinalOf(set, pod) !== undefined }, context);
    const history = historyOf(StatefulSets, set, 'controller.kubernetes.io/hash', context);
    const current = history.revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? history.update;
    const rollout: Rollout = { set, pods, current, update: history.update, counts: countsOf(set, pods, current, history.update, context.now()) };
    const failure = set.metadata.deletionTimestamp === undefined ? attempt(() => rollOut(rollout, context)) : undefined;
    writeStatus(rollout, history, context);
    truncate(set, history, new Set([current.metadata.name, ...pods.map(revisionOfPod)]), context);
    if (failure) throw failure;
    const inMs = nextAvailableInMs(set, pods, context.now());
    return inMs === undefined ? undefined : { requeueAfterMs: inMs };
  },
});

/** An orphan wakes every set that might adopt it. */
function* adopters(pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod)) return;
  for (const set of informers.of(StatefulSets).by(byNamespace, pod.metadata.namespace)) if (selectorOf(set.spec.selector).matches(pod.metadata.labels)) yield keyOf(set);
}

function attempt(work: () => void): StatusError | undefined {
  try { work(); } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  return undefined;
}

function countsOf({ spec }: StatefulSet, pods: readonly Pod[], current: ControllerRevision, update: ControllerRevision, now: number): Rollout['counts'] {
  const counts = { replicas: 0, ready: 0, available: 0, current: 0, updated: 0 };
  for (const pod of pods) {
    counts.replicas++;
    if (pod.status?.phase === 'Running' && isPodReady(pod)) {
      counts.ready++;
      if (isPodAvailable(pod, spec.minReadySeconds ?? 0, now)) counts.available++;
    }
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (revisionOfPod(pod) === current.metadata.name) counts.current++;
    if (revisionOfPod(pod) === update.metadata.name) counts.updated++;
  }
  return counts;
}

function writeStatus({ set, current, update, counts }: Rollout, { collisionCount }: History, { api }: Context): void {
  const complete = set.spec.updateStrategy?.type === 'RollingUpdate' && counts.updated === counts.replicas && counts.ready === counts.replicas;
  const currentReplicas = complete ? counts.updated : counts.current;
  const status: StatefulSetStatus = {
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    replicas: counts.replicas,
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(counts.updated > 0 && { updatedReplicas: counts.updated }),
    currentRevision: complete ? update.metadata.name : current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
    ...(counts.available > 0 && { availableReplicas: counts.available }),
  };
  if (!equal(status, set.status)) api.update(StatefulSets, { ...set, status }, 'status');
}

/** How long until a ready pod has been so for minReadySeconds; undefined when none waits for that. */
function nextAvailableInMs({ spec: { minReadySeconds = 0 } }: StatefulSet, pods: readonly Pod[], now: number): number | undefined {
  const waiting = pods.filter((pod) => minReadySeconds > 0 && isPodReady(pod) && !isPodAvailable(pod, minReadySeconds, now));
  return waiting.length > 0 ? 1_000 : undefined;
}
