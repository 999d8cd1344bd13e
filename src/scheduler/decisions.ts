import { Subject, type Observable } from 'rxjs';
import type { Rejection } from './framework';

/** One plugin's opinion of the candidates, in their order. `normalised` is 0..100; what counts is that times `weight`. */
export type PluginScores = { readonly plugin: string; readonly weight: number; readonly raw: readonly number[]; readonly normalised: readonly number[] };

/** How one attempt to place a pod went. */
export type Decision = {
  /** `namespace/name`. */
  readonly pod: string;
  readonly uid: string;
  readonly attempt: number;
  /** Virtual time in milliseconds. */
  readonly at: number;
  readonly nodesInCluster: number;
  /** Nodes looked at until enough fitted. */
  readonly nodesEvaluated: number;
  readonly nodesFeasible: number;
  /** The chosen node; absent when none fitted. */
  readonly node?: string;
  /** Candidates that shared the highest total; one of them was drawn. */
  readonly ties: number;
  /** As the pod's condition says it, when no node fitted. */
  readonly message?: string;
  /** The first filter that turned each node away. */
  readonly rejected: readonly { readonly node: string; readonly by: Rejection }[];
  /** Nodes with scores. A single feasible node is taken without scoring. */
  readonly candidates: readonly string[];
  readonly scores: readonly PluginScores[];
  readonly totals: readonly number[];
  /** Whether all nodes are listed; in large clusters only the best candidates are. */
  readonly complete: boolean;
};

/** More nodes than this are not listed one by one. */
export const maxListedNodes = 200;

export type ScoreRow = { readonly plugin: string; readonly weight: number; readonly raw: number; readonly normalised: number; readonly weighted: number };

/** One candidate's scores, plugin by plugin; they add up to its total. */
export function scoreRows({ candidates, scores }: Decision, node: string): readonly ScoreRow[] {
  const at = candidates.indexOf(node);
  if (at < 0) return [];
  return scores.map(({ plugin, weight, raw, normalised }) => row(plugin, weight, raw[at] ?? 0, normalised[at] ?? 0));
}

const row = (plugin: string, weight: number, raw: number, normalised: number): ScoreRow => ({ plugin, weight, raw, normalised, weighted: weight * normalised });

const defaultRemembered = 1_000;

/** The latest decision on each pod; the longest untouched pods are forgotten first. */
export class DecisionLog {
  readonly #byPod = new Map<string, Decision>();
  readonly #changes = new Subject<Decision>();

  constructor(private readonly remembered = defaultRemembered) {}

  /** The latest decision on `namespace/name`. */
  get(pod: string): Decision | undefined { return this.#byPod.get(pod); }
  /** Oldest first. */
  list(): readonly Decision[] { return [...this.#byPod.values()]; }
  get changes(): Observable<Decision> { return this.#changes; }

  add(decision: Decision): void {
    this.#byPod.delete(decision.pod);
    this.#byPod.set(decision.pod, decision);
    if (this.#byPod.size > this.remembered) {
      const oldest = this.#byPod.keys().next();
      if (!oldest.done) this.#byPod.delete(oldest.value);
    }
    this.#changes.next(decision);
  }
}
