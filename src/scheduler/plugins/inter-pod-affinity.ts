import type { Pod } from '../../schema/types';
import { termMatches, termsMatcher, termsOf, type Term } from '../counts/affinity-terms';
import type { Domains } from '../counts/domains';
import type { PodCounts } from '../counts/pod-counts';
import { maxNodeScore, rejection, type Cycle, type Filter, type Plugin, type Score } from '../framework';

const name = 'InterPodAffinity';
const notWith = rejection(name, "node(s) didn't match pod affinity rules");
const notBeside = rejection(name, "node(s) didn't match pod anti-affinity rules", false);
const notWanted = rejection(name, "node(s) didn't satisfy existing pods anti-affinity rules", false);

export type AffinityArguments = {
  /** What a running pod's required affinity to the new one counts. */
  readonly hardPodAffinityWeight?: number;
  readonly ignorePreferredTermsOfExistingPods?: boolean;
};

/** Puts pods where other pods are or are not, by what both they and the running pods ask for. */
export function interPodAffinity({ hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false }: AffinityArguments = {}): Plugin {
  const weightOf = ({ stance, weight }: { stance: string; weight: number }): number =>
    (stance === 'affinity' ? hardPodAffinityWeight : stance === 'preferred' && !ignorePreferredTermsOfExistingPods ? weight : 0);
  return {
    name,
    preFilter: ({ pod, nodes: { counts } }) => {
      const { affinity, antiAffinity } = termsOf(pod);
      const unwanted = counts.termsAbout(pod).filter(({ stance, domains }) => stance === 'antiAffinity' && domains.nonZero > 0).map(({ domains }) => domains);
      if (affinity.length + antiAffinity.length + unwanted.length === 0) return undefined;
      return filterBy(affinityTest(affinity, pod, counts), antiAffinity.map((term) => domainsOf([term], term, counts)), unwanted);
    },
    preScore: ({ pod, nodes: { counts } }: Cycle) => {
      const own = termsOf(pod).preferred.map((term) => ({ weight: term.weight, domains: domainsOf([term], term, counts) }));
      const others = counts.termsAbout(pod).map(({ term: { weight }, stance, domains }) => ({ weight: weightOf({ stance, weight }), domains }));
      const parts = [...own, ...others].filter(({ weight, domains }) => weight !== 0 && domains.nonZero > 0);
      return parts.length === 0 ? undefined : scoreBy(parts);
    },
    normalize: normalizeAffinity,
    hints: {
      NodeAdd: () => true,
      NodeUpdate: (_waiting, { previous, node }) => previous.metadata.labels !== node.metadata.labels,
      AssignedPodAdd: (waiting, { pod }) => about(termsOf(waiting).affinity, pod),
      AssignedPodUpdate: (waiting, { previous, pod }) => previous.metadata.labels !== pod.metadata.labels
        && (about(termsOf(waiting).affinity, pod) || about(termsOf(waiting).antiAffinity, previous)),
      AssignedPodDelete: (waiting, { pod }) => about(termsOf(waiting).antiAffinity, pod) || about(termsOf(pod).antiAffinity, waiting),
      PodUpdate: (_waiting, { previous, pod }) => previous.metadata.labels !== pod.metadata.labels || previous.spec.schedulingGates !== pod.spec.schedulingGates,
    },
  };
}

const noLabels = (): undefined => undefined;
/** Whether a term could be about the pod; terms by namespace labels could be about any. */
const about = (terms: readonly Term[], pod: Pod): boolean =>
  terms.some((term) => (term.namespaceSelector ? term.selector.matches(pod.metadata.labels) : termMatches(term, pod, noLabels)));

/** Where the pods are that all `terms` select, by the topology of one of them. */
const domainsOf = (terms: readonly Term[], { topologyKey }: Term, counts: PodCounts): Domains =>
  counts.tally(termsMatcher(terms, counts.namespaceLabels)).by(counts.topology(topologyKey));

/** The first pod of a group may go anywhere: nobody matches yet but itself. */
function affinityTest(terms: readonly Term[], pod: Pod, counts: PodCounts): ((slot: number) => boolean) | undefined {
  if (terms.length === 0) return undefined;
  const domains = terms.map((term) => domainsOf(terms, term, counts));
  const matchesItself = terms.every((term) => termMatches(term, pod, counts.namespaceLabels));
  return (slot) => {
    let all = true;
    for (const { topology, counts: byValue } of domains) {
      const value = topology.valueOf[slot] ?? -1;
      if (value < 0) return false;
      if ((byValue[value] ?? 0) <= 0) all = false;
    }
    return all || (matchesItself && domains.every(({ nonZero }) => nonZero === 0));
  };
}

function filterBy(isWith: ((slot: number) => boolean) | undefined, beside: readonly Domains[], unwanted: readonly Domains[]): Filter {
  return {
    test: ({ slot }) => {
      if (isWith && !isWith(slot)) return notWith;
      for (let i = 0; i < beside.length; i++) if ((beside[i] as Domains).of(slot) > 0) return notBeside;
      for (let i = 0; i < unwanted.length; i++) if ((unwanted[i] as Domains).of(slot) > 0) return notWanted;
      return undefined;
    },
  };
}

const scoreBy = (parts: readonly { readonly weight: number; readonly domains: Domains }[]): Score => (candidates, scores) => {
  scores.fill(0, 0, candidates.length);
  for (const { weight, domains: { topology: { valueOf }, counts } } of parts) {
    for (let i = 0; i < candidates.length; i++) {
      const { slot } = candidates[i] as (typeof candidates)[number];
      const value = valueOf[slot] ?? -1;
      if (value >= 0) scores[i] = (scores[i] as number) + weight * (counts[value] ?? 0);
    }
  }
};

/** From the worst, which gets 0, to the best, which gets 100; all 0 when there is no difference. */
function normalizeAffinity(scores: Float64Array, count: number): void {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    const score = scores[i] as number;
    if (score < least) least = score;
    if (score > most) most = score;
  }
  const spread = most - least;
  for (let i = 0; i < count; i++) scores[i] = spread > 0 ? Math.trunc(maxNodeScore * (((scores[i] as number) - least) / spread)) : 0;
}
