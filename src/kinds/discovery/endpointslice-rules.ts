import { duplicate, invalidValue, notSupported, required, tooMany, type FieldError } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain, type NameCheck } from '../../lib/names';
import { isIPv4, isIPv6 } from '../../lib/cidr';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from '../../schema/types';
import type { RuleContext } from '../define';
import { named } from '../rule-parts';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const protocols = ['SCTP', 'TCP', 'UDP'];

const addressChecks: Readonly<Record<string, NameCheck>> = {
  FQDN: isDNS1123Subdomain,
  IPv4: (text) => (isIPv4(text) ? [] : ['must be an IPv4 address']),
  IPv6: (text) => (isIPv6(text) ? [] : ['must be an IPv6 address']),
};
const addressTypes = Object.keys(addressChecks);

export function* endpointSliceRules({ addressType, endpoints, ports }: EndpointSlice, { previous }: RuleContext<EndpointSlice>): Iterable<FieldError> {
  if (!addressType) yield required('addressType');
  else if (!addressTypes.includes(addressType)) yield notSupported('addressType', addressType, addressTypes);
  if (previous && previous.addressType !== addressType) yield invalidValue('addressType', addressType, 'field is immutable');
  yield* endpointsRules(endpoints ?? [], addressChecks[addressType]);
  yield* portsRules(ports ?? []);
}

function* endpointsRules(endpoints: readonly Endpoint[], check: NameCheck | undefined): Iterable<FieldError> {
  if (endpoints.length > maxEndpoints) return yield tooMany('endpoints', endpoints.length, maxEndpoints);
  for (const [i, { addresses, hostname, nodeName }] of endpoints.entries()) {
    const at = `endpoints[${i}]`;
    if (addresses.length === 0) yield required(`${at}.addresses`, 'must contain at least 1 address');
    else if (addresses.length > maxAddresses) yield tooMany(`${at}.addresses`, addresses.length, maxAddresses);
    if (check) for (const [j, address] of addresses.entries()) yield* named(check, `${at}.addresses[${j}]`, address);
    if (nodeName !== undefined) yield* named(isDNS1123Subdomain, `${at}.nodeName`, nodeName);
    if (hostname !== undefined) yield* named(isDNS1123Label, `${at}.hostname`, hostname);
  }
}

function* portsRules(ports: readonly DiscoveryV1EndpointPort[]): Iterable<FieldError> {
  if (ports.length > maxPorts) return yield tooMany('ports', ports.length, maxPorts);
  const names = new Set<string>();
  for (const [i, { name = '', protocol }] of ports.entries()) {
    const at = `ports[${i}]`;
    if (name) yield* named(isDNS1123Label, `${at}.name`, name);
    if (names.has(name)) yield duplicate(`${at}.name`, name);
    names.add(name);
    if (!protocol) yield required(`${at}.protocol`);
    else if (!protocols.includes(protocol)) yield notSupported(`${at}.protocol`, protocol, protocols);
  }
}
