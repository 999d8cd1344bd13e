import { controllerOf, keyOf } from '../../api/keys';
import { Deployments } from '../../kinds/apps/deployment';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { Deployment, Pod, ReplicaSet } from '../../schema/types';
import { cleanUp } from './clean-up';
import { progressingOf, reasons, withCondition } from './conditions';
import { isRollingUpdate } from './arithmetic';
import { Rollout } from './rollout';
import { isScalingEvent, scaleAll } from './scaling';
import { countedStatus, deadlineSecondsOf, isComplete, rolloutStatus, writeStatus } from './status';
import { recreate, rollingUpdate } from './strategies';

/** Moves each Deployment's ReplicaSets towards its present template, no faster than its strategy allows. */
export const deploymentController = defineController<Deployment>({
  name: 'deployment-controller',
  for: Deployments,
  owns: [ReplicaSets],
  watches: [watched(ReplicaSets, adopters, sameBelonging), watched(Pods, recreated, sameLife)],

  reconcile(key, context) {
    const deployment = context.informer(Deployments).get(key);
    if (!deployment) return;
    const selector = selectorOf(deployment.spec.selector);
    if (selector.isEverything) return refuseEverything(deployment, context);
    const replicaSets = claim(deployment, { ownerKind: Deployments, kind: ReplicaSets, matches: ({ metadata }) => selector.matches(metadata.labels) }, context);
    const rollout = new Rollout(deployment, replicaSets, context);
    if (deployment.metadata.deletionTimestamp !== undefined) return writeCounts(rollout);
    notePause(rollout);
    rollout.syncRevision();
    return rollout.deployment.spec.paused || isScalingEvent(rollout) ? sizeOnly(rollout) : rollOut(rollout);
  },
});

/** A ReplicaSet nobody owns wakes every Deployment whose selector chooses it: it may be adopted. */
function* adopters(replicaSet: ReplicaSet, informers: Informers): Generator<string> {
  if (controllerOf(replicaSet)) return;
  for (const deployment of informers.of(Deployments).by(byNamespace, replicaSet.metadata.namespace))
    if (selectorOf(deployment.spec.selector).matches(replicaSet.metadata.labels)) yield keyOf(deployment);
}

/** The end of a pod wakes a Deployment that waits for all of them before it makes new ones. */
function* recreated(pod: Pod, informers: Informers, other: Pod | undefined): Generator<string> {
  const owner = controllerOf(pod);
  if (owner?.kind !== ReplicaSets.kind || (other && !isTerminal(pod))) return;
  const replicaSet = informers.of(ReplicaSets).get(`${pod.metadata.namespace}/${owner.name}`);
  const above = replicaSet && controllerOf(replicaSet);
  const deployment = above?.kind === Deployments.kind ? informers.of(Deployments).get(`${pod.metadata.namespace}/${above.name}`) : undefined;
  if (deployment && !isRollingUpdate(deployment)) yield keyOf(deployment);
}
function sameLife(previous: Pod, next: Pod): boolean { return isTerminal(previous) === isTerminal(next); }

function refuseEverything(deployment: Deployment, { api, event }: Context): void {
  event({ object: deployment, type: 'Warning', reason: 'SelectingAll', message: 'This deployment is selecting all pods. A non-empty selector is required.' });
  const { generation = 0 } = deployment.metadata;
  if ((deployment.status?.observedGeneration ?? 0) >= generation) return;
  api.update(Deployments, { ...deployment, status: { ...deployment.status, observedGeneration: generation } }, 'status');
}

/** Time spent paused must not count as time without progress. */
function notePause(rollout: Rollout): void {
  const { deployment: { spec, status = {} }, context } = rollout;
  const condition = progressingOf(status);
  if (deadlineSecondsOf(rollout.deployment) === undefined || condition?.reason === reasons.timedOut) return;
  const noted = condition?.reason === reasons.paused;
  if (noted === (spec.paused === true)) return;
  const news = noted ? { reason: reasons.resumed, message: 'Deployment is resumed' } : { reason: reasons.paused, message: 'Deployment is paused' };
  rollout.writeStatus(withCondition(status, { type: 'Progressing', status: 'Unknown', ...news }, context.now()));
}

function sizeOnly(rollout: Rollout): RequeueAfter | undefined {
  scaleAll(rollout);
  if (rollout.deployment.spec.paused) cleanUp(rollout);
  return writeCounts(rollout);
}

function rollOut(rollout: Rollout): RequeueAfter | undefined {
  const rolling = isRollingUpdate(rollout.deployment);
  const moved = rolling ? rollingUpdate(rollout) : recreate(rollout);
  if (!moved && (rolling || isComplete(rollout.deployment, rollout.deployment.status))) cleanUp(rollout);
  const { deployment, family, context } = rollout;
  return writeStatus(deployment, rolloutStatus(deployment, family, context.now()), context);
}

function writeCounts({ deployment, family, context }: Rollout): RequeueAfter | undefined {
  writeStatus(deployment, countedStatus(deployment, family, context.now()), context);
  return undefined;
}
