import type { Affinity, LabelSelector, PodAffinityTerm, PodSpec } from '../../schema/types';
import { mapItems, set } from '../sharing';

type Labels = Readonly<Record<string, string>>;
const noLabels: Labels = {};
const merged = new WeakMap<PodSpec, Map<string, PodSpec>>();

/**
 * The spec of a pod that has `labels`, with what `matchLabelKeys` and `mismatchLabelKeys` say put into the selectors of affinity terms and spread constraints,
 * as expressions about the pod's own labels. Pods of one template whose labels agree share the result.
 */
export function withLabelKeys(spec: PodSpec, labels: Labels = noLabels): PodSpec {
  const keys = labelKeysOf(spec);
  if (keys.length === 0) return spec;
  const known = merged.get(spec) ?? new Map<string, PodSpec>();
  merged.set(spec, known);
  const name = JSON.stringify(keys.map((key) => labels[key] ?? null));
  const made = known.get(name) ?? merge(spec, labels);
  known.set(name, made);
  return made;
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const sides = ['podAffinity', 'podAntiAffinity'] as const;

function labelKeysOf({ affinity, topologySpreadConstraints }: PodSpec): readonly string[] {
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity && !topologySpreadConstraints) return [];
  const terms = sides.flatMap((side) => [...(affinity?.[side]?.[required] ?? []), ...(affinity?.[side]?.[preferred] ?? []).map(({ podAffinityTerm }) => podAffinityTerm)]);
  return [...terms.flatMap(({ matchLabelKeys = [], mismatchLabelKeys = [] }) => [...matchLabelKeys, ...mismatchLabelKeys]),
    ...(topologySpreadConstraints ?? []).flatMap(({ matchLabelKeys = [] }) => matchLabelKeys)];
}

function merge(spec: PodSpec, labels: Labels): PodSpec {
  const ofTerm = (term: PodAffinityTerm): PodAffinityTerm =>
    set(term, 'labelSelector', narrowed(narrowed(term.labelSelector, 'In', term.matchLabelKeys, labels), 'NotIn', term.mismatchLabelKeys, labels));
  const ofAffinity = (affinity: Affinity): Affinity => sides.reduce((whole, side) => {
    const own = whole[side];
    if (!own) return whole;
    const withRequired = set(own, required, own[required] && mapItems(own[required], ofTerm));
    const weighted = own[preferred] && mapItems(own[preferred], (each) => set(each, 'podAffinityTerm', ofTerm(each.podAffinityTerm)));
    return set(whole, side, set(withRequired, preferred, weighted));
  }, affinity);
  const placed = set(spec, 'affinity', spec.affinity && ofAffinity(spec.affinity));
  return set(placed, 'topologySpreadConstraints', spec.topologySpreadConstraints
    && mapItems(spec.topologySpreadConstraints, (each) => set(each, 'labelSelector', narrowed(each.labelSelector, 'In', each.matchLabelKeys, labels))));
}

/** Keys that the pod has no label for say nothing; without a selector nothing is selected anyway. */
function narrowed(selector: LabelSelector | undefined, operator: string, keys: readonly string[] = [], labels: Labels): LabelSelector | undefined {
  const more = keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  return selector && more.length > 0 ? { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] } : selector;
}
