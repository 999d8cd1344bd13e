import { rejection, type Plugin, type Rejection } from '../framework';
import { availability } from '../fit-error';

const notHelpful = rejection('DefaultPreemption', 'Preemption is not helpful for scheduling');
const noVictims = rejection('DefaultPreemption', 'No preemption victims found for incoming pod', false);
const notCarriedOut = rejection('DefaultPreemption', 'Preemption would help but is not carried out here', false);

/**
 * Says what evicting pods of lower priority would change: nodes are asked again without those pods. Nobody is evicted; a node where it
 * would help says so.
 */
export const defaultPreemption: Plugin = {
  name: 'DefaultPreemption',
  postFilter: ({ pod, nodes }, { rejections, retest }) => {
    if (pod.spec.preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.';
    const priority = pod.spec.priority ?? 0;
    const someBelow = nodes.hasPodsBelow(priority);
    const verdicts = new Map<string, Rejection>();
    for (const [name, { unresolvable }] of rejections) {
      const node = nodes.get(name);
      if (unresolvable || !node) { verdicts.set(name, notHelpful); continue; }
      const isAbove = (other: typeof pod) => (other.spec.priority ?? 0) >= priority;
      const hasVictims = someBelow && [...node.pods.values()].some((other) => !isAbove(other));
      verdicts.set(name, hasVictims ? (retest(node.withPods(isAbove)) ?? notCarriedOut) : noVictims);
    }
    return `preemption: ${availability(nodes.list.length, verdicts.values())}`;
  },
};
