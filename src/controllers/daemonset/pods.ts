import type { Draft } from '../../api/types';
import { isPodAvailable } from '../../kinds/core/pod-conditions';
import { byText } from '../../lib/json';
import { controlledBy } from '../../runtime/owner-references';
import type { DaemonSet, Pod, PodSpec } from '../../schema/types';
import { revisionHashLabel } from '../revision-history';
import { tolerationsOf } from './placement';

const templateGeneration = 'deprecated.daemonset.template.generation';

export const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
export const isUpdated = ({ metadata }: Pod, hash: string): boolean => metadata.labels?.[revisionHashLabel] === hash;
export const isAvailable = (pod: Pod, { spec }: DaemonSet, now: number): boolean => isPodAvailable(pod, spec.minReadySeconds ?? 0, now);
export const oldestFirst = ({ metadata: a }: Pod, { metadata: b }: Pod): number => byText(a.creationTimestamp, b.creationTimestamp) || byText(a.name, b.name);

/** The pod for a node. The scheduler binds it: it is asked for by the node's name, instead of what the template says of nodes. */
export function podFor(set: DaemonSet, hash: string, node: string): Draft<Pod> {
  const { metadata: { name, namespace }, spec: { template } } = set;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const generation = set.metadata.annotations?.[templateGeneration];
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [revisionHashLabel]: hash, ...(generation !== undefined && { 'pod-template-generation': generation }) },
      ownerReferences: controlledBy(set),
      ...(annotations && { annotations }), ...(finalizers && { finalizers }),
    },
    spec: pinned(template.spec ?? { containers: [] }, node),
  };
}

function pinned(spec: PodSpec, node: string): PodSpec {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations: tolerationsOf(spec) };
}
