import { controllerOf, keyText } from '../../api/keys';
import { StatusError } from '../../api/status';
import type { KubeObject, Resource } from '../../api/types';
import { Deployments } from '../../kinds/apps/deployment';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { VerticalPodAutoscalers, type VerticalPodAutoscaler } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { Pods } from '../../kinds/core/pod';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { CronJobs, DaemonSets, Jobs, ReplicationControllers, StatefulSets } from '../../kinds/served';
import { byText } from '../../lib/json';
import { matches } from '../../lib/selectors';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { CronJob, Job, LabelSelector, Pod, ReplicationController } from '../../schema/types';

type WithSelector = KubeObject & { readonly spec?: { readonly selector?: LabelSelector; readonly replicas?: number } };
type Target = { readonly kind: Resource<KubeObject>; selector(object: KubeObject): LabelSelector | undefined };
const usual = (object: KubeObject): LabelSelector | undefined => (object as WithSelector).spec?.selector;   // these kinds have it there
const ofTemplate = (labels: Readonly<Record<string, string>> | undefined): LabelSelector | undefined => (labels && Object.keys(labels).length > 0 ? { matchLabels: labels } : undefined);

/** The kinds an autoscaler can point at, and how each finds its pods. */
const targets: Readonly<Record<string, Target>> = {
  Deployment: { kind: Deployments, selector: usual },
  ReplicaSet: { kind: ReplicaSets, selector: usual },
  StatefulSet: { kind: StatefulSets, selector: usual },
  DaemonSet: { kind: DaemonSets, selector: usual },
  ReplicationController: { kind: ReplicationControllers, selector: (object) => ofTemplate((object as ReplicationController).spec?.selector) },
  Job: { kind: Jobs, selector: (object) => (object as Job).spec?.selector },
  CronJob: { kind: CronJobs, selector: (object) => ofTemplate((object as CronJob).spec?.jobTemplate.spec?.template.metadata?.labels) },
};

const find = (informers: Informers, kind: string, namespace: string | undefined, name: string): KubeObject | undefined => {
  const target = targets[kind];
  if (!target) return undefined;
  const key = { namespace, name };
  const known = informers.of(target.kind).get(keyText(key));
  if (known) return known;
  try { return informers.client.get(target.kind, key); } catch (error) {   // the cache may not have heard of it yet
    if (error instanceof StatusError) return undefined;
    throw error;
  }
};

/** How to find the pods of an autoscaler, or why that cannot be said, as its condition tells. */
export function selectorOf({ metadata: { namespace }, spec: { targetRef } }: VerticalPodAutoscaler, informers: Informers): { readonly selector: LabelSelector } | { readonly problem: string } {
  const { kind, name } = targetRef;
  const target = targets[kind];
  if (!target) return { problem: `Cannot read targetRef. Reason: unsupported kind ${kind}: only the kinds ${Object.keys(targets).join(', ')} can be scaled here` };
  const object = find(informers, kind, namespace, name);
  if (!object) return { problem: `Cannot read targetRef. Reason: ${kind} ${namespace ?? ''}/${name} does not exist` };
  const owner = controllerOf(object);
  if (owner && targets[owner.kind]) return { problem: 'The targetRef controller has a parent but it should point to a topmost well-known or scalable controller' };
  const selector = target.selector(object);
  return selector ? { selector } : { problem: 'Cannot read targetRef' };
}

/** Pods that the autoscaler speaks for and that have not ended. */
export function podsOf(vpa: VerticalPodAutoscaler, selector: LabelSelector, informers: Informers): readonly Pod[] {
  return [...informers.of(Pods).by(byNamespace, vpa.metadata.namespace ?? '')].filter((pod) => !isTerminal(pod) && matches(selector, pod.metadata.labels));
}

/** The one at the top of the pod's owners: the Deployment rather than its ReplicaSet. */
function topOwner({ metadata: { namespace, ownerReferences } }: Pick<Pod, 'metadata'>, informers: Informers): { readonly kind: string; readonly name: string } | undefined {
  let owner = ownerReferences?.find(({ controller }) => controller);
  while (owner) {
    const object = find(informers, owner.kind, namespace, owner.name);
    const above = object && controllerOf(object);
    if (!above || !targets[above.kind]) return owner;
    owner = above;
  }
  return undefined;
}

/** The autoscaler that speaks for a pod; the oldest of several. Undefined where there is none. */
export function autoscalerOf(pod: Pick<Pod, 'metadata'>, informers: Informers): VerticalPodAutoscaler | undefined {
  const candidates = [...informers.of(VerticalPodAutoscalers).by(byNamespace, pod.metadata.namespace)];
  if (candidates.length === 0) return undefined;
  const owner = topOwner(pod, informers);
  return candidates.filter(({ spec: { targetRef } }) => targetRef.kind === owner?.kind && targetRef.name === owner.name)
    .sort((a, b) => byText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || byText(a.metadata.name, b.metadata.name))[0];
}

/** How many pods the pod's controller is to have; undefined for kinds that do not say. */
export function replicasOf(pod: Pod, informers: Informers): number | undefined {
  const owner = controllerOf(pod);
  const object = owner && find(informers, owner.kind, pod.metadata.namespace, owner.name);
  return object ? (object as WithSelector).spec?.replicas : undefined;
}

/** Update modes are named; nothing means that pods are made anew. */
export const modeOf = ({ spec: { updatePolicy } }: VerticalPodAutoscaler): string => updatePolicy?.updateMode ?? 'Recreate';
