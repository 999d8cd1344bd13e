import type { NetworkPolicy, NetworkPolicyPort } from '../../schema/types';
import { defineKind } from '../define';
import { change, fill, mapItems } from '../sharing';
import { networkPolicyRules } from './networkpolicy-rules';

const portDefaults = (ports: readonly NetworkPolicyPort[] | undefined) => ports && mapItems(ports, (port) => fill(port, { protocol: 'TCP' }));

export const NetworkPolicies = defineKind<NetworkPolicy>('networkpolicies.networking.k8s.io', {
  generation: true,
  defaults: (policy) => change(policy, 'spec', (given) => {
    let spec = change(given, 'ingress', (rules) => mapItems(rules, (rule) => change(rule, 'ports', (ports) => portDefaults(ports) ?? ports)));
    spec = change(spec, 'egress', (rules) => mapItems(rules, (rule) => change(rule, 'ports', (ports) => portDefaults(ports) ?? ports)));
    // A policy is about what comes in, and about what goes out if it says anything of that.
    return spec.policyTypes?.length ? spec : { ...spec, policyTypes: spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'] };
  }),
  rules: networkPolicyRules,
});
