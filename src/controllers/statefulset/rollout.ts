import { Pods } from '../../kinds/core/pod';
import { isPodAvailable, isPodReady, isTerminal } from '../../kinds/core/pod-conditions';
import type { Context } from '../../runtime/controller';
import type { ControllerRevision, Pod, StatefulSet } from '../../schema/types';
import { templateOf } from '../revision-history';
import { ordinalOf, podName, revisionOfPod, startOf } from './identity';
import { createPod, deletePod, ensureClaims, retainClaims } from './pod-control';

/** A set and its pods while they are looked at; the counts follow what is done. */
export type Rollout = {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  /** The revision that most pods have, and the one they are to have. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly counts: { replicas: number; ready: number; available: number; current: number; updated: number };
};

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod);
const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod);

/** One pass: what is missing is made, what is too much goes, what is old is replaced; in order, unless the set wants all at once. */
export function rollOut(rollout: Rollout, context: Context): void {
  const { set, pods } = rollout;
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const start = startOf(set);
  const end = start + (set.spec.replicas ?? 1);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  for (let ordinal = start; ordinal < end; ordinal++) if (provide(rollout, ordinal, byOrdinal.get(ordinal), context) === 'wait' && ordered) return;
  if (!dismiss(rollout, start, end, byOrdinal, ordered, context)) return;
  if (set.spec.updateStrategy?.type !== 'OnDelete') replaceOld(rollout, start, end, byOrdinal, context);
}

/** Makes sure that the pod of an ordinal is there and as it should be; `wait` when the next one has to. */
function provide(rollout: Rollout, ordinal: number, pod: Pod | undefined, context: Context): 'wait' | 'go on' {
  const { set } = rollout;
  if (!pod) { create(rollout, ordinal, context); return 'wait'; }
  if (isTerminal(pod)) {
    if (!isTerminating(pod)) deletePod(set, pod, context);
    return 'wait';   // it comes again when it is gone
  }
  if (pod.status?.phase === 'Pending') ensureClaims(set, ordinal, context);
  if (isTerminating(pod) || !isRunningAndReady(pod) || !isPodAvailable(pod, set.spec.minReadySeconds ?? 0, context.now())) return 'wait';
  identify(set, pod, ordinal, context);
  retainClaims(set, pod, ordinal, false, context);
  return 'go on';
}

function create(rollout: Rollout, ordinal: number, context: Context): void {
  const { set, current, update, counts } = rollout;
  const isOld = set.spec.updateStrategy?.type === 'RollingUpdate' && ordinal < startOf(set) + partitionOf(set);
  const revision = isOld ? current : update;
  if (!createPod(set, templateOf(revision) ?? set.spec.template, revision.metadata.name, ordinal, context)) return;
  counts.replicas++;
  if (revision.metadata.name === current.metadata.name) counts.current++;
  if (revision.metadata.name === update.metadata.name) counts.updated++;
}

/** A pod that lost the labels that identify it gets them back. */
function identify(set: StatefulSet, pod: Pod, ordinal: number, { api }: Context): void {
  const wanted = { 'statefulset.kubernetes.io/pod-name': podName(set, ordinal), 'apps.kubernetes.io/pod-index': String(ordinal) };
  if (Object.entries(wanted).every(([key, value]) => pod.metadata.labels?.[key] === value)) return;
  api.update(Pods, { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...wanted } } });
}

/** Lets go of pods beyond the wanted number, the highest first. False when something has to be waited for. */
function dismiss({ set, counts, current, update }: Rollout, start: number, end: number, byOrdinal: ReadonlyMap<number, Pod>, ordered: boolean, context: Context): boolean {
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal < start || ordinal >= end).sort(([a], [b]) => b - a);
  const unhealthy = firstUnhealthy(condemned, start, end, byOrdinal);
  for (const [ordinal, pod] of condemned) {
    retainClaims(set, pod, ordinal, true, context);
    if (isTerminating(pod)) {
      if (ordered) return false;
      continue;
    }
    if (ordered && !isRunningAndReady(pod) && pod !== unhealthy) return false;
    deletePod(set, pod, context);
    if (revisionOfPod(pod) === current.metadata.name) counts.current--;
    if (revisionOfPod(pod) === update.metadata.name) counts.updated--;
    if (ordered) return false;
  }
  return true;
}

/** The pod that may go although it is not ready: no other one that is not comes before it. */
function firstUnhealthy(condemned: readonly (readonly [number, Pod])[], start: number, end: number, byOrdinal: ReadonlyMap<number, Pod>): Pod | undefined {
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod && !isHealthy(pod)) return pod;
  }
  return condemned.toReversed().find(([, pod]) => !isHealthy(pod))?.[1];
}

const partitionOf = ({ spec }: StatefulSet): number => spec.updateStrategy?.rollingUpdate?.partition ?? 0;

/** Deletes one pod of an old revision, from the last down to the partition; each has to be well again before the next. */
function replaceOld({ set, counts, current, update }: Rollout, start: number, end: number, byOrdinal: ReadonlyMap<number, Pod>, context: Context): void {
  for (let ordinal = end - 1; ordinal >= start + partitionOf(set); ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) return;
    if (revisionOfPod(pod) !== update.metadata.name && !isTerminating(pod)) {
      deletePod(set, pod, context);
      if (revisionOfPod(pod) === current.metadata.name) counts.current--;
      return;
    }
    if (!isHealthy(pod) || !isPodAvailable(pod, set.spec.minReadySeconds ?? 0, context.now())) return;
  }
}
