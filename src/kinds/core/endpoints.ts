import { invalidValue, required } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain } from '../../lib/names';
import type { CoreV1EndpointPort, EndpointAddress, EndpointSubset, Endpoints } from '../../schema/types';
import { isValidIP, specialAddress } from '../addresses';
import { ageColumn, firstThree, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';
import { named, oneOf, type Errors } from '../rule-parts';
import { change, fill, mapItems } from '../sharing';
import { isValidPortNumber } from '../../lib/names';

const protocols = ['SCTP', 'TCP', 'UDP'];

function* endpointsRules({ subsets = [] }: Endpoints): Errors {
  for (const [i, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
    const at = `subsets[${i}]`;
    if (addresses.length === 0 && notReadyAddresses.length === 0) yield required(at, 'must specify `addresses` or `notReadyAddresses`');
    for (const [j, address] of addresses.entries()) yield* addressRules(address, `${at}.addresses[${j}]`);
    for (const [j, address] of notReadyAddresses.entries()) yield* addressRules(address, `${at}.notReadyAddresses[${j}]`);
    for (const [j, port] of ports.entries()) yield* endpointPortRules(port, ports.length > 1, `${at}.ports[${j}]`);
  }
}

function* addressRules({ ip, hostname, nodeName }: EndpointAddress, at: string): Errors {
  const errors = [
    ...named(isValidIP, `${at}.ip`, ip),
    ...(hostname ? named(isDNS1123Label, `${at}.hostname`, hostname) : []),
    ...(nodeName === undefined ? [] : named(isDNS1123Subdomain, `${at}.nodeName`, nodeName)),
  ];
  yield* errors;
  const special = errors.length === 0 ? specialAddress(ip) : undefined;
  if (special !== undefined) yield invalidValue(`${at}.ip`, ip, special);
}

function* endpointPortRules({ name, port, protocol }: CoreV1EndpointPort, mustBeNamed: boolean, at: string): Errors {
  if (name) yield* named(isDNS1123Label, `${at}.name`, name);
  else if (mustBeNamed) yield required(`${at}.name`);
  for (const message of isValidPortNumber(port)) yield invalidValue(`${at}.port`, port, message);
  yield* oneOf(`${at}.protocol`, protocol, protocols);
}

const subsetDefaults = (subset: EndpointSubset): EndpointSubset => change(subset, 'ports', (ports) => mapItems(ports, (port) => fill(port, { protocol: 'TCP' })));

/** `10.0.0.1:80` for each address and port that is ready. */
const pairs = ({ addresses = [], ports = [] }: EndpointSubset): readonly string[] =>
  ports.length === 0 ? addresses.map(({ ip }) => ip) : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`));

const columns: readonly Column<Endpoints>[] = [
  nameColumn,
  { name: 'Endpoints', value: ({ subsets = [] }) => firstThree(subsets.flatMap(pairs), '<none>') },
  ageColumn,
];

export const EndpointsKind = defineKind<Endpoints>('endpoints', {
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults: (object) => change(object, 'subsets', (subsets) => mapItems(subsets, subsetDefaults)),
  rules: endpointsRules,
  columns,
});
