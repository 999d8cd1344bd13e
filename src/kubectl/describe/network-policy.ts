import { formatLabelSelector } from '../../lib/selectors';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../schema/types';
import { annotations, labels, type Description } from './writer';

type Rule = { readonly ports: readonly NetworkPolicyPort[]; readonly peers: readonly NetworkPolicyPeer[] };
type Direction = { readonly traffic: string; readonly peer: string; readonly end: string };
const ingress: Direction = { traffic: 'ingress', peer: 'From', end: 'source' };
const egress: Direction = { traffic: 'egress', peer: 'To', end: 'destination' };

/** A network policy: whom it concerns, and which traffic it lets through. */
export function describeNetworkPolicy(out: Description, { metadata, spec }: NetworkPolicy): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(0, `Created on:\t${metadata.creationTimestamp.replace('T', ' ').replace('Z', ' +0000 UTC')}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'Spec:');
  const { podSelector, policyTypes = [] } = spec;
  const everything = !Object.keys(podSelector?.matchLabels ?? {}).length && !podSelector?.matchExpressions?.length;
  out.line(1, `PodSelector:     ${everything ? '<none> (Allowing the specific traffic to all pods in this namespace)' : formatLabelSelector(podSelector)}`);
  const into = (spec.ingress ?? []).map(({ ports = [], from = [] }) => ({ ports, peers: from }));
  const outOf = (spec.egress ?? []).map(({ ports = [], to = [] }) => ({ ports, peers: to }));
  describeDirection(out, ingress, policyTypes.includes('Ingress') ? into : undefined);
  describeDirection(out, egress, policyTypes.includes('Egress') ? outOf : undefined);
  out.line(1, `Policy Types: ${policyTypes.join(', ') || '<none>'}`);
}

function describeDirection(out: Description, direction: Direction, rules: readonly Rule[] | undefined): void {
  if (!rules) return out.line(1, `Not affecting ${direction.traffic} traffic`);
  out.line(1, `Allowing ${direction.traffic} traffic:`);
  if (rules.length === 0) return out.line(2, `<none> (Selected pods are isolated for ${direction.traffic} connectivity)`);
  for (const [index, { ports, peers }] of rules.entries()) {
    if (index > 0) out.line(2, '----------');
    if (ports.length === 0) out.line(2, 'To Port: <any> (traffic allowed to all ports)');
    for (const port of ports) out.line(2, portText(port));
    if (peers.length === 0) out.line(2, `${direction.peer}: <any> (traffic not restricted by ${direction.end})`);
    for (const peer of peers) describePeer(out, direction, peer);
  }
}

const portText = ({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string =>
  (endPort === undefined ? `To Port: ${port ?? '<nil>'}/${protocol}` : `To Port Range: ${port ?? '<nil>'}-${endPort}/${protocol}`);

function describePeer(out: Description, { peer }: Direction, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): void {
  out.line(2, `${peer}:`);
  if (namespaceSelector) out.line(3, `NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`);
  if (podSelector) out.line(3, `PodSelector: ${formatLabelSelector(podSelector)}`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  out.line(3, 'IPBlock:');
  out.line(4, `CIDR: ${ipBlock.cidr}`);
  out.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}
