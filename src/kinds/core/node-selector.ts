import { Selector, type Labels, type Operator } from '../../lib/selectors';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '../../schema/types';

type TermMatcher = (labels: Labels, name: string) => boolean;
const operators: ReadonlyMap<string, Operator> = new Map([['In', 'in'], ['NotIn', 'notin'], ['Exists', 'exists'], ['DoesNotExist', '!'], ['Gt', 'gt'], ['Lt', 'lt']]);
const never: TermMatcher = () => false;

const terms = new WeakMap<NodeSelectorTerm, TermMatcher>();
/** A term as a question, made once for a template. A term without requirements matches no node. */
export function compileTerm(term: NodeSelectorTerm): TermMatcher {
  const known = terms.get(term);
  if (known) return known;
  const { matchExpressions = [], matchFields = [] } = term;
  const expressions = selectorOf(matchExpressions);
  const fields = selectorOf(matchFields);
  const made: TermMatcher = matchExpressions.length + matchFields.length === 0 || !expressions || !fields
    ? never
    : (labels, name) => expressions.matches(labels) && (fields.isEverything || fields.matches({ 'metadata.name': name }));
  terms.set(term, made);
  return made;
}

/** Undefined when an operator is unknown: such a term matches nothing. */
function selectorOf(requirements: readonly NodeSelectorRequirement[]): Selector | undefined {
  const known = requirements.flatMap(({ key, operator, values = [] }) => {
    const translated = operators.get(operator);
    return translated ? [{ key, operator: translated, values }] : [];
  });
  return known.length === requirements.length ? new Selector(known) : undefined;
}

const nodeSelectors = new WeakMap<NodeSelector, readonly TermMatcher[]>();
function compile(selector: NodeSelector): readonly TermMatcher[] {
  const known = nodeSelectors.get(selector);
  if (known) return known;
  const made = selector.nodeSelectorTerms.map(compileTerm);
  nodeSelectors.set(selector, made);
  return made;
}

/** Whether a node with these labels and this name is one the pod may run on: its nodeSelector and one of the required affinity terms. */
export function matchesNodeSelector({ spec: { nodeSelector, affinity } }: Pick<Pod, 'spec'>, labels: Labels, name: string): boolean {
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || compile(required).some((matches) => matches(labels, name));
}
