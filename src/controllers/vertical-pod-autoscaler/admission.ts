import type { VerticalPodAutoscaler } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { isObject, type JsonObject } from '../../lib/json';
import { compareQuantities } from '../../lib/quantity';
import type { Handler } from '../../net/types';
import type { Informers } from '../../runtime/informers';
import type { Pod } from '../../schema/types';
import { observedAnnotation, resized, told, updatesAnnotation } from './resize';
import { resources } from './estimate';
import { autoscalerOf, modeOf } from './targets';

/** Where the admission part listens, and what asks it. */
export const admissionPort = 8_000;
type Operation = { readonly op: 'add'; readonly path: string; readonly value: unknown };

/** The webhook: pods that come to be get what their autoscaler recommends, and autoscalers are checked. Anything else is no review. */
export const admissionHandler = (informers: Informers): Handler => (payload) => {
  if (payload.kind !== 'http') return { kind: 'connected' };
  const review = parsed(payload.request.body);
  const request = isObject(review?.['request']) ? review['request'] : undefined;
  if (!review || !request) return { kind: 'http', response: { status: 400, headers: {}, body: 'no AdmissionReview' } };
  const body = JSON.stringify({ kind: 'AdmissionReview', apiVersion: review['apiVersion'], response: { uid: request['uid'], ...answer(request, informers) } });
  return { kind: 'http', response: { status: 200, headers: { 'Content-Type': 'application/json' }, body } };
};

function parsed(text: string): JsonObject | undefined {
  try { const value: unknown = JSON.parse(text); return isObject(value) ? value : undefined; } catch { return undefined; }
}

function answer({ kind, object, namespace }: JsonObject, informers: Informers): JsonObject {
  const asked = isObject(kind) ? kind['kind'] : undefined;
  if (asked === 'VerticalPodAutoscaler') {
    const problem = problemOf(object as VerticalPodAutoscaler);   // the review is of this kind
    return problem === undefined ? { allowed: true } : { allowed: false, status: { message: problem } };
  }
  if (asked !== 'Pod') return { allowed: true };
  const pod = object as Pod;
  const operations = patchesFor({ ...pod, metadata: { ...pod.metadata, namespace: pod.metadata.namespace ?? String(namespace) } }, informers);
  return operations.length === 0 ? { allowed: true } : { allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(operations)) };
}

/** What is to be changed of a pod that is being created. */
export function patchesFor(pod: Pod, informers: Informers): readonly Operation[] {
  const vpa = autoscalerOf(pod, informers);
  if (!vpa) return [];
  const changed = modeOf(vpa) === 'Off' ? [] : resized(pod, vpa);
  const annotations = {
    ...pod.metadata.annotations, [observedAnnotation]: pod.spec.containers.map(({ name }) => name).join(', '), ...(changed.length > 0 && { [updatesAnnotation]: told(vpa, changed) }),
  };
  return [
    ...changed.map(({ index, resources: value }): Operation => ({ op: 'add', path: `/spec/containers/${index}/resources`, value })),
    { op: 'add', path: '/metadata/annotations', value: annotations },
  ];
}

/** What is wrong with an autoscaler beyond its schema, in upstream's words. */
export function problemOf({ spec }: VerticalPodAutoscaler): string | undefined {
  const { updatePolicy, resourcePolicy } = spec;
  if (updatePolicy && updatePolicy.updateMode === undefined) return 'updateMode is required if UpdatePolicy is used';
  if (updatePolicy?.minReplicas !== undefined && updatePolicy.minReplicas <= 0) return `minReplicas has to be positive, got ${updatePolicy.minReplicas}`;
  for (const { containerName, mode, minAllowed, maxAllowed, controlledValues } of resourcePolicy?.containerPolicies ?? []) {
    if (!containerName) return 'containerPolicies.ContainerName is required';
    for (const resource of resources) {
      const [least, most] = [minAllowed?.[resource], maxAllowed?.[resource]];
      if (least !== undefined && most !== undefined && compareQuantities(most, least) < 0) return `max resource for ${resource} is lower than min`;
    }
    if (mode === 'Off' && controlledValues !== undefined) return 'controlledValues shouldn\'t be specified if container scaling mode is off.';
  }
  return undefined;
}
