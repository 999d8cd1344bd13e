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

const measured = new WeakMap<Victims, readonly number[]>();
/** Worked out once for the victims of a node: the same are looked at for one pod of a template after the other. */
function harmOf(victims: Victims): readonly number[] {
  const known = measured.get(victims);
  if (known) return known;
  const harm = criteria.map((criterion) => criterion(victims));
  measured.set(victims, harm);
  return harm;
}

/** The node where preemption does the least harm; the first among equals. */
export function choose(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  let least: readonly number[] = [];
  for (const candidate of candidates) {
    const harm = harmOf(candidate.victims);
    if (best && !isLess(harm, least)) continue;
    best = candidate;
    least = harm;
  }
  return best;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  return false;
}
