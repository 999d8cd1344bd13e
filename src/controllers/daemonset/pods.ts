import type { Draft } from '../../api/types';
import { isPodAvailable, isTerminal } from '../../kinds/core/pod-conditions';
import { byText } from '../../lib/json';
import { controlledBy } from '../../runtime/owner-references';
import type { DaemonSet, Pod, PodSpec } from '../../schema/types';
import { revisionHashLabel } from '../history/revisions';
import { nodeOf, tolerationsOf } from './placement';

const templateGeneration = 'deprecated.daemonset.template.generation';
const generationLabel = 'pod-template-generation';

export const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
export const isAvailable = (pod: Pod, { spec }: DaemonSet, now: number): boolean => isPodAvailable(pod, spec.minReadySeconds ?? 0, now);

/** Whether a pod is of the template as it is now: by its revision, or by the generation that older versions counted. */
export function isUpdated({ metadata: { labels } }: Pod, { metadata: { annotations } }: DaemonSet, hash: string): boolean {
  const generation = annotations?.[templateGeneration];
  return (hash !== '' && labels?.[revisionHashLabel] === hash) || (generation !== undefined && labels?.[generationLabel] === generation);
}

/** Those that have a node already come first, then the oldest. */
export const oldestFirst = ({ metadata: a, spec: { nodeName: nodeOfA } }: Pod, { metadata: b, spec: { nodeName: nodeOfB } }: Pod): number =>
  Number(Boolean(nodeOfB)) - Number(Boolean(nodeOfA)) || byText(a.creationTimestamp, b.creationTimestamp) || byText(a.name, b.name);

/** The pods by the node each is on or meant for. Those that are over and going are nobody's business any more. */
export function byNodeOf(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    if (node === undefined || (isTerminal(pod) && isGoing(pod))) continue;
    const others = byNode.get(node);
    if (others) others.push(pod); else byNode.set(node, [pod]);
  }
  return byNode;
}

/** The pod for a node. The scheduler binds it: it is asked for by the node's name, instead of what the template says of nodes. */
export function podFor(set: DaemonSet, hash: string, node: string): Draft<Pod> {
  const { metadata: { name, namespace }, spec: { template } } = set;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const generation = set.metadata.annotations?.[templateGeneration];
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [revisionHashLabel]: hash, ...(generation !== undefined && { [generationLabel]: generation }) },
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
