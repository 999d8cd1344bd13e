import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine, type ContextFrom, type EventFrom, type InputFrom, type StateValue } from 'xstate';

/** A point in a life: plain and shared by every container or pod that is at it. */
export type Moment<C, E> = {
  /** The state's path: `running`, `stopping.signalled`. */
  readonly name: string;
  readonly value: StateValue;
  readonly context: C;
  /** The life is over. */
  readonly done: boolean;
  /** The state's `after`: it moves on by itself. */
  readonly timeout?: { readonly afterMs: number; readonly event: E };
};

/** Where an event leads, and what the machine wants done on the way, by name and in order. */
export type Step<C, E> = { readonly to: Moment<C, E>; readonly effects: readonly string[] };

/**
 * A machine as a map that is drawn while it is walked. A machine is pure, so each step is worked out once by XState and
 * looked up ever after: 150,000 containers walk a few dozen moments. Events and inputs are known by identity: use constants.
 */
export class Walk<M extends AnyStateMachine> {
  readonly #beginnings = new Map<InputFrom<M>, Step<ContextFrom<M>, EventFrom<M>>>();
  readonly #edges = new Map<Moment<ContextFrom<M>, EventFrom<M>>, Map<EventFrom<M>, Step<ContextFrom<M>, EventFrom<M>>>>();
  readonly #moments = new Map<string, Moment<ContextFrom<M>, EventFrom<M>>>();

  readonly #machine: AnyStateMachine;

  constructor(machine: M) { this.#machine = machine; }

  /** Distinct moments met so far. */
  get size(): number { return this.#moments.size; }

  begin(input: InputFrom<M>): Step<ContextFrom<M>, EventFrom<M>> {
    const known = this.#beginnings.get(input);
    if (known) return known;
    const step = this.#step(initialTransition(this.#machine, input));
    this.#beginnings.set(input, step);
    return step;
  }

  next(from: Moment<ContextFrom<M>, EventFrom<M>>, event: EventFrom<M>): Step<ContextFrom<M>, EventFrom<M>> {
    let edges = this.#edges.get(from);
    if (!edges) this.#edges.set(from, (edges = new Map()));
    const known = edges.get(event);
    if (known) return known;
    const step = this.#step(transition(this.#machine, this.#machine.resolveState({ value: from.value, context: from.context }), event));
    edges.set(event, step);
    return step;
  }

  /** XState's answer as a plain value: delayed events become the moment's timeout, every other named action an effect. */
  #step([snapshot, actions]: ReturnType<typeof transition<AnyStateMachine>>): Step<ContextFrom<M>, EventFrom<M>> {
    const effects: string[] = [];
    let timeout: { readonly afterMs: number; readonly event: EventFrom<M> } | undefined;
    for (const { type, params } of actions) {
      if (isDelayed<EventFrom<M>>(params)) timeout = { afterMs: params.delay, event: params.event };
      else if (!type.startsWith('xstate.')) effects.push(type);
    }
    return { to: this.#moment(snapshot, timeout), effects };
  }

  /** One object for each distinct moment, however it was reached. */
  #moment({ value, context, status }: AnyMachineSnapshot, timeout: Moment<ContextFrom<M>, EventFrom<M>>['timeout']): Moment<ContextFrom<M>, EventFrom<M>> {
    const key = JSON.stringify([value, context]);
    const known = this.#moments.get(key);
    // An event that is not heard leaves the state as it was, its timer included, and raises nothing anew.
    if (known && (known.timeout || !timeout)) return known;
    const moment = { name: nameOf(value), value, context, done: status === 'done', ...(timeout && { timeout }) };
    this.#moments.set(key, moment);
    return moment;
  }
}

const isDelayed = <E>(params: unknown): params is { readonly delay: number; readonly event: E } =>
  typeof params === 'object' && params !== null && 'delay' in params && typeof params.delay === 'number';

const nameOf = (value: StateValue): string => {
  if (typeof value === 'string') return value;
  const [parent = '', child = ''] = Object.entries(value)[0] ?? [];
  return child === '' ? parent : `${parent}.${nameOf(child)}`;
};
