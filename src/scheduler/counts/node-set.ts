import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { findUntolerated } from '../../kinds/core/tolerations';
import type { Pod, TopologySpreadConstraint } from '../../schema/types';
import type { NodeInfo } from '../node-info';
import { grownInts } from './grown';
import type { Domains } from './domains';
import type { Topology } from './topology';

/** Which nodes a topology spread constraint counts: a name that is the same for the same question, and the question. */
export type Inclusion = { readonly name: string; includes(node: NodeInfo): boolean };

const hard = ['NoSchedule', 'NoExecute'];
const texts = new WeakMap<object, string>();
const textOf = (value: object | undefined): string => {
  if (!value) return '';
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
};

/** Nodes that have all of `keys`, and that the constraint's policies do not leave out: node affinity is honoured unless said otherwise, taints are not. */
export function inclusionOf(pod: Pod, { nodeAffinityPolicy, nodeTaintsPolicy }: Pick<TopologySpreadConstraint, 'nodeAffinityPolicy' | 'nodeTaintsPolicy'>, keys: readonly string[]): Inclusion {
  const { nodeSelector, affinity, tolerations = [] } = pod.spec;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const byAffinity = nodeAffinityPolicy !== 'Ignore' && (nodeSelector !== undefined || required !== undefined);
  const byTaints = nodeTaintsPolicy === 'Honor';
  const name = `${keys.join()}|${byAffinity ? `${textOf(nodeSelector)}${textOf(required)}` : ''}|${byTaints ? `t${textOf(tolerations)}` : ''}`;
  return {
    name,
    includes: (node) => keys.every((key) => node.labels[key] !== undefined)
      && (!byAffinity || matchesNodeSelector(pod, node.labels, node.name))
      && (!byTaints || !node.hasHardTaints || !findUntolerated(node.hardTaints, tolerations, hard)),
  };
}

/** The nodes of an inclusion, and how many of them each value of a topology has; shared by all that is counted over them. */
export class NodeSet {
  isIn = new Int32Array(8);
  /** Nodes by the number of their value. A value that any of them has is a domain. */
  members = new Int32Array(8);
  domainCount = 0;
  /** What is counted over these nodes; told when a domain comes or goes. */
  readonly counted = new Set<Domains>();

  constructor(readonly topology: Topology, private readonly inclusion: Inclusion, nodes: Iterable<NodeInfo>) {
    for (const node of nodes) this.enter(node);
  }

  /** After the topology knows the node. */
  enter(node: NodeInfo): void {
    const { slot } = node;
    const value = this.topology.valueOf[slot] ?? -1;
    if (value < 0 || !this.inclusion.includes(node)) return;
    if (slot >= this.isIn.length) this.isIn = grownInts(this.isIn, slot);
    if (value >= this.members.length) this.members = grownInts(this.members, value);
    this.isIn[slot] = 1;
    const members = (this.members[value] ?? 0) + 1;
    this.members[value] = members;
    if (members > 1) return;
    this.domainCount++;
    for (const each of this.counted) each.opened(value);
  }

  /** Before the topology forgets the node, and after what is counted has. */
  leave({ slot }: NodeInfo): void {
    if ((this.isIn[slot] ?? 0) === 0) return;
    const value = this.topology.valueOf[slot] ?? -1;
    this.isIn[slot] = 0;
    const members = (this.members[value] ?? 0) - 1;
    this.members[value] = members;
    if (members > 0) return;
    this.domainCount--;
    for (const each of this.counted) each.closed(value);
  }
}
