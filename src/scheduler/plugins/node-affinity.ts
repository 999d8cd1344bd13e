import type { Node, NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '../../schema/types';
import type { NodeInfo } from '../node-info';
import { rejection, scaleToBest, type Plugin } from '../framework';
import { compileTerm, matchesNodeSelector } from '../../kinds/core/node-selector';

const mismatch = rejection('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
const conflicting = rejection('NodeAffinity', 'pod affinity terms conflict');

const notEnforced = rejection('NodeAffinity', "node(s) didn't match scheduler-enforced node affinity");

const required = ({ spec }: Pod) => spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
const preferred = ({ spec }: Pod) => spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
const matchesNode = (pod: Pod, { metadata }: Node): boolean => matchesNodeSelector(pod, metadata.labels ?? {}, metadata.name);

export type NodeAffinityArguments = {
  /** What every pod of the profile must and should have beside its own. */
  readonly addedAffinity?: NodeAffinity;
};

/** nodeSelector and required node affinity; among nodes that match, those with more preferred terms. */
export function nodeAffinity({ addedAffinity }: NodeAffinityArguments = {}): Plugin {
  const enforced = (addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).filter((term) => !isEmpty(term)).map(compileTerm);
  const isEnforced = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  const added = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const isOutside = ({ labels, name }: Pick<NodeInfo, 'labels' | 'name'>): boolean => isEnforced && !enforced.some((matches) => matches(labels, name));
  const holds = (pod: Pod, node: Node): boolean => matchesNode(pod, node) && !isOutside({ labels: node.metadata.labels ?? {}, name: node.metadata.name });
  return {
    name: 'NodeAffinity',
    looksAt: ({ nodeSelector, affinity }) => [nodeSelector, affinity?.nodeAffinity],
    preFilter: ({ pod }) => {
      if (!isEnforced && !pod.spec.nodeSelector && !required(pod)) return undefined;
      const nodeNames = namesAskedFor(required(pod)?.nodeSelectorTerms ?? []);
      if (nodeNames?.size === 0) return conflicting;
      return {
        test: (node) => (isOutside(node) ? notEnforced : matchesNodeSelector(pod, node.labels, node.name) ? undefined : mismatch),
        ...(nodeNames && { nodeNames }),
      };
    },
    preScore: ({ pod }) => {
      const terms = [...added, ...preferred(pod)].filter(({ weight, preference }) => weight !== 0 && !isEmpty(preference))
        .map(({ weight, preference }) => ({ weight, matches: compileTerm(preference) }));
      if (terms.length === 0) return undefined;
      return (candidates, scores) => candidates.forEach(({ labels, name }, i) => {
        scores[i] = terms.reduce((sum, { weight, matches }) => (matches(labels, name) ? sum + weight : sum), 0);
      });
    },
    normalize: scaleToBest(false),
    hints: {
      NodeAdd: (pod, { node }) => holds(pod, node),
      NodeUpdate: (pod, { previous, node }) => previous.metadata.labels !== node.metadata.labels && !holds(pod, previous) && holds(pod, node),
      PodUpdate: (_pod, { previous, pod }) => previous.spec.nodeSelector !== pod.spec.nodeSelector || previous.spec.affinity !== pod.spec.affinity,
    },
  };
}

const isEmpty = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean => matchExpressions.length + matchFields.length === 0;

/** When every term asks for nodes by name (as a DaemonSet's pods do), only those need to be looked at. */
function namesAskedFor(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields.filter(asksForName).map(({ values = [] }) => values);
    if (lists.length === 0) return undefined;
    for (const name of lists[0] ?? []) if (lists.every((list) => list.includes(name))) all.add(name);
  }
  return terms.length === 0 ? undefined : all;
}
const asksForName = ({ key, operator }: NodeSelectorRequirement): boolean => key === 'metadata.name' && operator === 'In';
