import type { DiscoveryV1EndpointPort, EndpointSlice } from '../../schema/types';
import { ageColumn, firstThree, nameColumn } from '../columns';
import { defineKind } from '../define';
import { change, fill, mapItems } from '../sharing';
import { endpointSliceRules } from './endpointslice-rules';

const portDefaults = (port: DiscoveryV1EndpointPort): DiscoveryV1EndpointPort => {
  const withProtocol = fill(port, { protocol: 'TCP' });
  return withProtocol.name === undefined ? { ...withProtocol, name: '' } : withProtocol;
};

const portText = ({ port, name }: DiscoveryV1EndpointPort): string => (port === undefined ? name || '*' : String(port));

export const EndpointSlices = defineKind<EndpointSlice>('endpointslices.discovery.k8s.io', {
  generation: true,
  defaults: (slice) => change(slice, 'ports', (ports) => mapItems(ports, portDefaults)),
  rules: endpointSliceRules,
  columns: [
    nameColumn,
    { name: 'AddressType', value: ({ addressType }) => addressType },
    { name: 'Ports', value: ({ ports }) => firstThree((ports ?? []).map(portText), '<unset>') },
    { name: 'Endpoints', value: ({ endpoints }) => firstThree((endpoints ?? []).flatMap(({ addresses }) => addresses), '<unset>') },
    ageColumn,
  ],
});
