import type { EndpointSlice, Node, Service } from '../../src/schema/types';
import { groupBy } from './group-by';
import { isControlPlane } from './node-view';
import type { PodView } from './pod-view';

type Named = { readonly metadata: { readonly name: string } };
const order = new Intl.Collator('en', { numeric: true });
const byName = (a: Named, b: Named): number => order.compare(a.metadata.name, b.metadata.name);

/** Control plane first, then by name: never by arrival. */
export const inOrder = (nodes: readonly Node[]): readonly Node[] => nodes.toSorted((a, b) => Number(isControlPlane(b)) - Number(isControlPlane(a)) || byName(a, b));

/** Pods, in the order in which they came, by the node that runs them; under `''` those that wait for one, or whose node is gone. */
export function podsByNode(pods: readonly PodView[], nodes: readonly Node[]): ReadonlyMap<string, readonly PodView[]> {
  const groups = new Map<string, PodView[]>(nodes.map((node) => [node.metadata.name, []]));
  const waiting: PodView[] = [];
  for (const view of pods) (groups.get(view.pod.spec.nodeName ?? '') ?? waiting).push(view);
  groups.set('', waiting);
  return groups;
}

/** Services, each with its endpoints: the uids of ready pods, and how many there are at all. */
export type ServiceView = { readonly service: Service; readonly readyPods: readonly string[]; readonly total: number };

export function serviceViews(services: readonly Service[], slices: readonly EndpointSlice[]): readonly ServiceView[] {
  const byService = groupBy(slices, ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`);
  return services.toSorted(byName).map((service) => {
    const endpoints = (byService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? []).flatMap((slice) => slice.endpoints ?? []);
    const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
    return { service, readyPods: ready.flatMap(({ targetRef }) => (targetRef?.uid ? [targetRef.uid] : [])), total: endpoints.length };
  });
}
