import type { PodGroups, PodUsage } from './pod-groups';
import { isWithin, type Tolerance } from './tolerance';

/** What is wanted of a metric. Utilization is in percent of requests, which are by pod and in thousandths, as is an average value. */
export type Target =
  | { readonly kind: 'utilization'; readonly percent: number; readonly requestsMilli: ReadonlyMap<string, number> }
  | { readonly kind: 'average'; readonly valueMilli: number };

/** How many pods a metric asks for, and what it measured. */
export type Proposal = { readonly replicas: number; readonly averageMilli: number; readonly utilization?: number };

/** A metric from which nothing follows. The message is upstream's. */
export class NoProposal extends Error {}

type Ratio = { readonly ratio: number; readonly averageMilli: number; readonly utilization?: number };

/** What is used of what is wanted. */
function ratioOf(usage: ReadonlyMap<string, number>, target: Target): Ratio {
  let used = 0;
  let count = 0;
  let requested = 0;
  for (const [pod, valueMilli] of usage) {
    const request = target.kind === 'utilization' ? target.requestsMilli.get(pod) : 0;
    if (request === undefined) continue;   // a pod that nobody knows of any more
    used += valueMilli;
    requested += request;
    count++;
  }
  if (target.kind === 'average') {
    const averageMilli = Math.trunc(used / Math.max(1, count));
    return { ratio: averageMilli / target.valueMilli, averageMilli };
  }
  if (requested === 0) throw new NoProposal('no metrics returned matched known pods');
  const utilization = Math.trunc((used * 100) / requested);
  return { ratio: utilization / target.percent, averageMilli: Math.trunc(used / count), utilization };
}

/** What a pod without metrics is thought to use when there seem to be too many: all that it asked for, and more if more is wanted. */
const assumedMilli = (pod: string, target: Target): number =>
  (target.kind === 'average' ? target.valueMilli : Math.trunc(((target.requestsMilli.get(pod) ?? 0) * Math.max(100, target.percent)) / 100));

/**
 * How many pods there should be, as upstream's replica calculator: pods without metrics and those that are not ready yet count against any change,
 * and a change that they would turn into its opposite is none. @throws NoProposal
 */
export function proposal(current: number, measured: ReadonlyMap<string, PodUsage>, groups: PodGroups, target: Target, tolerance: Tolerance): Proposal {
  const { ready, unready, missing, ignored } = groups;
  const usage = new Map<string, number>();
  for (const [pod, { valueMilli }] of measured) if (!ignored.has(pod) && !unready.has(pod)) usage.set(pod, valueMilli);
  if (usage.size === 0) throw new NoProposal('did not receive metrics for any ready pods');
  const { ratio, ...shown } = ratioOf(usage, target);
  const unchanged = { replicas: current, ...shown };
  const withUnready = unready.size > 0 && ratio > 1;
  if (!withUnready && missing.size === 0) return isWithin(tolerance, ratio) ? unchanged : { replicas: Math.ceil(ratio * ready), ...shown };

  if (ratio < 1) for (const pod of missing) usage.set(pod, assumedMilli(pod, target));
  else if (ratio > 1 || target.kind === 'average') for (const pod of missing) usage.set(pod, 0);
  if (withUnready) for (const pod of unready) usage.set(pod, 0);
  const again = ratioOf(usage, target).ratio;
  if (isWithin(tolerance, again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return unchanged;
  const replicas = Math.ceil(again * usage.size);
  return (again < 1 && replicas > current) || (again > 1 && replicas < current) ? unchanged : { replicas, ...shown };
}

/** How many pods bring a value to its target, whose part it is: as many of the ready ones as it is times too large. */
export function byRatio(current: number, ratio: number, ready: number, tolerance: Tolerance): number {
  if (current === 0) return Math.ceil(ratio);
  return isWithin(tolerance, ratio) ? current : Math.ceil(ratio * ready);
}

/** How many pods share a value so that each has `targetMilli` of it, and what each has at the moment. */
export function perPod(usageMilli: number, targetMilli: number, running: number, tolerance: Tolerance): Pick<Proposal, 'replicas' | 'averageMilli'> {
  const replicas = isWithin(tolerance, usageMilli / (targetMilli * running)) ? running : Math.ceil(usageMilli / targetMilli);
  return { replicas, averageMilli: Math.ceil(usageMilli / Math.max(1, running)) };
}
