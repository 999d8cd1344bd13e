import { selectorOf, type Selector } from '../../lib/selectors';
import type { Affinity, Pod, PodAffinityTerm } from '../../schema/types';
import { selectorText, type NamespaceLabels, type PodMatcher } from './pod-matcher';

/** A pod affinity term ready for use. */
export type Term = {
  /** Equal for terms that select the same pods. */
  readonly name: string;
  readonly topologyKey: string;
  readonly weight: number;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector?: Selector;
  readonly selector: Selector;
};
/** All terms of a pod; preferred ones of anti-affinity have negative weights. */
export type PodTerms = {
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly preferred: readonly Term[];
};

const none: PodTerms = { affinity: [], antiAffinity: [], preferred: [] };
const parsed = new WeakMap<Affinity, Map<string, PodTerms>>();

/** The pod's terms, worked out once for each template and namespace. */
export function termsOf({ metadata: { namespace }, spec: { affinity } }: Pod): PodTerms {
  if (!affinity || (!affinity.podAffinity && !affinity.podAntiAffinity)) return none;
  const byNamespace = parsed.get(affinity) ?? new Map<string, PodTerms>();
  parsed.set(affinity, byNamespace);
  const known = byNamespace.get(namespace);
  if (known) return known;
  const { podAffinity, podAntiAffinity } = affinity;
  const made: PodTerms = {
    affinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => termOf(each, namespace, 0)),
    antiAffinity: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => termOf(each, namespace, 0)),
    preferred: [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => termOf(each.podAffinityTerm, namespace, each.weight)),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => termOf(each.podAffinityTerm, namespace, -each.weight)),
    ],
  };
  byNamespace.set(namespace, made);
  return made;
}

/** A term that names no namespaces is about the pod's own. Label keys to match were put into the selector when the pod was created. */
function termOf({ labelSelector, namespaces = [], namespaceSelector, topologyKey }: PodAffinityTerm, own: string, weight: number): Term {
  const selector = selectorOf(labelSelector);
  const among = new Set(namespaces.length === 0 && !namespaceSelector ? [own] : namespaces);
  const byLabels = namespaceSelector && selectorOf(namespaceSelector);
  const name = `${[...among].sort().join()}|${byLabels ? `(${selectorText(byLabels)})` : ''}|${selectorText(selector)}`;
  return { name, topologyKey, weight, namespaces: among, ...(byLabels && { namespaceSelector: byLabels }), selector };
}

export const termMatches = ({ namespaces, namespaceSelector, selector }: Term, { metadata: { namespace, labels } }: Pod, labelsOf: NamespaceLabels): boolean =>
  selector.matches(labels) && (namespaces.has(namespace) || (namespaceSelector?.matches(labelsOf(namespace)) ?? false));

/** Pods that match all the terms: for one term, or for required affinity, whose terms count only together. */
export function termsMatcher(terms: readonly Term[], labelsOf: NamespaceLabels): PodMatcher {
  const exact = terms.map(({ selector }) => selector.exact).find((each) => each !== undefined);
  const [first] = terms;
  return {
    name: terms.map(({ name }) => name).join(' & '), ...(exact && { exact }), ...(first && !first.namespaceSelector && { namespaces: first.namespaces }),
    matches: (pod) => terms.every((term) => termMatches(term, pod, labelsOf)),
  };
}
