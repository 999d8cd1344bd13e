import { nodeTemplateOf, type NodePool } from '../../kinds/add-ons/node-pool';
import { podRequests, resourcesOf } from '../../kinds/core/pod-resources';
import { wouldNotFit, type ImaginedNode } from '../../kinds/core/would-fit';
import { labels as wellKnown } from '../../kinds/core/well-known';
import { byText } from '../../lib/json';
import type { Pod } from '../../schema/types';

/** What a machine has where its template names nothing: as the kubelet registers it. */
const usualCapacity = { cpu: '8', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: '110' } as const;

/** The node that the pool's next machine would be. */
export function imaginedNode(pool: NodePool, at: number): ImaginedNode {
  const { labels = {}, taints = [], capacity } = nodeTemplateOf(pool);
  const name = `template-node-for-${pool.metadata.name}-${at}`;
  return {
    name, taints, pods: [], allocatable: resourcesOf({ ...usualCapacity, ...capacity }),
    labels: { [wellKnown.arch]: 'amd64', [wellKnown.os]: 'linux', [wellKnown.hostname]: name, ...labels },
  };
}

/** The pods put one after the other on as few of these nodes as hold them; what fits on none is left out. */
export function packed(pods: readonly Pod[], node: (at: number) => ImaginedNode, most: number): readonly ImaginedNode[] {
  const nodes: ImaginedNode[] = [];
  for (const pod of pods) {
    const found = nodes.findIndex((each) => wouldNotFit(pod, each) === undefined);
    const target = found >= 0 ? nodes[found] : nodes.length < most ? node(nodes.length) : undefined;
    if (!target || (found < 0 && wouldNotFit(pod, target) !== undefined)) continue;
    nodes[found >= 0 ? found : nodes.length] = { ...target, pods: [...target.pods, pod] };
  }
  return nodes;
}

/** One way to help: so many more machines of a pool, for these pods. */
export type Option = { readonly pool: NodePool; readonly nodes: readonly ImaginedNode[]; readonly pods: readonly Pod[]; readonly waste: number };

/** How much of cpu and memory would lie idle, from 0 to 2: what the least-waste expander compares. */
function wasteOf(nodes: readonly ImaginedNode[]): number {
  const [offered, used] = [{ cpu: 0, memory: 0 }, { cpu: 0, memory: 0 }];
  for (const { allocatable, pods } of nodes) {
    offered.cpu += allocatable.cpuMilli; offered.memory += allocatable.memoryBytes;
    for (const { spec } of pods) { const { cpuMilli, memoryBytes } = podRequests(spec); used.cpu += cpuMilli; used.memory += memoryBytes; }
  }
  return (offered.cpu - used.cpu) / (offered.cpu || 1) + (offered.memory - used.memory) / (offered.memory || 1);
}

/** The option that wastes least among the pools that may grow; undefined when no machine would help. */
export function bestOption(pools: readonly NodePool[], pods: readonly Pod[]): Option | undefined {
  const options = pools.flatMap((pool): Option[] => {
    const { replicas = 1, maxReplicas = 0 } = pool.spec;
    const nodes = packed(pods, (at) => imaginedNode(pool, at), Math.max(0, maxReplicas - replicas));
    return nodes.length > 0 ? [{ pool, nodes, pods: nodes.flatMap((each) => each.pods), waste: wasteOf(nodes) }] : [];
  });
  return options.sort((a, b) => a.waste - b.waste || byText(a.pool.metadata.name, b.pool.metadata.name))[0];
}

/** For each pool in words why it does not help: `1 max node group size reached, 2 node(s) didn't match …`. */
export function whyNot(pools: readonly NodePool[], pod: Pod): string {
  const counts = new Map<string, number>();
  for (const pool of pools) {
    const { replicas = 1, maxReplicas = 0 } = pool.spec;
    const why = wouldNotFit(pod, imaginedNode(pool, 0)) ?? (replicas >= maxReplicas ? 'max node group size reached' : undefined);
    if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].map(([why, count]) => `${count} ${why}`).sort(byText).join(', ');
}
