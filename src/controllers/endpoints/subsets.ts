import { groupBy } from '../../lib/group-by';
import type { EndpointAddress, EndpointSubset, Pod, Service } from '../../schema/types';
import { isPodReady } from '../../kinds/core/pod-conditions';
import type { ResolvedPort } from './pod-endpoint';

/** One pod as the classic Endpoints see it. */
export type PodAddress = { readonly address: EndpointAddress; readonly ready: boolean; readonly ports: readonly ResolvedPort[] };

/** As upstream: the classic object does not grow beyond this, and says so in an annotation. */
export const maxAddresses = 1_000;

export function addressOf({ metadata: { name, namespace, uid }, spec, status }: Pod, service: Service): EndpointAddress {
  const hostname = spec.hostname && spec.subdomain === service.metadata.name ? spec.hostname : undefined;
  const { nodeName } = spec;
  return { ip: status?.podIP ?? '', ...(hostname && { hostname }), ...(nodeName && { nodeName }), targetRef: { kind: 'Pod', namespace, name, uid } };
}

/** Terminating pods are no classic endpoints, unless the service publishes whatever there is. */
export const isIncluded = (pod: Pod, { spec }: Service): boolean => pod.metadata.deletionTimestamp === undefined || spec.publishNotReadyAddresses === true;
export const isServing = (pod: Pod, { spec }: Service): boolean => spec.publishNotReadyAddresses === true || isPodReady(pod);

/** Addresses that have the same ports together, in a fixed order, so that equal contents are equal objects. */
export function subsetsOf(pods: readonly PodAddress[]): EndpointSubset[] {
  const portsKey = ({ ports }: PodAddress) => ports.map(({ name, port, protocol }) => `${name}/${protocol}/${port}`).toSorted().join(' ');
  const groups = groupBy(pods.filter(({ ports }) => ports.length > 0), portsKey);
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => {
    const addresses = sorted(group.filter(({ ready }) => ready));
    const notReadyAddresses = sorted(group.filter(({ ready }) => !ready));
    return {
      ...(addresses.length > 0 && { addresses }), ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ports: (group[0]?.ports ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, ...rest }) => ({ ...(name && { name }), ...rest })),
    };
  });
}

const sorted = (group: readonly PodAddress[]): EndpointAddress[] =>
  group.map(({ address }) => address).toSorted((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0));
