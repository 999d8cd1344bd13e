import type { KubeObject, Resource } from '../../src/api/types';
import { awaitingController } from '../../src/kinds/awaiting';
import { mappingFor, stockResources, type Mapping, type Resources } from '../../src/kubectl/resources';
import type {
  CoreV1Event, ControllerRevision, CronJob, DaemonSet, Deployment, EndpointSlice, Job, Namespace, Node, Pod, ReplicaSet, ReplicationController, Service, StatefulSet,
} from '../../src/schema/types';

/** A kind as the page asks for it. */
export type PageKind<T extends KubeObject = KubeObject> = Resource<T> & { readonly facts: Mapping };

const pageKind = <T extends KubeObject>(facts: Mapping): PageKind<T> => {
  const { resource, group, version, apiVersion, kind, namespaced } = facts;
  return { resource, group, version, apiVersion, kind, namespaced, facts };
};
/** A kind that every server has. */
const stock = <T extends KubeObject>(resource: string): PageKind<T> => pageKind(mappingFor(resource));

export const Pods = stock<Pod>('pods');
export const Nodes = stock<Node>('nodes');
export const Services = stock<Service>('services');
export const EndpointSlices = stock<EndpointSlice>('endpointslices.discovery.k8s.io');
export const Deployments = stock<Deployment>('deployments.apps');
export const ReplicaSets = stock<ReplicaSet>('replicasets.apps');
export const StatefulSets = stock<StatefulSet>('statefulsets.apps');
export const DaemonSets = stock<DaemonSet>('daemonsets.apps');
export const ControllerRevisions = stock<ControllerRevision>('controllerrevisions.apps');
export const ReplicationControllers = stock<ReplicationController>('replicationcontrollers');
export const Jobs = stock<Job>('jobs.batch');
export const CronJobs = stock<CronJob>('cronjobs.batch');
export const Namespaces = stock<Namespace>('namespaces');
export const Events = stock<CoreV1Event>('events');

/** What the explorer lists first, in the order in which a cluster is usually read. */
export const mainResources: readonly string[] = [
  'pods', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch', 'services', 'endpointslices.discovery.k8s.io',
  'configmaps', 'secrets', 'nodes', 'namespaces',
];

/** Whether something in this cluster acts upon a kind. All others are stored, validated and listed, and nothing more. */
export const hasController = (resource: string): boolean => !awaitingController.has(resource);

const builtInGroups: ReadonlySet<string> = new Set(stockResources.preferred.map(({ group }) => group));
const isWatchable = ({ verbs }: Mapping): boolean => verbs.includes('list') && verbs.includes('watch');

/** The kinds that the server serves at a moment: what it says of itself, custom resources among them. */
export class ServedKinds {
  readonly #kinds = new Map<string, PageKind>();
  /** Those that a definition or another server added, by name. */
  readonly custom: readonly string[];
  /** All others that can be listed and are not among {@link mainResources}. */
  readonly others: readonly string[];

  constructor(readonly resources: Resources) {
    for (const mapping of resources.preferred) this.#kinds.set(mapping.resource, pageKind(mapping));
    const listed = resources.preferred.filter(isWatchable);
    this.custom = listed.filter(({ group }) => !builtInGroups.has(group)).map(({ resource }) => resource).toSorted();
    this.others = listed.filter(({ group, resource }) => builtInGroups.has(group) && !mainResources.includes(resource) && !resource.startsWith('events')).map(({ resource }) => resource).toSorted();
  }

  /** Undefined for what is not served, or no more. */
  find(resource: string): PageKind | undefined { return this.#kinds.get(resource); }

  isCustom(resource: string): boolean { return this.custom.includes(resource); }

  /** As kubectl accepts it: the singular where that is clear, else with the group. */
  commandName(resource: string): string {
    const mapping = this.find(resource)?.facts;
    if (!mapping) return resource;
    const { singular, plural, group } = mapping;
    const word = singular || plural;
    return this.resources.find(word)?.resource === resource ? word : `${word}.${group}`;
  }

  /** The resource behind an apiVersion and kind, as owner references and involved objects name it. */
  ofKind(apiVersion: string | undefined, kind: string | undefined): string | undefined {
    const group = apiVersion?.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const { preferred } = this.resources;
    return (preferred.find((each) => each.kind === kind && each.group === group) ?? preferred.find((each) => each.kind === kind))?.resource;
  }
}

/** What a stock server serves: until ours has been asked. */
export const stockKinds = new ServedKinds(stockResources);

/** `Pods`, `ReplicaSets`: the kind in the plural, for headings. */
export const pluralTitle = (kind: string): string =>
  kind.endsWith('s') ? (kind.endsWith('ss') ? `${kind}es` : kind) : /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
