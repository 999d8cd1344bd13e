import { tolerates } from '../../kinds/core/tolerations';
import { taints } from '../../kinds/core/well-known';
import type { Pod } from '../../schema/types';
import { rejection, type Plugin } from '../framework';

const cordoned = rejection('NodeUnschedulable', 'node(s) were unschedulable');
const cordonTaint = { key: taints.unschedulable, effect: 'NoSchedule' };
const toleratesCordon = ({ spec }: Pod): boolean => spec.tolerations?.some((toleration) => tolerates(toleration, cordonTaint)) ?? false;

/** Keeps pods off cordoned nodes, unless they tolerate the taint a cordon stands for. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  looksAt: ({ tolerations }) => tolerations,
  preFilter: ({ pod, nodes }) => (nodes.cordoned === 0 || toleratesCordon(pod) ? undefined : { test: (node) => (node.isUnschedulable ? cordoned : undefined) }),
  hints: {
    NodeAdd: (_pod, { node }) => !node.spec.unschedulable,
    NodeUpdate: (_pod, { previous, node }) => !!previous.spec.unschedulable && !node.spec.unschedulable,
    PodUpdate: (_pod, { previous, pod }) => !toleratesCordon(previous) && toleratesCordon(pod),
  },
};
