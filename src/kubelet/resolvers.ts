import type { Resolver } from '../net/types';
import type { Pod } from '../schema/types';
import type { KubeletOptions } from './shared';

const hostless: Resolver = { nameservers: [], search: [], ndots: 1 };

/** What stands in a pod's resolv.conf and hosts file. Pods of a namespace that ask for nothing special share one. */
export function createResolvers(
  { clusterDNS = '10.96.0.10', clusterDomain = 'cluster.local', nodeResolver = hostless }: Pick<KubeletOptions, 'clusterDNS' | 'clusterDomain' | 'nodeResolver'>,
): (pod: Pod) => Resolver {
  const byNamespace = new Map<string, Resolver>();

  const ofNamespace = (namespace: string): Resolver => {
    const known = byNamespace.get(namespace) ?? {
      nameservers: [clusterDNS], search: [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...nodeResolver.search], ndots: 5,
    };
    byNamespace.set(namespace, known);
    return known;
  };

  return ({ metadata, spec: { dnsPolicy = 'ClusterFirst', hostNetwork, dnsConfig, hostAliases } }) => {
    const inCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
    const base = inCluster ? ofNamespace(metadata.namespace) : dnsPolicy === 'None' ? hostless : nodeResolver;
    if (!dnsConfig && !hostAliases?.length) return base;
    const ndots = dnsConfig?.options?.find(({ name }) => name === 'ndots')?.value;
    return {
      nameservers: [...base.nameservers, ...(dnsConfig?.nameservers ?? [])],
      search: [...base.search, ...(dnsConfig?.searches ?? [])],
      ndots: ndots === undefined ? base.ndots : Number(ndots),
      ...(hostAliases && { hosts: Object.fromEntries(hostAliases.flatMap(({ ip, hostnames = [] }) => hostnames.map((name) => [name, ip]))) }),
    };
  };
}
