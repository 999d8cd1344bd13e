import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { PriorityClasses } from '../../../src/kinds/scheduling/priorityclass';
import type { Node, NodeSpec, Pod, PodSpec } from '../../../src/schema/types';
import { found, type Framework } from '../framework';

export const pauseImage = 'registry.k8s.io/pause:3.10';
type Amounts = Readonly<Record<string, string>>;

/** A pod that does nothing, with requests that are its limits too. */
export const pausePod = (name: string, amounts: Amounts = {}, spec: Partial<PodSpec> = {}) => ({
  metadata: { name, labels: { name } },
  spec: { terminationGracePeriodSeconds: 0,
    containers: [{ name: 'pause', image: pauseImage, ...(Object.keys(amounts).length > 0 && { resources: { requests: amounts, limits: amounts } }) }], ...spec } satisfies PodSpec,
});

/** Creates the pod and waits until it runs. */
export function runPod({ api, namespace, until }: Framework, pod: ReturnType<typeof pausePod>, where = namespace): Pod {
  const { metadata: { name } } = api.create(Pods, { ...pod, metadata: { ...pod.metadata, namespace: where } });
  return until(`${name} runs`, () => { const now = api.get(Pods, { namespace: where, name }); return now.status?.phase === 'Running' && now; });
}

const taintsOf = ({ taints = [] }: NodeSpec) => taints;
export const workers = ({ api }: Framework): readonly Node[] => api.list(Nodes).items.filter(({ spec }) => taintsOf(spec).length === 0);

/** Makes the node say that it has so much of a made-up resource. */
export const offer = ({ api }: Framework, { metadata: { name } }: Node, resource: string, amount: string): unknown =>
  api.patch(Nodes, { name }, { status: { capacity: { [resource]: amount }, allocatable: { [resource]: amount } } }, 'strategic', 'status');

export const onlyOn = (name: string): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }] } } },
});

export function priorityClasses({ api }: Framework, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) api.create(PriorityClasses, { metadata: { name }, value });
}

export const podOf = ({ api, namespace }: Framework, name: string, where = namespace): Pod | undefined => found(() => api.get(Pods, { namespace: where, name }));
/** Gone, or going. */
export const isPreempted = (pod: Pod | undefined): boolean => pod === undefined || pod.metadata.deletionTimestamp !== undefined;
/** Whether the scheduler found no place for the pod. */
export const isUnschedulable = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable') ?? false;
