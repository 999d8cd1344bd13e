import { controllerOf } from '../../src/api/keys';
import type { Deployment, EndpointSlice, Node, ReplicaSet, Service } from '../../src/schema/types';
import { groupBy } from './group-by';
import { isControlPlane } from './node-view';
import { ownerBands, type Owner } from './owners';
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

export type Workload = { readonly deployment: Deployment; readonly sets: readonly { readonly set: ReplicaSet; readonly band: Owner | undefined }[] };

/** Deployments with their ReplicaSets that matter now. */
export function workloads(deployments: readonly Deployment[], replicaSets: readonly ReplicaSet[]): readonly Workload[] {
  const bands = ownerBands(replicaSets);
  const byOwner = groupBy(replicaSets, (set) => controllerOf(set)?.uid ?? '');
  return deployments.toSorted(byName).map((deployment) => ({
    deployment,
    sets: (byOwner.get(deployment.metadata.uid) ?? [])
      .filter(({ spec, status }) => (spec?.replicas ?? 0) > 0 || (status?.replicas ?? 0) > 0)
      .toSorted((a, b) => revision(a) - revision(b))
      .map((set) => ({ set, band: bands.get(set.metadata.uid) })),
  }));
}
const revision = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

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
