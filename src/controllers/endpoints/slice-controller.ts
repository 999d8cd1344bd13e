import type { Draft } from '../../api/types';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { Services } from '../../kinds/core/service';
import { annotations, labels } from '../../kinds/core/well-known';
import { EndpointSlices } from '../../kinds/discovery/endpointslice';
import { equal } from '../../lib/equality';
import { selectorOfSet } from '../../lib/selectors';
import { byLabel, labelValue, selectedBy } from '../../runtime/by-label';
import { unlessGone } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { Endpoint, EndpointSlice, ObjectMeta, Pod, Service } from '../../schema/types';
import { endpointOf, hasEndpoint, hasSelector, portsOf, readinessChangedAt, sameEndpoint, servicesOf } from './pod-endpoint';
import { identityOf, planSlices, portsKey, type Wanted } from './slices';

const managedBy = 'endpointslice-controller.k8s.io';

/** Keeps the EndpointSlices of each service that has a selector equal to the pods it selects. */
export const endpointSliceController = defineController<Service>({
  name: 'endpoint-slice-controller',
  for: Services,
  watches: [watched(Pods, servicesOf, sameEndpoint), watched(EndpointSlices, serviceOf)],
  settleMs: 20,   // reads all pods of the service each time

  reconcile(key, context) {
    const service = context.informer(Services).get(key);
    if (!service || !hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return;
    const pods = [...selectedBy(context.informer(Pods), service.metadata.namespace, selectorOfSet(service.spec.selector))].filter(hasEndpoint);
    const owned = slicesOf(service, context);
    const types = addressTypesOf(service);
    for (const slice of owned) if (!types.includes(slice.addressType)) remove(slice, context);
    for (const type of types) reconcileType(service, type, pods, owned.filter(({ addressType }) => addressType === type), context);
  },
});

function* serviceOf({ metadata }: EndpointSlice): Generator<string> {
  const service = metadata.labels?.[labels.serviceName];
  if (service !== undefined && metadata.labels?.[labels.sliceManagedBy] === managedBy) yield `${metadata.namespace}/${service}`;
}

function slicesOf({ metadata: { namespace, name } }: Service, { informer }: Context): EndpointSlice[] {
  return [...informer(EndpointSlices).by(byLabel(labels.serviceName), labelValue(namespace, name))]
    .filter(({ metadata }) => metadata.labels?.[labels.sliceManagedBy] === managedBy && metadata.deletionTimestamp === undefined);
}

const addressTypesOf = ({ spec: { ipFamilies } }: Service): readonly string[] => (ipFamilies?.length ? ipFamilies : ['IPv4']);
const isIPv6 = (address: string): boolean => address.includes(':');

function reconcileType(service: Service, addressType: string, pods: readonly Pod[], slices: readonly EndpointSlice[], context: Context): void {
  const owned = slices.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === service.metadata.uid));
  const plan = planSlices(wantedOf(service, addressType, pods, context), owned);
  const changedAt = triggerTime(service, pods, owned);
  const sliceLabels = labelsOf(service);
  for (const slice of owned) {
    const endpoints = plan.update.get(slice);
    if (endpoints === undefined && (plan.remove.includes(slice) || equal(slice.metadata.labels, sliceLabels))) continue;
    const metadata = withTrigger({ ...slice.metadata, labels: sliceLabels }, changedAt);
    context.api.update(EndpointSlices, { ...slice, metadata, ...(endpoints && { endpoints }) });
  }
  for (const { ports, endpoints } of plan.create) {
    const { name, namespace } = service.metadata;
    const metadata = { generateName: `${name}-`, namespace, labels: sliceLabels, ownerReferences: controlledBy(service) };
    const draft: Draft<EndpointSlice> = { metadata: withTrigger(metadata, changedAt), addressType, endpoints, ports };
    context.api.create(EndpointSlices, draft);
  }
  for (const slice of [...plan.remove, ...slices.filter((each) => !owned.includes(each))]) remove(slice, context);
}

const remove = ({ metadata }: EndpointSlice, { api }: Context): void => { unlessGone(() => api.delete(EndpointSlices, metadata)); };

/** The endpoints that should be, in groups of equal ports. */
function wantedOf(service: Service, addressType: string, pods: readonly Pod[], { informer }: Context): Map<string, Wanted> {
  const groups = new Map<string, { readonly ports: Wanted['ports']; readonly endpoints: Map<string, Endpoint> }>();
  for (const pod of pods) {
    const addresses = (pod.status?.podIPs ?? [{ ip: pod.status?.podIP ?? '' }]).map(({ ip }) => ip).filter((ip) => isIPv6(ip) === (addressType === 'IPv6'));
    if (addresses.length === 0) continue;
    const ports = portsOf(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    const endpoint = endpointOf(pod, service, informer(Nodes).get(pod.spec.nodeName ?? ''), addresses);
    group.endpoints.set(identityOf(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}

/** The service's own labels, and those that say whose the slice is. */
function labelsOf({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const { [labels.serviceName]: _name, [labels.sliceManagedBy]: _by, [labels.headlessService]: _headless, ...own } = metadata.labels ?? {};
  const headless = spec.clusterIP === 'None' && { [labels.headlessService]: '' };
  return { ...own, [labels.sliceManagedBy]: managedBy, [labels.serviceName]: metadata.name, ...headless };
}

/** What made this write necessary: the service's creation, or the first change of readiness since the last write. */
function triggerTime({ metadata }: Service, pods: readonly Pod[], slices: readonly EndpointSlice[]): string | undefined {
  if (slices.length === 0) return metadata.creationTimestamp;
  const last = slices.map((slice) => slice.metadata.annotations?.[annotations.lastChangeTriggerTime] ?? '').reduce((a, b) => (a > b ? a : b));
  let first: string | undefined;
  for (const pod of pods) {
    const at = readinessChangedAt(pod);
    if (at > last && (first === undefined || at < first)) first = at;
  }
  return first;
}

function withTrigger<M extends Partial<ObjectMeta>>(metadata: M, at: string | undefined): M {
  const { annotations: before = {}, ...rest } = metadata;
  const { [annotations.lastChangeTriggerTime]: _last, ...others } = before;
  const next = at === undefined ? others : { ...others, [annotations.lastChangeTriggerTime]: at };
  return { ...rest, ...(Object.keys(next).length > 0 && { annotations: next }) } as M;   // M less its annotations, and with them again
}
