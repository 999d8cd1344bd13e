import { base32, sha256 } from '../lib/sha256';
import type { Protocol, ServiceEndpoint, ServiceRule } from './types';

/** The rules of a node, arranged as packets ask for them. */
export type RuleIndex = {
  /** The rule for a service address. */
  byAddress(ip: string, port: number, protocol: Protocol): ServiceRule | undefined;
  byNodePort(port: number, protocol: Protocol): ServiceRule | undefined;
};

const indexes = new WeakMap<ReadonlyMap<string, ServiceRule>, RuleIndex>();
/** Built once for one set of rules, however many nodes share it. The set may not change afterwards. */
export function indexRules(rules: ReadonlyMap<string, ServiceRule>): RuleIndex {
  const known = indexes.get(rules);
  if (known) return known;
  const addresses = new Map<string, ServiceRule>();
  const nodePorts = new Map<string, ServiceRule>();
  for (const rule of rules.values()) {
    for (const ip of rule.ips) addresses.set(`${ip}:${rule.port}/${rule.protocol}`, rule);
    if (rule.nodePort !== undefined) nodePorts.set(`${rule.nodePort}/${rule.protocol}`, rule);
  }
  const index: RuleIndex = {
    byAddress: (ip, port, protocol) => addresses.get(`${ip}:${port}/${protocol}`),
    byNodePort: (port, protocol) => nodePorts.get(`${port}/${protocol}`),
  };
  indexes.set(rules, index);
  return index;
}

/** What a rule does with a packet: a choice among endpoints, a refusal, or silence. */
export type Verdict =
  | { readonly verdict: 'DNAT'; readonly endpoints: readonly [ServiceEndpoint, ...ServiceEndpoint[]] }
  | { readonly verdict: 'REJECT' | 'DROP'; readonly why: string };

/**
 * As kube-proxy in iptables mode: no endpoint anywhere rejects; a local policy with none on this node drops; terminating endpoints that
 * still serve stand in where no ready one is left.
 */
export function verdictOf(rule: ServiceRule, node: string, local: boolean): Verdict {
  const everywhere = usable(rule, () => true);
  if (!isFilled(everywhere)) return { verdict: 'REJECT', why: `${rule.servicePort} has no endpoints` };
  if (!local) return { verdict: 'DNAT', endpoints: everywhere };
  const here = usable(rule, (endpoint) => endpoint.node === node);
  return isFilled(here) ? { verdict: 'DNAT', endpoints: here } : { verdict: 'DROP', why: `${rule.servicePort} has no local endpoints` };
}

function usable({ endpoints, fallback = [] }: ServiceRule, keep: (endpoint: ServiceEndpoint) => boolean): readonly ServiceEndpoint[] {
  const ready = endpoints.filter(keep);
  return ready.length > 0 ? ready : fallback.filter(keep);
}

const isFilled = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0;

/** Which of a service's chains: all endpoints, local ones, or traffic from outside. */
export type ChainPrefix = 'KUBE-SVC-' | 'KUBE-SVL-' | 'KUBE-EXT-';

/** `KUBE-SVC-` and 16 letters, as `iptables-save` shows it. */
export const serviceChain = (prefix: ChainPrefix, { servicePort, protocol }: Pick<ServiceRule, 'servicePort' | 'protocol'>): string =>
  prefix + hashed(servicePort + protocol.toLowerCase());
/** `KUBE-SEP-` and 16 letters: the chain of one endpoint. */
export const endpointChain = ({ servicePort, protocol }: Pick<ServiceRule, 'servicePort' | 'protocol'>, { ip, port }: ServiceEndpoint): string =>
  `KUBE-SEP-${hashed(`${servicePort}${protocol.toLowerCase()}${ip}:${port}`)}`;

const hashed = (text: string): string => base32(sha256(text)).slice(0, 16);
