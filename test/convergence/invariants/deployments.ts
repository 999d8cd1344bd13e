import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Pods } from '../../../src/kinds/core/pod';
import { isTerminal } from '../../../src/kinds/core/pod-conditions';
import { annotations } from '../../../src/kinds/core/well-known';
import { controllerOf } from '../../../src/api/keys';
import { scaledValue } from '../../../src/lib/int-or-string';
import type { Deployment, ReplicaSet } from '../../../src/schema/types';
import { invariant, type Seen } from './invariant';
import type { Known } from './known';

const sizeOf = (replicaSet: ReplicaSet | undefined): number => replicaSet?.spec.replicas ?? 0;
const isRecreate = ({ spec }: Deployment): boolean => spec.strategy?.type === 'Recreate';

/** The bounds of a rollout by upstream's definition: percentages of the surge round up, of what may be missing down. */
function boundsOf({ spec: { replicas = 1, strategy } }: Deployment): { readonly most: number; readonly least: number } {
  if (strategy?.type === 'Recreate') return { most: replicas, least: 0 };
  const surge = scaledValue(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, 'up');
  const missing = scaledValue(strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, 'down');
  return { most: replicas + surge, least: replicas - (surge === 0 && missing === 0 ? 1 : missing) };
}

/** Others are counted as small as they were lately: somebody else may have made them larger just now. */
function* tooMany(deployment: Deployment, versions: readonly Deployment[], siblings: readonly ReplicaSet[], { next, now }: Seen<ReplicaSet>, known: Known, lagMs: number): Generator<string> {
  const smallest = (each: ReplicaSet): number => (each.metadata.uid === next?.metadata.uid ? sizeOf(next) : Math.min(...known.recent(each, ReplicaSets, now, lagMs).map(sizeOf)));
  const total = siblings.reduce((sum, each) => sum + smallest(each), 0);
  const most = Math.max(...versions.map((each) => boundsOf(each).most));
  if (total > most) yield `deployment ${deployment.metadata.name}: ReplicaSets are of ${total} pods together, at most ${most} are allowed`;
}

/** A scaling of the whole Deployment shares out what there is: that is no step of a rollout. */
const isScaling = (next: ReplicaSet, previous: ReplicaSet): boolean => next.metadata.annotations?.[annotations.desiredReplicas] !== previous.metadata.annotations?.[annotations.desiredReplicas];

function* tooFew(deployment: Deployment, versions: readonly Deployment[], siblings: readonly ReplicaSet[], { next, previous, now }: Seen<ReplicaSet>, known: Known, lagMs: number): Generator<string> {
  if (!next || !previous || versions.some(isRecreate) || isScaling(next, previous)) return;
  const seenOf = (each: ReplicaSet): readonly number[] => known.recent(each, ReplicaSets, now, lagMs).map(({ status }) => status?.availableReplicas ?? 0);
  const others = siblings.filter(({ metadata }) => metadata.uid !== next.metadata.uid).reduce((sum, each) => sum + Math.min(sizeOf(each), Math.max(...seenOf(each))), 0);
  const least = Math.min(...versions.map((each) => boundsOf(each).least));
  // What it lets go was unavailable in some version that the controller may have seen, or there are enough others.
  const isAllowed = (available: number): boolean => {
    const after = Math.min(sizeOf(next), available);
    return after === Math.min(sizeOf(previous), available) || others + after >= least;
  };
  if (seenOf(next).some(isAllowed)) return;
  yield `deployment ${deployment.metadata.name}: ${next.metadata.name} from ${sizeOf(previous)} to ${sizeOf(next)} `
    + `leaves too few available besides ${others} others, at least ${least} must be`;
}

function* together(deployment: Deployment, replicaSet: ReplicaSet, versions: readonly Deployment[], siblings: readonly ReplicaSet[], known: Known): Generator<string> {
  if (!versions.every(isRecreate)) return;
  for (const other of siblings) {
    if (other.metadata.uid === replicaSet.metadata.uid) continue;
    for (const pod of known.controlledBy(other.metadata.uid, Pods))
      if (!isTerminal(pod)) yield `deployment ${deployment.metadata.name}: ${replicaSet.metadata.name} starts while ${pod.metadata.name} of the version before is there`;
  }
}

/** What the deployment controller decides keeps within the bounds of the strategy. */
export const deploymentBounds = invariant<ReplicaSet>('replicasets.apps', function* (seen, known, { lagMs, stale }) {
  const { next, previous, cause, now } = seen;
  if (!next || cause?.component !== 'deployment-controller') return;
  const owner = controllerOf(next);
  const deployment = owner && known.get(Deployments, next.metadata.namespace, owner.name);
  if (!deployment || deployment.metadata.uid !== owner.uid) return;
  const versions = known.recent(deployment, Deployments, now, lagMs);
  const siblings = [...known.controlledBy(owner.uid, ReplicaSets)];
  if (sizeOf(next) > sizeOf(previous)) {
    yield* tooMany(deployment, versions, siblings, seen, known, lagMs);
    if (!stale) yield* together(deployment, next, versions, siblings, known);
  }
  if (sizeOf(next) < sizeOf(previous)) yield* tooFew(deployment, versions, siblings, seen, known, lagMs);
});
