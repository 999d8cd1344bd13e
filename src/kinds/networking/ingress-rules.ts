import { invalidValue, required } from '../../api/status';
import { isIP } from '../../lib/cidr';
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName, isValidPortName, isWildcardDNS1123Subdomain } from '../../lib/names';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressServiceBackend } from '../../schema/types';
import { named, oneOfIfSet, within, type Errors } from '../rule-parts';

export function* ingressRules({ spec }: Ingress): Errors {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) yield invalidValue('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend) yield* backendRules(defaultBackend, 'spec.defaultBackend');
  for (const [i, { host, http }] of rules.entries()) {
    if (host) yield* hostRules(host, `spec.rules[${i}].host`);
    if (!http) continue;
    if (http.paths.length === 0) yield required(`spec.rules[${i}].http.paths`);
    for (const [j, path] of http.paths.entries()) yield* pathRules(path, `spec.rules[${i}].http.paths[${j}]`);
  }
  for (const [i, { hosts = [] }] of tls.entries())
    for (const [j, host] of hosts.entries())
      yield* named(host.includes('*') ? isWildcardDNS1123Subdomain : isDNS1123Subdomain, `spec.tls[${i}].hosts[${j}]`, host);
  if (ingressClassName !== undefined) yield* named(isDNS1123Subdomain, 'spec.ingressClassName', ingressClassName);
}

function* hostRules(host: string, at: string): Errors {
  if (isIP(host)) yield invalidValue(at, host, 'must be a DNS name, not an IP address');
  else yield* named(host.includes('*') ? isWildcardDNS1123Subdomain : isDNS1123Subdomain, at, host);
}

/** Parts that would let a path mean another than it seems. */
const treacherous = ['//', '/./', '/../', '%2f', '%2F'];
const treacherousEnds = ['/..', '/.'];

function* pathRules({ path = '', pathType, backend }: HTTPIngressPath, at: string): Errors {
  if (!pathType) yield required(`${at}.pathType`, 'pathType must be specified');
  else yield* oneOfIfSet(`${at}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']);
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) yield invalidValue(`${at}.path`, path, 'must be an absolute path');
    for (const part of treacherous) if (path.includes(part)) yield invalidValue(`${at}.path`, path, `must not contain '${part}'`);
    for (const end of treacherousEnds) if (path.endsWith(end)) yield invalidValue(`${at}.path`, path, `cannot end with '${end}'`);
  } else if (path && !path.startsWith('/')) yield invalidValue(`${at}.path`, path, 'must be an absolute path');
  yield* backendRules(backend, `${at}.backend`);
}

function* backendRules({ service, resource }: IngressBackend, at: string): Errors {
  if (resource) {
    if (service) yield invalidValue(at, '', 'cannot set both resource and service backends');
    if (!resource.kind) yield required(`${at}.resource.kind`);
    if (!resource.name) yield required(`${at}.resource.name`);
    else yield* named(isPathSegmentName, `${at}.resource.name`, resource.name);
  } else if (!service) yield invalidValue(at, '', 'resource or service backend is required');
  else yield* serviceRules(service, at);
}

function* serviceRules({ name, port = {} }: IngressServiceBackend, at: string): Errors {
  if (!name) yield required(`${at}.service.name`);
  else yield* named(isDNS1035Label, `${at}.service.name`, name);
  if (port.name && port.number) yield invalidValue(at, '', 'cannot set both port name & port number');
  else if (port.name) yield* named(isValidPortName, `${at}.service.port.name`, port.name);
  else if (port.number) yield* within(`${at}.service.port.number`, port.number, 1, 65535);
  else yield required(at, 'port name or number is required');
}
