import { findUntolerated, tolerates } from '../../kinds/core/tolerations';
import type { Node, Pod, Taint } from '../../schema/types';
import { rejection, scaleToBest, type Plugin } from '../framework';

const untolerated = rejection('TaintToleration', 'node(s) had untolerated taint(s)');
const hard = ['NoSchedule', 'NoExecute'];
const noneTainted = { uniform: 0 };
const bears = ({ spec: { tolerations = [] } }: Pod, { spec: { taints = [] } }: Node): boolean => !findUntolerated(taints, tolerations, hard);

/** Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with few PreferNoSchedule taints. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  looksAt: ({ tolerations }) => tolerations,
  preFilter: ({ pod: { spec: { tolerations = [] } }, nodes }) => (nodes.tainted === 0 ? undefined : {
    test: (node) => (node.hasHardTaints && findUntolerated(node.hardTaints, tolerations, hard) ? untolerated : undefined),
  }),
  preScore: ({ pod: { spec: { tolerations = [] } }, nodes }) => {
    if (nodes.softlyTainted === 0) return noneTainted;
    const relevant = tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    const untoleratedBy = (taints: readonly Taint[]) => taints.filter((taint) => !relevant.some((toleration) => tolerates(toleration, taint))).length;
    return (candidates, scores) => candidates.forEach((node, i) => { scores[i] = node.hasSoftTaints ? untoleratedBy(node.softTaints) : 0; });
  },
  normalize: scaleToBest(true),
  hints: {
    NodeAdd: (pod, { node }) => bears(pod, node),
    NodeUpdate: (pod, { previous, node }) => previous.spec.taints !== node.spec.taints && !bears(pod, previous) && bears(pod, node),
    PodUpdate: (_pod, { previous, pod }) => previous.spec.tolerations !== pod.spec.tolerations,
  },
};
