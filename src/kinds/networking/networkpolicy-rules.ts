import { forbiddenField, invalidValue, required } from '../../api/status';
import { cidrContains, parseCidr } from '../../lib/cidr';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../schema/types';
import { isValidCIDR } from '../addresses';
import { labelSelectorRules } from '../label-selector-rules';
import { named, oneOfIfSet, portRules, type Errors } from '../rule-parts';

export function* networkPolicyRules({ spec }: NetworkPolicy): Errors {
  const { podSelector = {}, ingress = [], egress = [], policyTypes = [] } = spec;
  yield* labelSelectorRules(podSelector, 'spec.podSelector');
  for (const [i, { ports = [], from = [] }] of ingress.entries()) yield* ruleRules(ports, from, `spec.ingress[${i}]`, 'from');
  for (const [i, { ports = [], to = [] }] of egress.entries()) yield* ruleRules(ports, to, `spec.egress[${i}]`, 'to');
  for (const [i, type] of policyTypes.entries()) yield* oneOfIfSet(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']);
}

function* ruleRules(ports: readonly NetworkPolicyPort[], peers: readonly NetworkPolicyPeer[], at: string, side: 'from' | 'to'): Errors {
  for (const [i, port] of ports.entries()) yield* policyPortRules(port, `${at}.ports[${i}]`);
  for (const [i, peer] of peers.entries()) yield* peerRules(peer, `${at}.${side}[${i}]`);
}

function* policyPortRules({ protocol, port, endPort }: NetworkPolicyPort, at: string): Errors {
  yield* oneOfIfSet(`${at}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']);
  if (port !== undefined) yield* portRules(`${at}.port`, port);
  if (endPort === undefined) return;
  if (port === undefined) yield invalidValue(`${at}.endPort`, endPort, 'may not be specified when `port` is not specified');
  else if (typeof port === 'string') yield invalidValue(`${at}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
  else if (endPort < port) yield invalidValue(`${at}.endPort`, port, 'must be greater than or equal to `port`');
}

function* peerRules({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, at: string): Errors {
  if (podSelector) yield* labelSelectorRules(podSelector, `${at}.podSelector`);
  if (namespaceSelector) yield* labelSelectorRules(namespaceSelector, `${at}.namespaceSelector`);
  if (ipBlock) yield* blockRules(ipBlock, `${at}.ipBlock`);
  if (!podSelector && !namespaceSelector && !ipBlock) yield required(at, 'must specify a peer');
  else if (ipBlock && (podSelector || namespaceSelector)) yield forbiddenField(at, 'may not specify both ipBlock and another peer');
}

function* blockRules({ cidr, except = [] }: IPBlock, at: string): Errors {
  if (!cidr) return yield required(`${at}.cidr`);
  yield* named(isValidCIDR, `${at}.cidr`, cidr);
  const outer = parseCidr(cidr);
  for (const [i, part] of except.entries()) {
    const inner = parseCidr(part);
    if (isValidCIDR(part).length > 0) yield* named(isValidCIDR, `${at}.except[${i}]`, part);
    else if (outer && inner && !(inner.bits > outer.bits && cidrContains(outer, part.split('/', 1)[0] ?? '')))
      yield invalidValue(`${at}.except[${i}]`, part, 'must be a strict subset of `cidr`');
  }
}
