import { priorityOf, startOf, type Victims } from './victims';

/** A node on which preemption would make room. */
export type Candidate = { readonly node: string; readonly victims: Victims };

const highestPriority = ({ pods: [first] }: Victims): number => (first ? priorityOf(first) : -Infinity);
const shift = 2 ** 31;   // so that more victims of negative priority are no better than fewer
const sumOfPriorities = ({ pods }: Victims): number => pods.reduce((sum, pod) => sum + priorityOf(pod) + shift, 0);
/** When the longest living of the most important victims started. */
const earliestStart = (victims: Victims): number => {
  const highest = highestPriority(victims);
  return victims.pods.reduce((earliest, pod) => (priorityOf(pod) === highest ? Math.min(earliest, startOf(pod)) : earliest), Infinity);
};

/** Upstream's order of what matters; less is better. */
const criteria: readonly ((victims: Victims) => number)[] = [
  ({ violations }) => violations,
  highestPriority,
  sumOfPriorities,
  ({ pods }) => pods.length,
  (victims) => -earliestStart(victims),
];

/** The node where preemption does the least harm; the first among equals. */
export function choose(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const harm of criteria) {
    if (left.length < 2) break;
    let least = Infinity;
    let best: Candidate[] = [];
    for (const candidate of left) {
      const own = harm(candidate.victims);
      if (own < least) { least = own; best = [candidate]; } else if (own === least) best.push(candidate);
    }
    left = best.length > 0 ? best : left;
  }
  return left[0];
}
