import type { Container, PodSpec } from '../../schema/types';
import { added, isEmpty, larger, nothing, type Amounts } from './amounts';

type Part = 'requests' | 'limits';

/**
 * A pod's requests or limits in the form they were written, as upstream's PodRequests and PodLimits sum them: sidecars run beside all that
 * starts after them, other init containers one after the other; amounts for the whole pod stand instead of the sum; overhead comes on top.
 */
export function podAmounts({ containers, initContainers = [], overhead, resources }: PodSpec, part: Part): Amounts {
  const whole = withPodLevel(sumOf(containers, initContainers, part), resources?.[part]);
  if (!overhead) return whole;
  return part === 'requests' ? added(whole, overhead) : added(whole, Object.fromEntries(Object.entries(overhead).filter(([name]) => whole[name] !== undefined)));
}

/** The same for what the containers say, without overhead: what a LimitRange looks at. */
export const containerAmounts = ({ containers, initContainers = [], resources }: PodSpec, part: Part): Amounts =>
  withPodLevel(sumOf(containers, initContainers, part), resources?.[part]);

function sumOf(containers: readonly Container[], initContainers: readonly Container[], part: Part): Amounts {
  let running = nothing;
  for (const { resources } of containers) running = added(running, resources?.[part] ?? nothing);
  let sidecars = nothing;
  let starting = nothing;
  for (const { resources, restartPolicy } of initContainers) {
    const own = resources?.[part] ?? nothing;
    if (restartPolicy === 'Always') {
      running = added(running, own);
      sidecars = added(sidecars, own);
      starting = larger(starting, sidecars);
    } else starting = larger(starting, added(own, sidecars));
  }
  return isEmpty(starting) ? running : larger(running, starting);
}

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

function withPodLevel(sum: Amounts, podLevel: Amounts | undefined): Amounts {
  if (!podLevel) return sum;
  return { ...sum, ...Object.fromEntries(Object.entries(podLevel).filter(([name]) => isPodLevel(name))) };
}
