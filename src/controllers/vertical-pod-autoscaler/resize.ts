import type { Amounts, ContainerRecommendation, VerticalPodAutoscaler } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { milliQuantity, milliValue, parseQuantity, value, wholeQuantity } from '../../lib/quantity';
import type { Container, Pod, ResourceRequirements } from '../../schema/types';
import { capped, policyOf, resources } from './estimate';

/** On pods that were given other resources: by whom, and which containers there were. */
export const updatesAnnotation = 'vpaUpdates';
export const observedAnnotation = 'vpaObservedContainers';

/** What an autoscaler has a container of the pod request, within its policy; undefined when it has no say. */
export function recommendationFor(vpa: VerticalPodAutoscaler, container: Container): ContainerRecommendation | undefined {
  const found = vpa.status?.recommendation?.containerRecommendations?.find(({ containerName }) => containerName === container.name);
  const policy = policyOf(vpa.spec, container.name);
  if (!found || policy.mode === 'Off') return undefined;
  const limits = policy.controlledValues === 'RequestsOnly' ? container.resources?.limits : undefined;
  const within = (amounts: Amounts): Amounts => capped(amounts, { ...policy, ...(limits && { maxAllowed: lower(policy.maxAllowed, limits) }) });
  return { ...found, target: within(found.target), ...(found.lowerBound && { lowerBound: within(found.lowerBound) }), ...(found.upperBound && { upperBound: within(found.upperBound) }) };
}

/** Requests alone must not come above limits that stay. */
function lower(most: Amounts | undefined, limits: Amounts): Amounts {
  return Object.fromEntries(resources.flatMap((name) => {
    const both = [most?.[name], limits[name]].filter((each) => each !== undefined).sort((a, b) => milliValue(a) - milliValue(b));
    return both[0] === undefined ? [] : [[name, both[0]]];
  }));
}

/** What a container has: what it runs with, which is not what its spec asks for while a resize is under way. */
export const actualResources = ({ status }: Pick<Pod, 'status'>, { name, resources: asked }: Container): ResourceRequirements =>
  status?.containerStatuses?.find((each) => each.name === name)?.resources ?? asked ?? {};

export type Resized = { readonly index: number; readonly name: string; readonly resources: ResourceRequirements; readonly changes: readonly string[] };

/** The containers of a pod as an autoscaler wants them: its targets as requests, and limits in the proportion they had. */
export function resized(pod: Pick<Pod, 'spec' | 'status'>, vpa: VerticalPodAutoscaler): readonly Resized[] {
  return pod.spec.containers.flatMap((container, index): readonly Resized[] => {
    const found = recommendationFor(vpa, container);
    if (!found) return [];
    const { requests, limits } = actualResources(pod, container);
    const grown = policyOf(vpa.spec, container.name).controlledValues === 'RequestsOnly' ? {} : Object.fromEntries(resources.flatMap((name) => {
      const limit = limits?.[name] === undefined ? undefined : proportional(name, limits[name], requests?.[name], found.target[name]);
      return limit === undefined ? [] : [[name, limit]];
    }));
    const changes = [...Object.keys(found.target).map((name) => `${name} request`), ...Object.keys(grown).map((name) => `${name} limit`)];
    return [{ index, name: container.name, changes, resources: { ...container.resources, requests: { ...requests, ...found.target }, ...(limits && { limits: { ...limits, ...grown } }) } }];
  });
}

/** A limit without a request is one for both. */
function proportional(resource: 'cpu' | 'memory', limit: string, request: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  if (request === undefined || milliValue(request) === 0 || milliValue(request) === milliValue(limit)) return wanted;
  if (resource === 'cpu') return milliQuantity(Math.floor(milliValue(limit) * milliValue(wanted) / milliValue(request)));
  const bytes = Math.ceil(value(limit) * (value(wanted) / value(request)));
  return wholeQuantity(bytes, parseQuantity(limit).format === 'BinarySI' ? 'BinarySI' : 'DecimalSI');
}

/** How the annotation tells what was changed: `Pod resources updated by hamster-vpa: container 0: cpu request, memory request`. */
export const told = (vpa: VerticalPodAutoscaler, changed: readonly Resized[]): string =>
  `Pod resources updated by ${vpa.metadata.name}: ${changed.map(({ index, changes }) => `container ${index}: ${changes.join(', ')}`).join('; ')}`;
