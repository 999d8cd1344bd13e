import type { KubeObject, Resource } from '../../src/api/types';
import { allResources, resourceFacts, resourceName, type ResourceFacts } from '../../src/schema/resources';
import type { CoreV1Event, Deployment, EndpointSlice, Namespace, Node, Pod, ReplicaSet, Service } from '../../src/schema/types';

/** A kind as the page asks for it. @throws Error when the resource table has no such row. */
export function kindOf<T extends KubeObject = KubeObject>(resource: string): Resource<T> & { readonly facts: ResourceFacts } {
  const facts = resourceFacts(resource);
  if (!facts) throw new Error(`no resource ${resource} in the resource table`);
  const { group, version, kind, namespaced } = facts;
  return { resource, group, version, apiVersion: group ? `${group}/${version}` : version, kind, namespaced, facts };
}

export const Pods = kindOf<Pod>('pods');
export const Nodes = kindOf<Node>('nodes');
export const Services = kindOf<Service>('services');
export const EndpointSlices = kindOf<EndpointSlice>('endpointslices.discovery.k8s.io');
export const Deployments = kindOf<Deployment>('deployments.apps');
export const ReplicaSets = kindOf<ReplicaSet>('replicasets.apps');
export const Namespaces = kindOf<Namespace>('namespaces');
export const Events = kindOf<CoreV1Event>('events');

/** What the explorer lists first, in the order in which a cluster is usually read. */
export const mainResources = [
  'pods', 'deployments.apps', 'replicasets.apps', 'services', 'endpointslices.discovery.k8s.io', 'endpoints', 'configmaps', 'secrets', 'serviceaccounts',
  'nodes', 'namespaces', 'leases.coordination.k8s.io',
] as const;

/** Kinds that something in this cluster acts upon. All others are stored, validated and listed, and nothing more. */
const actedUpon: ReadonlySet<string> = new Set([...mainResources, 'events', 'events.events.k8s.io']);
export const hasController = (resource: string): boolean => actedUpon.has(resource);

/** The remaining kinds that can be listed. */
export const otherResources: readonly string[] = allResources
  .filter((row) => row.verbs.includes('list') && row.verbs.includes('watch'))
  .map(resourceName)
  .filter((name, index, all) => !(mainResources as readonly string[]).includes(name) && !name.startsWith('events') && all.indexOf(name) === index)
  .toSorted();

/** As kubectl accepts it: the plural alone where that is clear. */
export const commandName = (resource: string): string => {
  const facts = resourceFacts(resource);
  return facts?.singular || resource;
};

/** `Pods`, `ReplicaSets`: the kind in the plural, for headings. */
export const pluralTitle = (kind: string): string =>
  kind.endsWith('s') ? (kind.endsWith('ss') ? `${kind}es` : kind) : kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;

/** The resource behind an apiVersion and kind, as owner references and involved objects name it. */
export function resourceOfKind(apiVersion: string | undefined, kind: string | undefined): string | undefined {
  const group = apiVersion?.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const row = allResources.find((each) => each.kind === kind && each.group === group) ?? allResources.find((each) => each.kind === kind);
  return row && resourceName(row);
}
