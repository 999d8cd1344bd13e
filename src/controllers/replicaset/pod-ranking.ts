import { annotations } from '../../kinds/core/well-known';
import { getCondition, isPodReady } from '../../kinds/core/pod-conditions';
import { byText } from '../../lib/json';
import type { Pod } from '../../schema/types';

/** What is known of a pod when some must go. Times in milliseconds, undefined when unknown. */
type Candidate = {
  readonly pod: Pod;
  readonly assigned: boolean;
  readonly phase: number;
  readonly ready: boolean;
  readonly deletionCost: number;
  /** Active pods of the same application on its node. */
  readonly siblings: number;
  readonly readyAt: number | undefined;
  readonly restarts: number;
  readonly createdAt: number;
};

/** One rule: below zero when `a` is the cheaper loss, zero when it cannot tell. */
type Rule = (a: Candidate, b: Candidate, now: number) => number;

/** As upstream's ActivePodsWithRanks: each rule in turn, the first that tells two pods apart decides. */
const rules: readonly Rule[] = [
  (a, b) => Number(a.assigned) - Number(b.assigned),
  (a, b) => a.phase - b.phase,
  (a, b) => Number(a.ready) - Number(b.ready),
  (a, b) => a.deletionCost - b.deletionCost,
  (a, b) => b.siblings - a.siblings,   // leave the crowded node first
  (a, b, now) => (a.ready && b.ready ? newerFirst(a.readyAt, b.readyAt, now) || byUid(a, b, a.readyAt !== b.readyAt) : 0),
  (a, b) => b.restarts - a.restarts,
  (a, b, now) => newerFirst(a.createdAt, b.createdAt, now) || byUid(a, b, true),
];

/** The `count` pods whose loss costs least. `onNode` counts the active pods of the application by node name. */
export function cheapestToLose(pods: readonly Pod[], count: number, onNode: ReadonlyMap<string, number>, now: number): Pod[] {
  if (count >= pods.length) return [...pods];
  const candidates = pods.map((pod) => candidateOf(pod, onNode));
  candidates.sort((a, b) => { for (const rule of rules) { const order = rule(a, b, now); if (order !== 0) return order; } return 0; });
  return candidates.slice(0, count).map(({ pod }) => pod);
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

function candidateOf(pod: Pod, onNode: ReadonlyMap<string, number>): Candidate {
  const ready = isPodReady(pod);
  const since = ready ? getCondition(pod.status, 'Ready')?.lastTransitionTime : undefined;
  return {
    pod,
    assigned: !!pod.spec.nodeName,
    phase: phases[pod.status?.phase ?? ''] ?? 0,
    ready,
    deletionCost: Number(pod.metadata.annotations?.[annotations.podDeletionCost] ?? 0) || 0,
    siblings: onNode.get(pod.spec.nodeName ?? '') ?? 0,
    readyAt: since ? Date.parse(since) : undefined,
    restarts: Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    createdAt: Date.parse(pod.metadata.creationTimestamp),
  };
}

/** Ages fall into buckets that double, so that among old pods chance decides and not the second they began. */
function newerFirst(a: number | undefined, b: number | undefined, now: number): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return bucket(now - a) - bucket(now - b);
}
const bucket = (ageMs: number): number => (ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1);   // upstream measures in nanoseconds

const byUid = (a: Candidate, b: Candidate, applies: boolean): number => (applies ? byText(a.pod.metadata.uid, b.pod.metadata.uid) : 0);
