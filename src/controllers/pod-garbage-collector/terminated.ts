import { isTerminal } from '../../kinds/core/pod-conditions';
import { byText } from '../../lib/json';
import type { IndexBy } from '../../runtime/index-by';
import type { Informer } from '../../runtime/informer';
import type { Pod } from '../../schema/types';

/** As upstream's terminated-pod-gc-threshold: so many pods that are over may stay. */
export const terminatedPodThreshold = 12_500;

/** Pods that are over. */
export const terminated: IndexBy<Pod> = { name: 'terminated', of: (pod) => (isTerminal(pod) ? 'yes' : undefined) };

const isEvicted = ({ status }: Pod): boolean => status?.phase === 'Failed' && status.reason === 'Evicted';
const goesBefore = (a: Pod, b: Pod): number =>
  Number(isEvicted(b)) - Number(isEvicted(a)) || byText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || byText(a.metadata.name, b.metadata.name);

/** Pods that are over and above the threshold: evicted ones first, then the oldest. */
export function tooMany(pods: Pick<Informer<Pod>, 'by' | 'count'>, threshold = terminatedPodThreshold): readonly Pod[] {
  const count = pods.count(terminated, 'yes') - threshold;
  return count > 0 ? [...pods.by(terminated, 'yes')].sort(goesBefore).slice(0, count) : [];
}
