import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import { StatefulSets } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { Pod, StatefulSet } from '../../schema/types';
import { nextAvailableInMs } from '../replicaset/status';
import { historyOf, truncate } from './history';
import { ordinalOf, revisionOfPod } from './identity';
import { Pass, type Progress, type Rollout } from './rollout';
import { statusOf, writeStatus } from './status';

/** How often a pod that waits for its predecessor's claim to be collected is tried again. */
const claimMs = 1_000;

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
    const history = historyOf(set, context);
    if (!history) return;
    const { progress, failure } = set.metadata.deletionTimestamp === undefined ? attempt({ set, pods, ...history }, context) : {};
    writeStatus(set, statusOf(set, pods, history, progress ?? {}, context.now()), context);
    truncate(set, history, new Set(pods.map(revisionOfPod)), context);
    if (failure) throw failure;
    const inMs = progress?.awaitsClaim ? claimMs : nextAvailableInMs(set, pods, context.now());
    return inMs === undefined ? undefined : { requeueAfterMs: inMs };
  },
});

/** An orphan wakes every set that might adopt it. */
function* adopters(pod: Pod, informers: Informers): Generator<string> {
  if (controllerOf(pod)) return;
  for (const set of informers.of(StatefulSets).by(byNamespace, pod.metadata.namespace)) if (selectorOf(set.spec.selector).matches(pod.metadata.labels)) yield keyOf(set);
}

/** What went wrong is told after the status. */
function attempt(rollout: Rollout, context: Context): { readonly progress?: Progress; readonly failure?: StatusError } {
  try { return { progress: new Pass(rollout, context).run() }; } catch (error) {
    if (error instanceof StatusError) return { failure: error };
    throw error;
  }
}
