import { getCondition } from '../../kinds/core/pod-conditions';
import { taints as keys } from '../../kinds/core/well-known';
import { timestamp } from '../../lib/timestamp';
import type { Node, Taint } from '../../schema/types';

/** Which taint stands for which status of which condition. */
const rows: readonly { readonly condition: string; readonly status: string; readonly key: string }[] = [
  { condition: 'Ready', status: 'False', key: keys.notReady },
  { condition: 'Ready', status: 'Unknown', key: keys.unreachable },
  { condition: 'MemoryPressure', status: 'True', key: keys.memoryPressure },
  { condition: 'DiskPressure', status: 'True', key: keys.diskPressure },
  { condition: 'PIDPressure', status: 'True', key: keys.pidPressure },
  { condition: 'NetworkUnavailable', status: 'True', key: keys.networkUnavailable },
];

const same = (a: Taint, b: Pick<Taint, 'key' | 'effect'>): boolean => a.key === b.key && a.effect === b.effect;

/** Taints that this controller sets and removes as soon as a condition says so; all others are somebody else's. */
const noSchedule: readonly Taint[] = [...rows.map(({ key }) => key), keys.unschedulable].map((key) => ({ key, effect: 'NoSchedule' }));
/** Taints that drive pods away: one of them at most, when it is the node's turn. */
const noExecute: readonly Taint[] = [keys.notReady, keys.unreachable].map((key) => ({ key, effect: 'NoExecute' }));

/** Whether pods are driven away because the node is not ready. */
export const isGivenUp = ({ spec: { taints = [] } }: Node): boolean => taints.some((taint) => noExecute.some((own) => same(taint, own)));

const demandOf = (node: Node, givesUp: boolean): readonly Taint[] => {
  const found = rows.filter(({ condition, status }) => getCondition(node.status, condition)?.status === status).map(({ key }) => key);
  const evicting = givesUp ? noExecute.filter(({ key }) => found.includes(key)) : [];
  return [...[...found, ...(node.spec.unschedulable ? [keys.unschedulable] : [])].map((key) => ({ key, effect: 'NoSchedule' })), ...evicting];
};

/**
 * The node's taints as its conditions demand; undefined when they are so already. `givesUp`: whether its pods are to go when it is not ready. The
 * taints for that stay for now on a node that has just become ready.
 */
export function demandedTaints(node: Node, givesUp: boolean, now: number): readonly Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const demanded = demandOf(node, givesUp);
  const status = getCondition(node.status, 'Ready')?.status;
  const waits = givesUp && (status === 'True' || status === undefined);
  const ours = waits ? noSchedule : [...noSchedule, ...noExecute];
  const kept = current.filter((taint) => !ours.some((own) => same(taint, own)) || demanded.some((each) => same(taint, each)));
  const added = demanded.filter((each) => !current.some((taint) => same(taint, each))).map((taint) => ({ ...taint, timeAdded: timestamp(now) }));
  return added.length === 0 && kept.length === current.length ? undefined : [...kept, ...added];
}
