import type { ContainerState, PodCondition } from '../schema/types';

/** Beyond this many the values are forgotten: they are shared for memory, not for meaning. */
const most = 20_000;

/** Small pieces of status that thousands of pods have in common when things happen to them in the same second. */
export class SharedValues {
  readonly #running = new Map<string, ContainerState>();
  readonly #conditions = new Map<string, PodCondition>();

  readonly #lists = new Map<PodCondition, ConditionLists>();

  /** The one list of these conditions in this order. */
  conditions(all: readonly PodCondition[]): readonly PodCondition[] {
    let lists: ConditionLists = { next: this.#lists };
    for (const condition of all) lists = lists.next.get(condition) ?? keep(lists.next, condition, { next: new Map() });
    return (lists.list ??= all);
  }

  running(startedAt: string): ContainerState {
    return this.#running.get(startedAt) ?? keep(this.#running, startedAt, { running: { startedAt } });
  }

  condition(type: string, status: string, lastTransitionTime: string, observedGeneration: number | undefined, reason: string, message: string): PodCondition {
    const key = `${type}|${status}|${lastTransitionTime}|${observedGeneration ?? ''}|${reason}|${message}`;
    return this.#conditions.get(key) ?? keep(this.#conditions, key, {
      type, ...(observedGeneration !== undefined && { observedGeneration }), status, lastTransitionTime, ...(reason && { reason }), ...(message && { message }),
      lastProbeTime: null,   // as it is stored: or each pod would get a copy that has it
    });
  }
}

/** Lists that begin alike, by the condition that comes next. */
type ConditionLists = { list?: readonly PodCondition[]; readonly next: Map<PodCondition, ConditionLists> };

function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (map.size >= most) map.clear();
  map.set(key, value);
  return value;
}
