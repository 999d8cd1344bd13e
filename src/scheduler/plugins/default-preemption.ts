import { getCondition } from '../../kinds/core/pod-conditions';
import type { Pod, PodCondition, PodDisruptionBudget } from '../../schema/types';
import { rejection, type Cycle, type Plugin, type PostFilterContext, type Rejection } from '../framework';
import { availability } from '../fit-error';
import type { NodeInfo } from '../node-info';
import { choose, type Candidate } from '../preemption/choose';
import { priorityOf, victimsOn, type Victims } from '../preemption/victims';

const notHelpful = rejection('DefaultPreemption', 'Preemption is not helpful for scheduling');

export type PreemptionArguments = { readonly minCandidateNodesPercentage?: number; readonly minCandidateNodesAbsolute?: number };

/** When no node is left: looks for one where pods of lower priority could make room, and says who would have to go. */
export function defaultPreemption({ minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 }: PreemptionArguments = {}): Plugin {
  const wanted = (nodes: number): number => Math.min(Math.max(Math.trunc((nodes * minCandidateNodesPercentage) / 100), minCandidateNodesAbsolute), nodes);
  return {
    name: 'DefaultPreemption',
    postFilter: (cycle, context) => {
      const ineligible = whyNot(cycle, context);
      if (ineligible) return { message: `preemption: not eligible due to ${ineligible}.` };
      const { rejected, by, nodesInCluster } = context;
      const possible = rejected.filter((_node, i) => !by[i]?.unresolvable);
      const verdicts: Rejection[] = [];
      const candidates = possible.length === 0 ? [] : candidatesAmong(possible, wanted(possible.length), cycle, context, verdicts);
      const best = choose(candidates);
      if (best) return { nominated: best };
      while (verdicts.length < nodesInCluster) verdicts.push(notHelpful);
      return { message: `preemption: ${availability(nodesInCluster, verdicts)}`, nominated: 'none' };
    },
  };
}

/** Why the pod may not preempt; a pod for which room is being made already waits for that. */
function whyNot({ pod, key, nodes }: Cycle, { rejected, by }: PostFilterContext): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'preemptionPolicy=Never';
  const nominated = pod.status?.nominatedNodeName || nodes.nominationOf(key);
  const node = nominated ? nodes.get(nominated) : undefined;
  if (!node) return undefined;
  const at = rejected.indexOf(node);
  if (at >= 0 && by[at]?.unresolvable) return undefined;
  const priority = priorityOf(pod);
  for (const other of node.pods.values()) if (priorityOf(other) < priority && isBeingPreempted(other)) return 'a terminating pod on the nominated node';
  return undefined;
}

function isBeingPreempted({ metadata, status }: Pod): boolean {
  const condition = metadata.deletionTimestamp === undefined ? undefined : getCondition<PodCondition>(status, 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}

/** Tries node after node from a random one on, until there are enough candidates, one of which breaks no budget. */
function candidatesAmong(nodes: readonly NodeInfo[], enough: number, cycle: Cycle, context: PostFilterContext, verdicts: Rejection[]): readonly Candidate[] {
  const offset = context.random.below(nodes.length);
  const violating: Candidate[] = [];
  const clean: Candidate[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(offset + i) % nodes.length] as NodeInfo;
    const result = context.victims(node, () => victimsOn(cycle.pod, node, budgetsOf(cycle, node), () => context.trial(node)));
    if (isRejected(result)) { verdicts.push(result); continue; }
    if (result.pods.length === 0) continue;
    (result.violations > 0 ? violating : clean).push({ node: node.name, victims: result });
    if (clean.length > 0 && clean.length + violating.length >= enough) break;
  }
  return [...clean, ...violating];
}

const isRejected = (result: Victims | Rejection): result is Rejection => 'reasons' in result;

const noBudgets: readonly PodDisruptionBudget[] = [];
function budgetsOf({ cluster }: Cycle, { pods }: NodeInfo): readonly PodDisruptionBudget[] {
  if (!cluster.hasBudgets()) return noBudgets;
  const namespaces = new Set<string>();
  for (const { metadata } of pods.values()) namespaces.add(metadata.namespace);
  return [...namespaces].flatMap((namespace) => [...cluster.budgets(namespace)]);
}
