import type { Hop, ServiceEndpoint, Source } from './types';

/** Virtual milliseconds that one step takes, one way. */
export const latencyMs = { loopback: 0.01, veth: 0.05, betweenNodes: 0.25, outside: 1 } as const;

export const endpointText = ({ ip, port }: Pick<ServiceEndpoint, 'ip' | 'port'>): string => `${ip}:${port}`;
const who = ({ pod, name }: Source): string => pod ?? name;

export const chosen = (node: string, dialed: string, rule: string, endpoint: ServiceEndpoint, among: number): Hop => ({
  by: 'kube-proxy', at: node, from: dialed, to: endpointText(endpoint), rule,
  detail: `${rule} chose ${endpointText(endpoint)}${among === 1 ? ', its only endpoint' : ` with probability ${round(1 / among)}, one of ${among} endpoints`}`,
});

export const stuck = (node: string, dialed: string, rule: string, endpoint: ServiceEndpoint, client: string): Hop => ({
  by: 'kube-proxy', at: node, from: dialed, to: endpointText(endpoint), rule,
  detail: `${rule} kept ${endpointText(endpoint)}: session affinity of client ${client}`,
});

export const refusedByRule = (node: string, dialed: string, rule: string, verdict: 'REJECT' | 'DROP', why: string): Hop =>
  ({ by: 'kube-proxy', at: node, from: dialed, to: verdict, rule, detail: `${verdict}: ${why}` });

export const crossing = (from: string, to: string, detail: string): Hop => ({ by: 'node', at: from, from, to, detail });

export const masquerade = (node: string, from: string, to: string): Hop =>
  ({ by: 'kube-proxy', at: node, from, to, rule: 'KUBE-POSTROUTING', detail: `source address ${from} is masqueraded as ${to}` });

export const delivered = (node: string, from: Source, to: string, receiver: string): Hop =>
  ({ by: 'pod network', at: node, from: who(from), to, detail: `delivered to ${receiver}` });

export const lost = (by: string, at: string, from: string, to: string, detail: string): Hop => ({ by, at, from, to, detail });

export const resolved = (from: Source, server: string, name: string, addresses: readonly string[]): Hop =>
  ({ by: 'dns', at: who(from), from: name, to: addresses.join(', '), detail: `${server} answered ${name} → ${addresses.join(', ')}` });

export const unresolved = (from: Source, server: string, name: string, why: string): Hop =>
  ({ by: 'dns', at: who(from), from: name, to: server, detail: `${server}: ${name}: ${why}` });

const round = (share: number): number => Number(share.toFixed(4));
