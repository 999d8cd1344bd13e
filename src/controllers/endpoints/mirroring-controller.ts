import { EndpointsKind } from '../../kinds/core/endpoints';
import { Services } from '../../kinds/core/service';
import { labels } from '../../kinds/core/well-known';
import { EndpointSlices } from '../../kinds/discovery/endpointslice';
import { equal } from '../../lib/equality';
import { byLabel, labelValue } from '../../runtime/by-label';
import { unlessGone } from '../../runtime/claim';
import { defineController, watched, type Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { Endpoint, EndpointAddress, EndpointSlice, EndpointSubset, Endpoints } from '../../schema/types';
import { hasSelector } from './pod-endpoint';
import { identityOf, planSlices, portsKey, type Wanted } from './slices';

const managedBy = 'endpointslicemirroring-controller.k8s.io';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** Upstream's --mirroring-max-endpoints-per-subset. */
const mostAddresses = 1_000;

/** Keeps EndpointSlices for Endpoints that somebody wrote by hand, for services without a selector: whoever routes reads slices alone. */
export const endpointSliceMirroringController = defineController<Endpoints>({
  name: 'endpointslice-mirroring-controller',
  for: EndpointsKind,
  watches: [
    watched(Services, function* ({ metadata }) { yield `${metadata.namespace}/${metadata.name}`; }, (previous, next) => previous.spec.selector === next.spec.selector),
    watched(EndpointSlices, function* ({ metadata }) {
      const name = metadata.labels?.[labels.serviceName];
      if (name !== undefined && metadata.labels?.[labels.sliceManagedBy] === managedBy) yield `${metadata.namespace}/${name}`;
    }),
  ],
  reconcile(key, context) {
    const slash = key.indexOf('/');
    const slices = mirrorsOf(key.slice(0, slash), key.slice(slash + 1), context);
    const endpoints = context.informer(EndpointsKind).get(key);
    const service = context.informer(Services).get(key);
    if (!endpoints || !service || hasSelector(service) || !isMirrored(endpoints)) return slices.forEach((slice) => remove(slice, context));
    for (const type of ['IPv4', 'IPv6']) mirror(endpoints, type, slices.filter(({ addressType }) => addressType === type), context);
  },
});

const isMirrored = ({ metadata }: Endpoints): boolean => metadata.labels?.[skipLabel] !== 'true' && metadata.annotations?.[leaderAnnotation] === undefined;

const mirrorsOf = (namespace: string, name: string, { informer }: Context): readonly EndpointSlice[] =>
  [...informer(EndpointSlices).by(byLabel(labels.serviceName), labelValue(namespace, name))].filter(({ metadata }) => metadata.labels?.[labels.sliceManagedBy] === managedBy);

function mirror(endpoints: Endpoints, addressType: string, slices: readonly EndpointSlice[], context: Context): void {
  const wanted = wantedOf(endpoints, addressType);
  if (wanted.size === 0) return slices.forEach((slice) => remove(slice, context));
  const { metadata: { name, namespace, labels: own, annotations = {} } } = endpoints;
  const sliceLabels = { ...own, [labels.serviceName]: name, [labels.sliceManagedBy]: managedBy };
  const { [lastAppliedAnnotation]: _applied, ...kept } = annotations;
  const plan = planSlices(wanted, slices);
  for (const slice of slices) {
    const changed = plan.update.get(slice);
    if (plan.remove.includes(slice) || (changed === undefined && equal(slice.metadata.labels, sliceLabels))) continue;
    context.api.update(EndpointSlices, { ...slice, metadata: { ...slice.metadata, labels: sliceLabels }, ...(changed && { endpoints: changed }) });
  }
  for (const { ports, endpoints: members } of plan.create)
    context.api.create(EndpointSlices, {
      metadata: { generateName: `${name}-`, namespace, labels: sliceLabels, ownerReferences: controlledBy(endpoints), ...(Object.keys(kept).length > 0 && { annotations: kept }) },
      addressType, ports, endpoints: members,
    });
  for (const slice of plan.remove) remove(slice, context);
}

const remove = ({ metadata }: EndpointSlice, { api }: Context): void => { unlessGone(() => api.delete(EndpointSlices, metadata)); };

/** The addresses of one family, in groups of equal ports. */
function wantedOf({ subsets = [] }: Endpoints, addressType: string): Map<string, Wanted> {
  const groups = new Map<string, { readonly ports: Wanted['ports']; readonly endpoints: Map<string, Endpoint> }>();
  for (const subset of subsets) {
    const members = membersOf(subset).filter(({ addresses: [ip = ''] }) => ip.includes(':') === (addressType === 'IPv6')).slice(0, mostAddresses);
    if (members.length === 0) continue;
    const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }));
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    for (const member of members) group.endpoints.set(identityOf(member), member);
    groups.set(key, group);
  }
  return groups;
}

const membersOf = ({ addresses = [], notReadyAddresses = [] }: EndpointSubset): Endpoint[] =>
  [...addresses.map((each) => endpointOf(each, true)), ...notReadyAddresses.map((each) => endpointOf(each, false))];

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint =>
  ({ addresses: [ip], conditions: { ready }, ...(hostname && { hostname }), ...(nodeName !== undefined && { nodeName }), ...(targetRef && { targetRef }) });
