import type { Pod, PodCondition } from '../../schema/types';

type WithConditions<C> = { readonly conditions?: readonly C[] };
type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
};

/** The condition of a type, of any kind's status. */
export const getCondition = <C extends { readonly type: string }>(status: WithConditions<C> | undefined, type: string): C | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export const isConditionTrue = <C extends { readonly type: string; readonly status: string }>(status: WithConditions<C> | undefined, type: string): boolean =>
  getCondition(status, type)?.status === 'True';

/**
 * The status with the condition put in place of the one of its type, or added. While the condition's status stays the same its
 * lastTransitionTime does too; a condition that changes nothing gives back the same status.
 */
export function setCondition<C extends Condition, S extends WithConditions<C>>(status: S, condition: C): S {
  const conditions = status.conditions ?? [];
  const at = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[at];
  if (!before) return { ...status, conditions: [...conditions, condition] };
  const next = before.status === condition.status && before.lastTransitionTime ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
  const same = [...new Set([...keysOf(before), ...keysOf(next)])].every((key) => before[key] === next[key]);
  return same ? status : { ...status, conditions: conditions.with(at, next) };
}
const keysOf = <T extends object>(value: T): (keyof T)[] => Object.keys(value) as (keyof T)[];

export const isPodReady = ({ status }: Pick<Pod, 'status'>): boolean => isConditionTrue(status, 'Ready');

/** Ready for at least `minReadySeconds`; `now` in milliseconds. */
export function isPodAvailable(pod: Pick<Pod, 'status'>, minReadySeconds: number, now: number): boolean {
  const ready: PodCondition | undefined = getCondition(pod.status, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 <= now : false;
}

/** Succeeded or Failed: its containers will not run again. */
export const isTerminal = ({ status }: Pick<Pod, 'status'>): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
/** Neither over nor being deleted: what a ReplicaSet counts. */
export const isActive = (pod: Pick<Pod, 'status' | 'metadata'>): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
