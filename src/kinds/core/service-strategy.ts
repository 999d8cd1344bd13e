import type { Service, ServicePort, ServiceSpec } from '../../schema/types';
import { mapItems, set } from '../sharing';
import { externallyAccessible } from './service-defaults';

const hasClusterIP = ({ type }: ServiceSpec): boolean => type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';
const hasNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
const needsHealthCheckPort = ({ type, externalTrafficPolicy }: ServiceSpec): boolean => type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

/** One address of one family: this cluster is IPv4 only. */
const families = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' } as const;

function withSpec(service: Service, spec: ServiceSpec): Service {
  return spec === service.spec ? service : { ...service, spec };
}

/** `clusterIP` and `clusterIPs` say the same, and a service that has an address has a family. */
function completed(spec: ServiceSpec): ServiceSpec {
  const listed = spec.clusterIP && !spec.clusterIPs?.length ? { ...spec, clusterIPs: [spec.clusterIP] } : spec;
  if (!hasClusterIP(listed) || (listed.ipFamilies && listed.ipFamilyPolicy)) return listed;
  return isFree(listed) ? bothFamilies(listed) : { ...families, ...listed };
}

/** Headless and without a selector: somebody else keeps its endpoints, of whatever family. */
const isFree = ({ clusterIPs, selector }: ServiceSpec): boolean => clusterIPs?.[0] === 'None' && Object.keys(selector ?? {}).length === 0;

function bothFamilies(spec: ServiceSpec): ServiceSpec {
  const { ipFamilyPolicy = 'RequireDualStack', ipFamilies = ['IPv4'] } = spec;
  const [first] = ipFamilies;
  const both = ipFamilies.length > 1 || ipFamilyPolicy === 'SingleStack' ? ipFamilies : [...ipFamilies, first === 'IPv4' ? 'IPv6' : 'IPv4'];
  return { ...spec, ipFamilyPolicy, ipFamilies: both };
}

export const serviceForCreate = (service: Service): Service => withSpec(service, completed(service.spec));

/** Keeps what was allocated when the client left it out, drops what a change of type makes meaningless. */
export function serviceForUpdate(service: Service, previous: Service): Service {
  const kept = keepAllocated(service.spec, previous.spec);
  return withSpec(service, completed(dropByType(kept, previous.spec)));
}

function keepAllocated(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  let next = spec;
  if (hasClusterIP(before) && hasClusterIP(spec)) {
    if (!next.clusterIP && before.clusterIP)
      next = { ...next, clusterIP: before.clusterIP, ...(before.clusterIPs && !next.clusterIPs?.length && { clusterIPs: before.clusterIPs }) };
    else if (next.clusterIP && next.clusterIP !== before.clusterIP && sameList(next.clusterIPs, before.clusterIPs))
      next = { ...next, clusterIPs: [next.clusterIP] };
    if (before.ipFamilies && !next.ipFamilies) next = { ...next, ipFamilies: before.ipFamilies };
    if (before.ipFamilyPolicy && !next.ipFamilyPolicy) next = { ...next, ipFamilyPolicy: before.ipFamilyPolicy };
  }
  if (hasNodePorts(before) && hasNodePorts(spec)) next = set(next, 'ports', next.ports && mapItems(next.ports, (port) => withNodePort(port, before)));
  if (needsHealthCheckPort(before) && needsHealthCheckPort(spec) && !next.healthCheckNodePort)
    next = set(next, 'healthCheckNodePort', before.healthCheckNodePort);
  return next;
}

const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.length === b.length && a.every((each, i) => each === b[i]);

/** A port that lost its node port gets the one it had, unless another port of the service took it. */
function withNodePort(port: ServicePort, { ports = [] }: ServiceSpec): ServicePort {
  if (port.nodePort) return port;
  const had = ports.find((each) => each.port === port.port && each.protocol === port.protocol)?.nodePort;
  return had ? { ...port, nodePort: had } : port;
}

/** A field goes when the new type does not use it and the client left it as it was. */
function dropByType(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  let next = spec;
  if (hasClusterIP(before) && !hasClusterIP(spec)) {
    if (spec.clusterIP === before.clusterIP && sameList(spec.clusterIPs, before.clusterIPs)) next = without(next, ['clusterIP', 'clusterIPs']);
    if (sameList(spec.ipFamilies, before.ipFamilies)) next = without(next, ['ipFamilies']);
    for (const field of ['ipFamilyPolicy', 'internalTrafficPolicy'] as const) if (spec[field] === before[field]) next = without(next, [field]);
  }
  if (hasNodePorts(before) && !hasNodePorts(spec)) next = set(next, 'ports', next.ports && mapItems(next.ports, (port) => withoutOldNodePort(port, before)));
  if (needsHealthCheckPort(before) && !needsHealthCheckPort(spec) && spec.healthCheckNodePort === before.healthCheckNodePort)
    next = without(next, ['healthCheckNodePort']);
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) next = without(next, ['allocateLoadBalancerNodePorts']);
    if (spec.loadBalancerClass === before.loadBalancerClass) next = without(next, ['loadBalancerClass']);
  }
  if (externallyAccessible(before) && !externallyAccessible(spec) && spec.externalTrafficPolicy === before.externalTrafficPolicy)
    next = without(next, ['externalTrafficPolicy']);
  if (before.type === 'ExternalName' && spec.type !== 'ExternalName' && spec.externalName === before.externalName) next = without(next, ['externalName']);
  return next;
}

const withoutOldNodePort = (port: ServicePort, { ports = [] }: ServiceSpec): ServicePort =>
  port.nodePort && ports.some((before) => before.port === port.port && before.protocol === port.protocol && before.nodePort === port.nodePort)
    ? set(port, 'nodePort', undefined)
    : port;

const without = (spec: ServiceSpec, keys: readonly (keyof ServiceSpec)[]): ServiceSpec => keys.reduce((result, key) => set(result, key, undefined), spec);
