import { podRequests } from '../../kinds/core/pod-resources';
import { maxNodeScore, type Plugin, type Score } from '../framework';
import type { NodeInfo } from '../node-info';
import { cpuAndMemory, measuresOf, onceFor, type Measure, type ScoredResource } from './resource-measures';

export type BalancedArguments = { readonly resources?: readonly ScoredResource[] };

/** Prefers nodes whose resources the pod would use more evenly than they are used now. */
export function nodeResourcesBalancedAllocation({ resources = cpuAndMemory }: BalancedArguments = {}): Plugin {
  const scoreFor = onceFor((requests): Score | undefined => {
    const measures = measuresOf(resources, requests, false);
    if (measures.every(({ asked }) => asked === 0)) return undefined;   // or pods that ask for nothing would pile up on one node
    return (candidates, scores) => {
      for (let i = 0; i < candidates.length; i++) {
        const node = candidates[i] as NodeInfo;
        scores[i] = maxNodeScore / 2 + Math.trunc((maxNodeScore / 2 + balance(measures, node, true) - balance(measures, node, false)) / 2);
      }
    };
  });
  return { name: 'NodeResourcesBalancedAllocation', looksAt: podRequests, preScore: ({ requests }) => scoreFor(requests) };
}

/** 100 when all resources that the node has are used to the same share, with the pod or without it; less by the standard deviation of the shares. */
export function balance(measures: readonly Measure[], node: NodeInfo, withPod: boolean): number {
  let [count, sum, squares] = [0, 0, 0];
  let [first, last] = [0, 0];
  for (const { asked, has, taken } of measures) {
    const capacity = has(node);
    if (capacity === 0) continue;
    last = Math.min((taken(node) + (withPod ? asked : 0)) / capacity, 1);
    if (count === 0) first = last;
    count++;
    sum += last;
    squares += last * last;
  }
  const deviation = count < 2 ? 0 : count === 2 ? Math.abs((first - last) / 2) : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  return Math.trunc((1 - deviation) * maxNodeScore);
}
