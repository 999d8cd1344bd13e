import { controllerOf, keyOf } from '../../api/keys';
import type { LocalClient } from '../../api/local-client';
import { StatusError } from '../../api/status';
import { annotations } from '../../kinds/core/well-known';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { wouldNotFit } from '../../kinds/core/would-fit';
import type { JsonObject } from '../../lib/json';
import { matches } from '../../lib/selectors';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { LabelSelector, Pod } from '../../schema/types';
import type { Arguments, Policy } from './policy';
import type { Situation } from './situation';

export const component = 'sigs.k8s.io/descheduler';
/** On a pod: it may be evicted, whatever else speaks against it. */
const evictAnnotation = 'descheduler.alpha.kubernetes.io/evict';
const criticalPriority = 2_000_000_000;

/** Whether the pod may be moved at all, as upstream's default evictor decides. */
export function mayEvict(pod: Pod, args: JsonObject, now: number): boolean {
  const { metadata, spec, status } = pod;
  if (metadata.deletionTimestamp !== undefined || metadata.annotations?.[annotations.mirrorPod] !== undefined) return false;
  if (metadata.annotations?.[evictAnnotation] !== undefined) return true;
  const owner = controllerOf(pod);
  if (!owner && !(args['evictFailedBarePods'] === true && status?.phase === 'Failed')) return false;
  if (owner?.kind === 'DaemonSet' && args['evictDaemonSetPods'] !== true) return false;
  if ((spec.priority ?? 0) >= criticalPriority && args['evictSystemCriticalPods'] !== true) return false;
  if (args['evictLocalStoragePods'] !== true && spec.volumes?.some(({ emptyDir, hostPath }) => emptyDir || hostPath)) return false;
  if (args['ignorePvcPods'] === true && spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim)) return false;
  const threshold = args['priorityThreshold'] as { readonly value?: number } | undefined;
  if (threshold?.value !== undefined && (spec.priority ?? 0) >= threshold.value) return false;
  const minPodAge = args['minPodAge'];
  if (typeof minPodAge === 'string' && status?.startTime && now - Date.parse(status.startTime) < spanOf(minPodAge)) return false;
  return matches((args['labelSelector'] as LabelSelector | undefined) ?? {}, metadata.labels);
}

/** `10m`, `1h`: whole hours, minutes and seconds, in milliseconds. */
const spanOf = (text: string): number => [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1_000), 0);

/** One run's evictions: within the policy's limits, through the eviction API, so that disruption budgets are heeded. */
export class Evictor {
  readonly #gone = new Set<string>();
  readonly #perNode = new Map<string, number>();
  readonly #perNamespace = new Map<string, number>();
  #count = 0;

  constructor(
    private readonly api: LocalClient, private readonly recorder: EventRecorder, private readonly situation: Situation, private readonly policy: Policy, private readonly args: JsonObject,
    private readonly now: number,
  ) {}

  isGone(pod: Pod): boolean { return this.#gone.has(pod.metadata.uid); }

  /** Pods that a strategy may look at: those of its namespaces and labels. */
  concerns({ metadata }: Pod, { namespaces, labelSelector }: Arguments): boolean {
    if (namespaces?.include && !namespaces.include.includes(metadata.namespace)) return false;
    if (namespaces?.exclude?.includes(metadata.namespace)) return false;
    return matches(labelSelector ?? {}, metadata.labels);
  }

  /** Whether the pod may go, and has somewhere to go to when the policy asks for that. */
  allows(pod: Pod): boolean {
    if (this.isGone(pod) || !mayEvict(pod, this.args, this.now)) return false;
    if (this.args['nodeFit'] !== true || isTerminal(pod)) return true;
    return this.situation.nodes.some((node) => node.name !== pod.spec.nodeName && wouldNotFit(pod, node) === undefined);
  }

  /** Evicts it if that is allowed. True when it goes. */
  evict(pod: Pod, strategy: string): boolean {
    const { nodeName = '' } = pod.spec;
    const { namespace } = pod.metadata;
    const [onNode, inNamespace] = [this.#perNode.get(nodeName) ?? 0, this.#perNamespace.get(namespace) ?? 0];
    if (this.#count >= this.policy.most || onNode >= this.policy.mostPerNode || inNamespace >= this.policy.mostPerNamespace || !this.allows(pod)) return false;
    try { this.api.evict(Pods, pod); } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return false;   // a budget forbids it, or it is gone already
    }
    this.#count++;
    this.#perNode.set(nodeName, onNode + 1);
    this.#perNamespace.set(namespace, inNamespace + 1);
    this.#gone.add(pod.metadata.uid);
    this.situation.moved(keyOf(pod), nodeName);
    this.recorder.record({ object: pod, type: 'Normal', reason: strategy, message: `pod eviction from ${nodeName} node by ${component}`, component });
    return true;
  }
}
