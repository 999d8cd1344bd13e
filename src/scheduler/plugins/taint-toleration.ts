import { findUntolerated, tolerates } from '../../kinds/core/tolerations';
import type { Node, Pod } from '../../schema/types';
import { rejection, scaleToBest, type Plugin } from '../framework';

const untolerated = rejection('TaintToleration', 'node(s) had untolerated taint(s)');
const hard = ['NoSchedule', 'NoExecute'];
const bears = ({ spec: { tolerations = [] } }: Pod, { spec: { taints = [] } }: Node): boolean => !findUntolerated(taints, tolerations, hard);

/** Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with few PreferNoSchedule taints. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  preFilter: ({ pod: { spec: { tolerations = [] } } }) => ({
    test: ({ hardTaints }) => (hardTaints.length > 0 && findUntolerated(hardTaints, tolerations, hard) ? untolerated : undefined),
  }),
  preScore: ({ pod: { spec: { tolerations = [] } } }) => {
    const relevant = tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    return { of: ({ softTaints }) => (softTaints.length === 0 ? 0 : softTaints.filter((taint) => !relevant.some((toleration) => tolerates(toleration, taint))).length) };
  },
  normalize: scaleToBest(true),
  hints: {
    NodeAdd: (pod, { node }) => bears(pod, node),
    NodeUpdate: (pod, { previous, node }) => previous.spec.taints !== node.spec.taints && !bears(pod, previous) && bears(pod, node),
    PodUpdate: (_pod, { previous, pod }) => previous.spec.tolerations !== pod.spec.tolerations,
  },
};
