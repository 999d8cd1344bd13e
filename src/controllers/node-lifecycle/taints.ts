import { getCondition } from '../../kinds/core/pod-conditions';
import { taints as keys } from '../../kinds/core/well-known';
import { timestamp } from '../../lib/timestamp';
import type { Node, Taint } from '../../schema/types';

/** Which taint stands for which status of which condition. */
const rows: readonly { readonly condition: string; readonly status: string; readonly key: string; readonly evicts?: true }[] = [
  { condition: 'Ready', status: 'False', key: keys.notReady, evicts: true },
  { condition: 'Ready', status: 'Unknown', key: keys.unreachable, evicts: true },
  { condition: 'MemoryPressure', status: 'True', key: keys.memoryPressure },
  { condition: 'DiskPressure', status: 'True', key: keys.diskPressure },
  { condition: 'PIDPressure', status: 'True', key: keys.pidPressure },
  { condition: 'NetworkUnavailable', status: 'True', key: keys.networkUnavailable },
];

const same = (a: Taint, b: Pick<Taint, 'key' | 'effect'>): boolean => a.key === b.key && a.effect === b.effect;

/** Taints this controller sets and removes. All others are somebody else's. */
const ours: readonly Taint[] = [
  ...rows.map(({ key }) => ({ key, effect: 'NoSchedule' })),
  ...rows.filter(({ evicts }) => evicts).map(({ key }) => ({ key, effect: 'NoExecute' })),
  { key: keys.unschedulable, effect: 'NoSchedule' },
];

/** The node's taints as its conditions demand; undefined when they are so already. */
export function demandedTaints({ spec, status }: Node, now: number): readonly Taint[] | undefined {
  const current = spec.taints ?? [];
  const demanded: Taint[] = rows.filter(({ condition, status: when }) => getCondition(status, condition)?.status === when)
    .flatMap(({ key, evicts }) => [{ key, effect: 'NoSchedule' }, ...(evicts ? [{ key, effect: 'NoExecute' }] : [])]);
  if (spec.unschedulable) demanded.push({ key: keys.unschedulable, effect: 'NoSchedule' });
  const kept = current.filter((taint) => !ours.some((own) => same(taint, own)) || demanded.some((each) => same(taint, each)));
  const added = demanded.filter((each) => !current.some((taint) => same(taint, each))).map((taint) => ({ ...taint, timeAdded: timestamp(now) }));
  return added.length === 0 && kept.length === current.length ? undefined : [...kept, ...added];
}
