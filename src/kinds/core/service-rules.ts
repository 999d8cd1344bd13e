import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../../api/status';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../lib/names';
import type { Service, ServicePort, ServiceSpec } from '../../schema/types';
import { isValidCIDR, isValidIP, specialAddress } from '../addresses';
import type { RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { labelsRules } from '../object-meta';
import { named, oneOf, oneOfIfSet, portRules, within, type Errors } from '../rule-parts';
import { externallyAccessible } from './service-defaults';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const maxAffinitySeconds = 86_400;
const isHeadless = ({ clusterIPs }: ServiceSpec): boolean => clusterIPs?.length === 1 && clusterIPs[0] === 'None';

export function* serviceRules({ spec }: Service, { previous }: RuleContext<Service>): Errors {
  if (previous) yield* changeRules(spec, previous.spec);
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName') yield required('spec.ports');
  yield* typeRules(spec);
  yield* portsRules(spec);
  if (spec.selector) yield* labelsRules(spec.selector, 'spec.selector');
  yield* affinityRules(spec);
  yield* familyRules(spec);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) yield* externalIPRules(ip, `spec.externalIPs[${i}]`);
  yield* oneOf('spec.type', spec.type, types);
  yield* portUseRules(spec);
  yield* balancerRules(spec);
  yield* trafficRules(spec);
}

function* changeRules(spec: ServiceSpec, before: ServiceSpec): Errors {
  const [first, ...rest] = spec.clusterIPs ?? [];
  const old = before.clusterIPs?.[0];
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    if (old && first === undefined) yield invalidValue('spec.clusterIPs[0]', spec.clusterIPs ?? null, 'primary clusterIP can not be unset');
    else if (old && first !== old) yield invalidValue('spec.clusterIPs[0]', [first, ...rest], 'may not change once set');
    const family = before.ipFamilies?.[0];
    if (family && spec.ipFamilies?.[0] !== family) yield invalidValue('spec.ipFamilies[0]', spec.ipFamilies ?? null, 'may not change once set');
  }
  if (spec.type === 'LoadBalancer' && before.type === 'LoadBalancer' && spec.loadBalancerClass !== before.loadBalancerClass)
    yield invalidValue('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set');
}

function* typeRules(spec: ServiceSpec): Errors {
  const { type, externalName = '' } = spec;
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    yield invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`);
  if (type !== 'ExternalName') return;
  for (const key of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
    if (spec[key]?.length) yield forbiddenField(`spec.${key}`, 'may not be set for ExternalName services');
  const name = externalName.replace(/\.$/, '');
  if (name) yield* named(isDNS1123Subdomain, 'spec.externalName', name);
  else yield required('spec.externalName');
}

function* portsRules({ ports = [] }: ServiceSpec): Errors {
  const names = new Set<string>();
  for (const [i, { name, port, protocol, targetPort, appProtocol }] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (name) {
      yield* named(isDNS1123Label, `${at}.name`, name);
      if (names.has(name)) yield duplicate(`${at}.name`, name);
      names.add(name);
    } else if (ports.length > 1) yield required(`${at}.name`);
    yield* within(`${at}.port`, port, 1, 65535);
    yield* oneOf(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
    yield* portRules(`${at}.targetPort`, targetPort);
    if (appProtocol !== undefined) yield* named(isQualifiedName, `${at}.appProtocol`, appProtocol);
  }
}

function* affinityRules({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Errors {
  yield* oneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  if (sessionAffinity === 'None' && sessionAffinityConfig) yield forbiddenField('spec.sessionAffinityConfig', 'must not be set when session affinity is None');
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity === 'ClientIP' && seconds !== undefined && (seconds <= 0 || seconds > maxAffinitySeconds))
    yield invalidValue('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, `must be greater than 0 and less than ${maxAffinitySeconds}`);
}

/** Addresses and their families. This cluster has IPv4 only. */
function* familyRules(spec: ServiceSpec): Errors {
  const { type, clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (type === 'ExternalName') return;
  if (clusterIP && clusterIPs.length === 0) yield required('spec.clusterIPs');
  else if (clusterIP && clusterIPs[0] !== clusterIP) yield invalidValue('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`');
  else if (!clusterIP && clusterIPs.length > 0) yield invalidValue('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified');
  // Whoever keeps the endpoints of such a service knows the families of their addresses better than the cluster.
  const isFree = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  for (const [i, family] of ipFamilies.entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') yield notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']);
    else if (ipFamilies.indexOf(family) < i) yield duplicate(`spec.ipFamilies[${i}]`, family);
    else if (family === 'IPv6' && !isFree) yield invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster');
  }
  yield* oneOfIfSet('spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  if (ipFamilyPolicy === 'RequireDualStack' && !isFree)
    yield invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
  for (const [count, what] of [[clusterIPs.length, 'clusterIPs'], [ipFamilies.length, 'ipFamilies']] as const)
    if (count > 1 && ipFamilyPolicy === 'SingleStack')
      yield invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, `must be RequireDualStack or PreferDualStack when multiple ${what} are specified`);
  if (clusterIPs.length > 2) yield invalidValue('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values');
  if (clusterIPs.length > 1 && clusterIPs.includes('None')) yield invalidValue('spec.clusterIPs', clusterIPs, "'None' must be the first and only value");
  else if (clusterIPs[0] !== 'None') for (const [i, ip] of clusterIPs.entries()) yield* named(isValidIP, `spec.clusterIPs[${i}]`, ip);
}

function* externalIPRules(ip: string, at: string): Errors {
  const wrong = isValidIP(ip);
  const special = wrong.length === 0 ? specialAddress(ip) : undefined;
  if (wrong.length > 0) yield* named(isValidIP, at, ip);
  else if (special) yield invalidValue(at, ip, special);
}

/** Node ports belong to types that have them, and no port is there twice. */
function* portUseRules({ type, ports = [] }: ServiceSpec): Errors {
  if (type === 'ClusterIP')
    for (const [i, { nodePort }] of ports.entries())
      if (nodePort) yield forbiddenField(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'");
  const nodePorts = new Set<string>();
  for (const [i, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue;
    if (nodePorts.has(`${protocol}/${nodePort}`)) yield duplicate(`spec.ports[${i}].nodePort`, nodePort);
    nodePorts.add(`${protocol}/${nodePort}`);
  }
  const seen = new Set<string>();
  for (const [i, { port, protocol = '' }] of ports.entries()) {
    if (seen.has(`${protocol}/${port}`)) yield duplicate(`spec.ports[${i}]`, internalForm('ServicePort', { protocol, port } satisfies ServicePort));
    seen.add(`${protocol}/${port}`);
  }
}

function* balancerRules(spec: ServiceSpec): Errors {
  const { type, loadBalancerSourceRanges: ranges = [], allocateLoadBalancerNodePorts, loadBalancerClass } = spec;
  const isBalancer = type === 'LoadBalancer';
  const onlyBalancer = "may only be used when `type` is 'LoadBalancer'";
  if (ranges.length > 0 && !isBalancer) yield forbiddenField('spec.LoadBalancerSourceRanges', onlyBalancer);
  for (const [i, range] of ranges.entries()) yield* named(isValidCIDR, `spec.LoadBalancerSourceRanges[${i}]`, range.trim());
  if (allocateLoadBalancerNodePorts !== undefined && !isBalancer) yield forbiddenField('spec.allocateLoadBalancerNodePorts', onlyBalancer);
  if (loadBalancerClass === undefined) return;
  if (!isBalancer) yield forbiddenField('spec.loadBalancerClass', onlyBalancer);
  else yield* named(isQualifiedName, 'spec.loadBalancerClass', loadBalancerClass);
}

function* trafficRules(spec: ServiceSpec): Errors {
  const { type, externalTrafficPolicy, healthCheckNodePort, internalTrafficPolicy, trafficDistribution } = spec;
  if (externallyAccessible(spec)) yield* oneOf('spec.externalTrafficPolicy', externalTrafficPolicy, ['Cluster', 'Local']);
  else if (externalTrafficPolicy) yield invalidValue('spec.externalTrafficPolicy', externalTrafficPolicy, 'may only be set for externally-accessible services');
  if (healthCheckNodePort && !(type === 'LoadBalancer' && externalTrafficPolicy === 'Local'))
    yield invalidValue('spec.healthCheckNodePort', healthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  yield* oneOfIfSet('spec.internalTrafficPolicy', internalTrafficPolicy, ['Cluster', 'Local']);
  yield* oneOfIfSet('spec.trafficDistribution', trafficDistribution, ['PreferClose', 'PreferSameNode', 'PreferSameZone']);
}
