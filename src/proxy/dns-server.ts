import { Namespaces } from '../kinds/core/namespace';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import { reversedAddress } from '../net/dns-names';
import { parseIPv4 } from '../net/routes';
import type { DnsRecord, Handler, Payload, Reply } from '../net/types';
import type { IndexBy } from '../runtime/index-by';
import type { Informers } from '../runtime/informers';
import type { Endpoint, EndpointSlice, Service } from '../schema/types';
import { serviceOf } from './service-table';

type Question = Extract<Payload, { kind: 'dns' }>;
type RecordType = Question['recordType'];
/** Undefined when the name does not exist; empty when it exists without records of the asked type. */
type Found = readonly DnsRecord[] | undefined;
type Host = { readonly ip: string; readonly hostname: string; readonly ports: NonNullable<EndpointSlice['ports']> };

/** CoreDNS' setting in kubeadm's Corefile. */
const ttlSeconds = 30;
const schemaVersion = '1.1.0';
const bySlicedService: IndexBy<EndpointSlice> = { name: 'dns-service', of: serviceOf };
const byClusterIP: IndexBy<Service> = { name: 'dns-clusterIP', of: ({ spec }) => spec.clusterIP };

/**
 * The cluster's DNS server, as CoreDNS' kubernetes plugin with `pods insecure`: what the coredns process answers with on port 53. Reads
 * the caches at each question. Names outside `domain` have nobody to be asked, so they do not exist.
 */
export function createDnsHandler(informers: Informers, { domain }: { readonly domain: string }): Handler {
  const services = informers.of(Services);
  const slices = informers.of(EndpointSlices);
  const namespaces = informers.of(Namespaces);
  let questions = 0;

  const find = (name: string, type: RecordType): Found => {
    const address = reversedAddress(name);
    if (address !== undefined) return pointers(name, address, type);
    if (name === domain) return [];
    if (!name.endsWith(`.${domain}`)) return undefined;
    const labels = name.slice(0, -domain.length - 1).split('.');
    const kind = labels.at(-1);
    if (kind === 'dns-version' && labels.length === 1) return type === 'TXT' ? [record(name, 'TXT', schemaVersion)] : [];
    if (kind === 'pod') return podRecords(name, labels, type);
    return kind === 'svc' ? serviceRecords(name, labels, type) : undefined;
  };

  const hasNamespace = (name: string) => namespaces.get(name) !== undefined;

  const podRecords = (name: string, [dashed = '', namespace = '', ...rest]: readonly string[], type: RecordType): Found => {
    if (rest.length !== 1) return rest.length === 0 && (dashed === 'pod' || hasNamespace(dashed)) ? [] : undefined;
    const ip = dashed.replaceAll('-', '.');
    if (!hasNamespace(namespace) || parseIPv4(ip) === undefined) return undefined;
    return type === 'A' ? [record(name, 'A', ip)] : [];
  };

  /** `[_port._protocol. | endpoint.]service.namespace.svc` */
  const serviceRecords = (name: string, labels: readonly string[], type: RecordType): Found => {
    const [serviceName, namespace] = labels.slice(-3, -1);
    if (namespace === undefined) return labels.length === 1 || hasNamespace(labels[0] ?? '') ? [] : undefined;
    const key = `${namespace}/${serviceName}`;
    const service = services.get(key);
    if (!service) return undefined;
    const full = `${serviceName}.${namespace}.svc.${domain}`;
    const before = labels.slice(0, -3);
    const [port, protocol] = before.length === 2 ? before.map((label) => label.replace(/^_/, '')) : [];
    if (before.length > 2 || (before.length === 2 && !before.every((label) => label.startsWith('_')))) return undefined;

    if (service.spec.type === 'ExternalName') return before.length === 0 ? alias(name, service.spec.externalName ?? '', type) : undefined;
    const endpoint = before.length === 1 ? before[0] : undefined;
    if (endpoint !== undefined || isHeadless(service)) return hostRecords(name, full, hostsOf(slices.by(bySlicedService, key)), { endpoint, port, protocol }, type);

    const ports = (service.spec.ports ?? []).filter((each) => matches(each, port, protocol));
    if (ports.length === 0) return undefined;
    if (type === 'SRV') return ports.map((each) => srv(name, ports.length, each.port, full));
    return type === 'A' && service.spec.clusterIP ? [record(name, 'A', service.spec.clusterIP)] : [];
  };

  /** A name for a name; if it leads to a name of this domain, that is answered along with it. */
  const alias = (name: string, target: string, type: RecordType): Found => {
    const cname = record(name, 'CNAME', `${target}.`);
    const inside = target !== name && target.endsWith(`.${domain}`);
    return type === 'CNAME' || !inside ? [cname] : [cname, ...(find(target, type) ?? [])];
  };

  const pointers = (name: string, address: string, type: RecordType): Found => {
    const names = [...services.by(byClusterIP, address)].map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${domain}.`);
    if (names.length === 0) {
      for (const slice of slices.list()) {
        const [namespace, service] = serviceOf(slice)?.split('/') ?? [];
        for (const { ip, hostname } of service === undefined ? [] : hostsOf([slice])) if (ip === address) names.push(`${hostname}.${service}.${namespace}.svc.${domain}.`);
      }
    }
    return names.length === 0 ? undefined : type === 'PTR' ? names.map((each) => record(name, 'PTR', each)) : [];
  };

  return (payload): Reply => {
    if (payload.kind !== 'dns') return { kind: 'dns', code: 'SERVFAIL', records: [] };
    const found = find(payload.name.replace(/\.$/, '').toLowerCase(), payload.recordType);
    return found ? { kind: 'dns', code: 'NOERROR', records: rotated(found, questions++) } : { kind: 'dns', code: 'NXDOMAIN', records: [] };
  };
}

const record = (name: string, type: string, value: string): DnsRecord => ({ name, type, value, ttlSeconds });
/** Priority, weight, port and target. */
const srv = (name: string, among: number, port: number, target: string): DnsRecord =>
  record(name, 'SRV', `0 ${Math.max(1, Math.floor(100 / among))} ${port} ${target}.`);

const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

type Port = { readonly name?: string; readonly protocol?: string };
const matches = (candidate: Port, port: string | undefined, protocol: string | undefined): boolean =>
  (port === undefined || (candidate.name ?? '').toLowerCase() === port) && (protocol === undefined || (candidate.protocol ?? 'TCP').toLowerCase() === protocol);

/** The ready endpoints, under their host names; without one the address with dashes stands for it. */
function hostsOf(slices: Iterable<EndpointSlice>): readonly Host[] {
  const hosts: Host[] = [];
  for (const { endpoints = [], ports = [], addressType } of slices) {
    if (addressType !== 'IPv4') continue;
    for (const endpoint of endpoints.filter(isReady)) {
      const [ip] = endpoint.addresses;
      if (ip !== undefined) hosts.push({ ip, hostname: endpoint.hostname || ip.replaceAll('.', '-'), ports });
    }
  }
  return hosts;
}
const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;

type Asked = { readonly [K in 'endpoint' | 'port' | 'protocol']: string | undefined };

function hostRecords(name: string, full: string, hosts: readonly Host[], asked: Asked, type: RecordType): Found {
  const found = hosts.filter(({ hostname, ports }) =>
    (asked.endpoint === undefined || hostname === asked.endpoint) && (asked.port === undefined || ports.some((port) => matches(port, asked.port, asked.protocol))));
  if (found.length === 0) return undefined;
  if (type === 'A') return [...new Set(found.map(({ ip }) => ip))].map((ip) => record(name, 'A', ip));
  if (type !== 'SRV') return [];
  const targets = found.flatMap(({ hostname, ports }) =>
    ports.filter((port) => matches(port, asked.port, asked.protocol)).map((port) => ({ hostname, port: port.port ?? 0 })));
  return targets.map(({ hostname, port }) => srv(name, targets.length, port, `${hostname}.${full}`));
}

/** Round robin, as CoreDNS' loadbalance: each answer begins with another address; aliases stay in front. */
function rotated(records: readonly DnsRecord[], by: number): readonly DnsRecord[] {
  const addresses = records.filter(({ type }) => type === 'A');
  if (addresses.length < 2) return records;
  const at = by % addresses.length;
  return [...records.filter(({ type }) => type !== 'A'), ...addresses.slice(at), ...addresses.slice(0, at)];
}
