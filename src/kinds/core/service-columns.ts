import type { LoadBalancerIngress, Service, ServicePort } from '../../schema/types';
import { ageColumn, labelsText, nameColumn } from '../columns';
import type { Column } from '../define';

const none = '<none>';

/** Where a service is reached from outside, by its type: the EXTERNAL-IP column. */
export function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || none;
    case 'LoadBalancer':
      return [...balancerAddresses(status?.loadBalancer?.ingress ?? []), ...external].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

const balancerAddresses = (ingress: readonly LoadBalancerIngress[]): readonly string[] =>
  [...new Set(ingress.map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort();

const portText = ({ port, nodePort, protocol }: ServicePort): string => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`;

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  { name: 'Type', value: ({ spec }) => spec.type ?? '' },
  { name: 'Cluster-IP', value: ({ spec }) => spec.clusterIPs?.[0] ?? none },
  { name: 'External-IP', value: externalAddress },
  { name: 'Port(s)', value: ({ spec }) => (spec.ports ?? []).map(portText).join(',') || none },
  ageColumn,
  { name: 'Selector', priority: 1, value: ({ spec }) => labelsText(spec.selector) },
];
