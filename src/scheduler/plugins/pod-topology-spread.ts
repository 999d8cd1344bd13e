import { Selector, selectorOf, type Labels } from '../../lib/selectors';
import { labels as wellKnown } from '../../kinds/core/well-known';
import type { Node, Pod, TopologySpreadConstraint } from '../../schema/types';
import { inclusionOf, type Inclusion } from '../counts/node-set';
import { labelsOf, spreadMatcher, type PodMatcher } from '../counts/pod-matcher';
import type { PodCounts } from '../counts/pod-counts';
import { maxNodeScore, rejection, type Cycle, type Filter, type Plugin, type Rejection, type Score } from '../framework';

const name = 'PodTopologySpread';
const uneven = rejection(name, "node(s) didn't match pod topology spread constraints", false);
const withoutLabel = rejection(name, "node(s) didn't match pod topology spread constraints (missing required label)");

/** A constraint with its selector; default ones have that of what the pod belongs to. */
type Constraint = Omit<TopologySpreadConstraint, 'labelSelector'> & { readonly selector: Selector };
type DefaultConstraint = Pick<TopologySpreadConstraint, 'maxSkew' | 'topologyKey' | 'whenUnsatisfiable'>;
export type SpreadArguments = { readonly defaultConstraints?: readonly DefaultConstraint[]; readonly defaultingType?: 'List' | 'System' };

const systemDefaults: readonly DefaultConstraint[] = [
  { maxSkew: 3, topologyKey: wellKnown.hostname, whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: wellKnown.zone, whenUnsatisfiable: 'ScheduleAnyway' },
];

/** Spreads pods over the values of node labels: strictly where a constraint says DoNotSchedule, as well as it goes otherwise. */
export function podTopologySpread({ defaultConstraints = [], defaultingType = 'System' }: SpreadArguments = {}): Plugin {
  const bySelector: Known<Selector> = new WeakMap();
  const isSystem = defaultingType === 'System';
  const defaults = isSystem ? systemDefaults : defaultConstraints;
  const constraintsOf = (cycle: Cycle, action: string): readonly Constraint[] => {
    const own = cycle.pod.spec.topologySpreadConstraints;
    if (own && own.length > 0) return own.some(({ whenUnsatisfiable }) => whenUnsatisfiable === action) ? ownConstraints(cycle.pod, own, action) : none;
    const wanted = defaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
    if (wanted.length === 0) return none;
    const selector = cycle.cluster.siblings(cycle.pod);
    return selector.requirements.length === 0 ? none : onceFor(bySelector, selector, action, () => wanted.map((each) => ({ ...each, selector })));
  };
  return {
    name,
    preFilter: (cycle) => {
      const constraints = constraintsOf(cycle, 'DoNotSchedule');
      return constraints.length === 0 ? undefined : filterBy(constraints, cycle.pod, cycle.nodes.counts);
    },
    preScore: (cycle) => {
      const constraints = constraintsOf(cycle, 'ScheduleAnyway');
      if (constraints.length === 0) return undefined;
      const needsAllLabels = !isSystem || (cycle.pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
      return scoreBy(constraints, needsAllLabels, cycle.pod, cycle.nodes.counts);
    },
    normalize: normalizeSpread,
    hints: {
      NodeAdd: (pod, { node }) => hasAllLabels(pod, node),
      NodeUpdate: (pod, { previous, node }) => (previous.metadata.labels !== node.metadata.labels || previous.spec.taints !== node.spec.taints)
        && (hasAllLabels(pod, previous) || hasAllLabels(pod, node)),
      NodeDelete: (pod, { node }) => hasAllLabels(pod, node),
      AssignedPodAdd: (waiting, { pod }) => concerns(waiting, pod),
      AssignedPodUpdate: (waiting, { previous, pod }) => previous.metadata.labels !== pod.metadata.labels && (concerns(waiting, previous) || concerns(waiting, pod)),
      AssignedPodDelete: (waiting, { pod }) => concerns(waiting, pod),
      PodUpdate: (_waiting, { previous, pod }) => previous.metadata.labels !== pod.metadata.labels || previous.spec.schedulingGates !== pod.spec.schedulingGates,
    },
  };
}

const none: readonly Constraint[] = [];
const hardOf = ({ spec }: Pod): readonly TopologySpreadConstraint[] => (spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
const hasAllLabels = (pod: Pod, node: Node): boolean => hardOf(pod).every(({ topologyKey }) => node.metadata.labels?.[topologyKey] !== undefined);
const concerns = (waiting: Pod, other: Pod): boolean => waiting.metadata.namespace === other.metadata.namespace
  && hardOf(waiting).some((constraint) => selectorWithKeys(constraint, labelsOf(waiting)).matches(other.metadata.labels));

/** Constraints by their action, worked out once for all pods of a template. */
type Known<Of extends object> = WeakMap<Of, Map<string, readonly Constraint[]>>;
function onceFor<Of extends object>(all: Known<Of>, of: Of, action: string, make: () => readonly Constraint[]): readonly Constraint[] {
  const known = all.get(of) ?? new Map<string, readonly Constraint[]>();
  if (known.size === 0) all.set(of, known);
  const constraints = known.get(action) ?? make();
  if (!known.has(action)) known.set(action, constraints);
  return constraints;
}

const byList: Known<readonly TopologySpreadConstraint[]> = new WeakMap();
function ownConstraints(pod: Pod, all: readonly TopologySpreadConstraint[], action: string): readonly Constraint[] {
  const labels = labelsOf(pod);
  const make = () => all.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action).map((constraint) => ({ ...constraint, selector: selectorWithKeys(constraint, labels) }));
  return all.some(({ matchLabelKeys }) => matchLabelKeys) ? make() : onceFor(byList, all, action, make);
}

/** Which nodes each constraint counts; pods of a template share that. */
const inclusions = new WeakMap<readonly Constraint[], { readonly spec: Pod['spec']; readonly all: readonly Inclusion[] }>();
function inclusionsOf(pod: Pod, constraints: readonly Constraint[], keys: readonly string[]): readonly Inclusion[] {
  const known = inclusions.get(constraints);
  if (known?.spec === pod.spec) return known.all;
  const all = constraints.map((constraint) => inclusionOf(pod, constraint, keys));
  inclusions.set(constraints, { spec: pod.spec, all });
  return all;
}

/** The selector, narrowed to pods that have the same values as this one for `matchLabelKeys`. */
function selectorWithKeys({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, labels: Labels): Selector {
  const selector = selectorOf(labelSelector);
  const more = matchLabelKeys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator: 'in' as const, values: [labels[key]] }]));
  return more.length === 0 || !labelSelector ? selector : new Selector([...selector.requirements, ...more]);
}

const matchers = new WeakMap<Selector, Map<string, PodMatcher>>();
function matcherOf(selector: Selector, namespace: string): PodMatcher {
  const known = matchers.get(selector) ?? new Map<string, PodMatcher>();
  matchers.set(selector, known);
  const matcher = known.get(namespace) ?? spreadMatcher(namespace, selector);
  known.set(namespace, matcher);
  return matcher;
}

function filterBy(constraints: readonly Constraint[], pod: Pod, counts: PodCounts): Filter {
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const sets = inclusionsOf(pod, constraints, keys).map((inclusion, i) => counts.nodeSet((constraints[i] as Constraint).topologyKey, inclusion));
  const asked = constraints.map(({ selector, maxSkew, minDomains = 1 }, i) => {
    const nodes = sets[i] as (typeof sets)[number];
    const own = selector.matches(pod.metadata.labels) ? 1 : 0;
    return { nodes, domains: counts.tally(matcherOf(selector, pod.metadata.namespace)).by(nodes), most: maxSkew - own, minDomains };
  });
  const atSlot = (slot: number): Rejection | undefined => {
    for (let i = 0; i < asked.length; i++) {
      const { nodes, domains, most, minDomains } = asked[i] as (typeof asked)[number];
      const value = nodes.topology.valueOf[slot] ?? -1;
      if (value < 0) return withoutLabel;
      const least = nodes.domainCount < minDomains ? 0 : domains.least;
      if ((domains.counts[value] ?? 0) - least > most) return uneven;
    }
    return undefined;
  };
  return { test: ({ slot }) => atSlot(slot), atSlot };
}

/** Upstream's sum: for each constraint the pods in the domain, weighed by how many domains there are, and what its maxSkew lets pass. */
function scoreBy(constraints: readonly Constraint[], needsAllLabels: boolean, pod: Pod, counts: PodCounts): Score {
  const keys = needsAllLabels ? constraints.map(({ topologyKey }) => topologyKey) : [];
  const sets = inclusionsOf(pod, constraints, keys).map((inclusion, i) => counts.nodeSet((constraints[i] as Constraint).topologyKey, inclusion));
  const asked = constraints.map(({ selector, maxSkew, topologyKey }, i) => {
    const nodes = sets[i] as (typeof sets)[number];
    const tally = counts.tally(matcherOf(selector, pod.metadata.namespace));
    return topologyKey === wellKnown.hostname ? { nodes, tally, maxSkew } : { nodes, tally, maxSkew, domains: tally.by(nodes) };
  });
  return (candidates, scores) => {
    const count = candidates.length;
    let counted = count;
    scores.fill(0, 0, count);
    if (needsAllLabels) {
      for (let i = 0; i < count; i++) {
        const { slot } = candidates[i] as (typeof candidates)[number];
        if (asked.some(({ nodes }) => (nodes.topology.valueOf[slot] ?? -1) < 0)) { scores[i] = ignored; counted--; }
      }
    }
    for (const { nodes: { topology: { valueOf, size } }, tally: { perNode }, maxSkew, domains } of asked) {
      const weight = Math.log((domains ? domainsAmong(candidates, scores, valueOf, size) : counted) + 2);
      for (let i = 0; i < count; i++) {
        if (scores[i] === ignored) continue;
        const { slot } = candidates[i] as (typeof candidates)[number];
        const value = valueOf[slot] ?? -1;
        if (value >= 0) scores[i] = (scores[i] as number) + ((domains ? domains.counts[value] : perNode[slot]) ?? 0) * weight + (maxSkew - 1);
      }
    }
    for (let i = 0; i < count; i++) if (scores[i] !== ignored) scores[i] = Math.round(scores[i] as number);
  };
}

/** A node without one of the labels is not scored. */
const ignored = -1;
let stamps = new Int32Array(8);
let stamp = 0;

/** How many values the candidates have; those without the label are one more together. */
function domainsAmong(candidates: Parameters<Score>[0], scores: Float64Array, valueOf: Int32Array, size: number): number {
  if (stamps.length < size + 1) stamps = new Int32Array(size * 2 + 1);
  stamp++;
  let found = 0;
  for (let i = 0; i < candidates.length; i++) {
    if (scores[i] === ignored) continue;
    const { slot } = candidates[i] as (typeof candidates)[number];
    const at = (valueOf[slot] ?? -1) + 1;
    if (stamps[at] === stamp) continue;
    stamps[at] = stamp;
    found++;
  }
  return found;
}

/** Fewer is better: the best gets 100. */
function normalizeSpread(scores: Float64Array, count: number): void {
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const score = scores[i] as number;
    if (score === ignored) continue;
    if (score < least) least = score;
    if (score > most) most = score;
  }
  for (let i = 0; i < count; i++) {
    const score = scores[i] as number;
    scores[i] = score === ignored ? 0 : most === 0 ? maxNodeScore : Math.trunc((maxNodeScore * (most + least - score)) / most);
  }
}
