import { labels } from '../kinds/core/well-known';
import type { Protocol, ServiceEndpoint, ServiceRule } from '../net/types';
import type { EndpointSlice, Service, ServicePort } from '../schema/types';

type Entry = { service: Service | undefined; readonly slices: Map<string, EndpointSlice> };
export type Rules = ReadonlyMap<string, ServiceRule>;

/**
 * Service rules, kept up service by service. The rules are values: a change makes a new map, which all nodes share, because what differs
 * between nodes (local policies) is decided where a packet is.
 */
export class ServiceTable {
  readonly #entries = new Map<string, Entry>();                 // namespace/name of the service
  readonly #changed = new Set<string>();
  readonly #names = new Map<string, readonly string[]>();       // service → its servicePorts
  #rules: Rules = new Map();

  setService(key: string, service: Service | undefined): void {
    this.#entry(key).service = service;
    this.#touch(key);
  }

  /** `previous` is the slice as it was: it may have belonged to another service. */
  setSlice(key: string, previous: EndpointSlice | undefined, next: EndpointSlice | undefined): void {
    const before = previous && serviceOf(previous);
    const after = next && serviceOf(next);
    if (before !== undefined && before !== after) { this.#entry(before).slices.delete(key); this.#touch(before); }
    if (after === undefined || !next) return;
    this.#entry(after).slices.set(key, next);
    this.#touch(after);
  }

  /** The rules as they are now; the same map as long as nothing changed. */
  rules(): Rules {
    if (this.#changed.size === 0) return this.#rules;
    let next: Map<string, ServiceRule> | undefined;
    for (const key of this.#changed) {
      const entry = this.#entries.get(key);
      const rules = entry?.service ? rulesOf(key, entry.service, entry.slices.values()) : [];
      const names = rules.map(({ servicePort }) => servicePort);
      for (const name of this.#names.get(key) ?? []) if (!names.includes(name)) (next ??= new Map(this.#rules)).delete(name);
      for (const rule of rules) if (!isSame(rule, (next ?? this.#rules).get(rule.servicePort))) (next ??= new Map(this.#rules)).set(rule.servicePort, rule);
      if (names.length > 0) this.#names.set(key, names); else this.#names.delete(key);
    }
    this.#changed.clear();
    return (this.#rules = next ?? this.#rules);
  }

  #entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known) return known;
    const entry: Entry = { service: undefined, slices: new Map() };
    this.#entries.set(key, entry);
    return entry;
  }

  #touch(key: string): void {
    this.#changed.add(key);
    const entry = this.#entries.get(key);
    if (entry && !entry.service && entry.slices.size === 0) this.#entries.delete(key);
  }
}

/** `namespace/name` of the service a slice belongs to. */
export const serviceOf = ({ metadata }: EndpointSlice): string | undefined => {
  const name = metadata.labels?.[labels.serviceName];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
};

/** One rule for each port of a service that has a virtual address; headless and ExternalName services have none. */
export function rulesOf(key: string, { metadata, spec }: Service, slices: Iterable<EndpointSlice>): readonly ServiceRule[] {
  const { clusterIP, externalIPs = [], ports = [] } = spec;
  if (!clusterIP || clusterIP === 'None' || spec.type === 'ExternalName' || metadata.labels?.[labels.serviceProxyName] !== undefined) return [];
  const all = [...slices].filter((slice) => slice.addressType === 'IPv4' && slice.metadata.labels?.[labels.headlessService] === undefined);
  const affinitySeconds = spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : undefined;
  return ports.map((port) => {
    const { ready, terminating } = endpointsOf(port, all);
    return {
      servicePort: port.name ? `${key}:${port.name}` : key,
      protocol: protocolOf(port.protocol),
      port: port.port,
      ips: [clusterIP, ...externalIPs],
      ...(port.nodePort && { nodePort: port.nodePort }),
      endpoints: ready,
      ...(terminating.length > 0 && { fallback: terminating }),
      internalLocal: spec.internalTrafficPolicy === 'Local',
      externalLocal: spec.externalTrafficPolicy === 'Local',
      ...(affinitySeconds !== undefined && { affinitySeconds }),
    };
  });
}

const protocolOf = (protocol: string | undefined): Protocol => (protocol === 'UDP' ? 'UDP' : 'TCP');

/** Ready endpoints of a port, and those that terminate but still serve; sorted, as kube-proxy writes its chains. */
function endpointsOf({ name = '', protocol }: ServicePort, slices: readonly EndpointSlice[]): Record<'ready' | 'terminating', readonly ServiceEndpoint[]> {
  const ready = new Map<string, ServiceEndpoint>();
  const terminating = new Map<string, ServiceEndpoint>();
  for (const { ports = [], endpoints = [] } of slices) {
    const target = ports.find((port) => (port.name ?? '') === name && protocolOf(port.protocol) === protocolOf(protocol))?.port;
    if (target === undefined) continue;
    for (const { addresses: [ip], conditions = {}, nodeName } of endpoints) {
      if (ip === undefined) continue;
      const list = conditions.ready !== false ? ready : conditions.serving !== false && conditions.terminating ? terminating : undefined;
      list?.set(`${ip}:${target}`, { ip, port: target, ...(nodeName && { node: nodeName }) });
    }
  }
  return { ready: sorted(ready), terminating: sorted(terminating) };
}

const sorted = (endpoints: ReadonlyMap<string, ServiceEndpoint>): readonly ServiceEndpoint[] =>
  [...endpoints.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);

const isSame = (a: ServiceRule, b: ServiceRule | undefined): boolean => b !== undefined && JSON.stringify(a) === JSON.stringify(b);
