import { controllerOf, keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import { ControllerRevisions } from '../../kinds/apps/controllerrevision';
import { DaemonSets } from '../../kinds/served';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { selectorOf } from '../../lib/selectors';
import { claim, sameBelonging } from '../../runtime/claim';
import { defineStatefulController, watched, type AnyController, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../schema/types';
import { createPod, deletePod } from '../pod-control';
import { slowStart } from '../replicaset/slow-start';
import { nextAvailableInMs } from '../replicaset/status';
import { Backoff } from './backoff';
import { hashIn, historyOf, truncate } from './history';
import { placementOn } from './placement';
import { planFor, type Plan, type View } from './plan';
import { byNodeOf, podFor } from './pods';
import { nextReplacement } from './rolling-update';
import { writeStatus } from './status';

/** As upstream: so many creations, and so many deletions, in one pass. */
const burst = 250;

/** Keeps one pod of each DaemonSet on each node that it is for. */
export const daemonSetController: AnyController = defineStatefulController<DaemonSet>('daemonset-controller', () => {
  const backoff = new Backoff();
  return {
    for: DaemonSets,
    owns: [Pods],
    watches: [watched(Pods, adopters, sameBelonging), watched(Nodes, setsMoved, sameToDaemons), watched(ControllerRevisions, historians)],
    settleMs: 10,

    reconcile(key, context) {
      const set = context.informer(DaemonSets).get(key);
      if (!set || set.metadata.deletionTimestamp !== undefined) return;   // whose history may be gone already: there is nothing to say of it
      const selector = selectorOf(set.spec.selector);
      const pods = claim<Pod>(set, { ownerKind: DaemonSets, kind: Pods, matches: ({ metadata }) => selector.matches(metadata.labels) }, context);
      const history = historyOf(set, pods, context);
      const view = viewOf(set, hashIn(history.current), pods, context);
      const plan = planFor(view, backoff);
      const failure = carryOut(plan, view, context);
      if (!failure) truncate(set, history, pods, context);
      writeStatus(view, context);
      if (failure) throw failure;
      const waitsMs = Math.min(plan.againInMs ?? Infinity, nextAvailableInMs(set, pods, context.now()) ?? Infinity);
      return Number.isFinite(waitsMs) ? { requeueAfterMs: waitsMs } : undefined;
    },
  };
});

/** An orphan wakes every set that might adopt it. */
function* adopters(object: Pod | ControllerRevision, informers: Informers): Generator<string> {
  if (controllerOf(object)) return;
  for (const set of informers.of(DaemonSets).by(byNamespace, object.metadata.namespace ?? '')) if (selectorOf(set.spec.selector).matches(object.metadata.labels)) yield keyOf(set);
}

/** A revision that changes or goes wakes the set it is of; one that is new is no news to the set that made it. */
function* historians(revision: ControllerRevision, informers: Informers, other: ControllerRevision | undefined): Generator<string> {
  const owner = controllerOf(revision);
  const isNew = !other && informers.of(ControllerRevisions).get(keyOf(revision)) === revision;
  if (!owner) yield* adopters(revision, informers);
  else if (owner.kind === 'DaemonSet' && !isNew) yield `${revision.metadata.namespace}/${owner.name}`;
}

/** A node wakes the sets that would place their pods otherwise than before. */
function* setsMoved(node: Node, informers: Informers, other: Node | undefined): Generator<string> {
  for (const set of informers.of(DaemonSets).list()) {
    const placement = placementOn(node, set);
    if (other ? !equal(placement, placementOn(other, set)) : placement.stays) yield keyOf(set);
  }
}

/** Heartbeats say nothing new to daemons. */
const sameToDaemons = (a: Node, b: Node): boolean => equal(a.metadata.labels, b.metadata.labels) && equal(a.spec?.taints, b.spec?.taints);

function viewOf(set: DaemonSet, hash: string, pods: readonly Pod[], { informer, now }: Context): View {
  const nodes = new Map([...informer(Nodes).list()].map((node) => [node.metadata.name, placementOn(node, set)]));
  return { set, hash, nodes, byNode: byNodeOf(pods), desired: [...nodes.values()].filter(({ runs }) => runs).length, now: now() };
}

/** Does what is planned; with nothing to do, the next step of an update. What went wrong is given back: the status comes first. */
function carryOut(plan: Plan, view: View, context: Context): StatusError | undefined {
  for (const event of plan.events) context.event(event);
  const isQuiet = plan.create.length + plan.remove.length === 0;
  const { create, remove } = isQuiet && view.set.spec.updateStrategy?.type === 'RollingUpdate' ? nextReplacement(view) : plan;
  const nodes = create.slice(0, burst).values();
  const failures = [
    attempt(() => slowStart(Math.min(create.length, burst), () => {
      const { done, value } = nodes.next();
      if (done !== true) createPod(view.set, podFor(view.set, view.hash, value), context);
    })),
    ...remove.slice(0, burst).map((pod) => attempt(() => deletePod(view.set, pod, context))),
  ];
  return failures.find((failure) => failure !== undefined);
}

function attempt(work: () => void): StatusError | undefined {
  try { work(); } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  return undefined;
}
