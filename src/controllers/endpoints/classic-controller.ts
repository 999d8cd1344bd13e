import type { LocalClient } from '../../api/local-client';
import type { Resource } from '../../api/types';
import { Pods } from '../../kinds/core/pod';
import { Services } from '../../kinds/core/service';
import { annotations, labels } from '../../kinds/core/well-known';
import { equal } from '../../lib/equality';
import { selectorOfSet } from '../../lib/selectors';
import { selectedBy } from '../../runtime/by-label';
import { defineController, watched } from '../../runtime/controller';
import type { Endpoints, EndpointSubset, ObjectMeta, Pod, Service } from '../../schema/types';
import { hasEndpoint, hasSelector, portsOf, readinessChangedAt, sameEndpoint, servicesOf } from './pod-endpoint';
import { addressOf, isIncluded, isServing, maxAddresses, subsetsOf } from './subsets';

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
const EndpointsKind: Resource<Endpoints> = { resource: 'endpoints', group: '', version: 'v1', apiVersion: 'v1', kind: 'Endpoints', namespaced: true };

/** Keeps the classic Endpoints object of each service that has a selector: deprecated, and still what many look at. */
export const endpointsController = defineController<Service>({
  name: 'endpoint-controller',
  for: Services,
  watches: [watched(Pods, servicesOf, sameEndpoint), watched(EndpointsKind, ({ metadata: { namespace, name } }) => [`${namespace}/${name}`])],
  settleMs: 100,   // one object for all pods of a service: gathers longer than slices do

  reconcile(key, { api, informer }) {
    const service = informer(Services).get(key);
    const current = informer(EndpointsKind).get(key);
    if (!service) {
      if (current?.metadata.labels?.[managedByLabel] === 'endpoint-controller') api.delete(EndpointsKind, current.metadata);
      return;
    }
    if (!hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return;
    const selected = selectedBy(informer(Pods), service.metadata.namespace, selectorOfSet(service.spec.selector));
    const pods = [...selected].filter((pod) => hasEndpoint(pod) && isIncluded(pod, service));
    const told = (pod: Pod) => ({ address: addressOf(pod, service), ready: isServing(pod, service), ports: portsOf(service, pod) });
    const subsets = subsetsOf(pods.slice(0, maxAddresses).map(told));
    const metadata = metadataOf(service, pods.length > maxAddresses);
    if (current && equal(current.subsets ?? [], subsets) && equal(current.metadata.labels, metadata.labels)) return;
    write(service, current, { metadata: withTrigger(metadata, service, pods, current), subsets }, api);
  },
});

type Contents = { readonly metadata: Pick<ObjectMeta, 'labels' | 'annotations'>; readonly subsets: readonly EndpointSubset[] };

function write({ metadata: { namespace, name } }: Service, current: Endpoints | undefined, { metadata, subsets }: Contents, api: LocalClient): void {
  const body = subsets.length > 0 ? { subsets } : {};
  if (!current) { api.create(EndpointsKind, { metadata: { ...metadata, namespace, name }, ...body }); return; }
  const { subsets: _before, ...rest } = current;
  api.update(EndpointsKind, { ...rest, metadata: { ...current.metadata, ...metadata }, ...body });
}

function metadataOf({ metadata, spec }: Service, truncated: boolean): Contents['metadata'] {
  const { [labels.headlessService]: _headless, ...own } = metadata.labels ?? {};
  return {
    labels: { ...own, [managedByLabel]: 'endpoint-controller', ...(spec.clusterIP === 'None' && { [labels.headlessService]: '' }) },
    ...(truncated && { annotations: { [overCapacity]: 'truncated' } }),
  };
}

function withTrigger(metadata: Contents['metadata'], service: Service, pods: readonly Pod[], current: Endpoints | undefined): Contents['metadata'] {
  const latest = current ? pods.map(readinessChangedAt).reduce((a, b) => (a > b ? a : b), '') : service.metadata.creationTimestamp;
  return latest ? { ...metadata, annotations: { ...metadata.annotations, [annotations.lastChangeTriggerTime]: latest } } : metadata;
}
