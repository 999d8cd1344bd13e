import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { Fifo } from './fifo';
import { Heap } from './heap';

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/**
 * The only time there is inside a cluster: an RxJS scheduler whose now() moves when actions run.
 * Actions run one at a time, by due time and then by the order in which they were planned.
 */
export class VirtualClock implements SchedulerLike {
  #now: number;
  #order = 0;
  #cancelled = 0;
  #steps = 0;
  readonly #later = new Heap<Action>((a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order));
  /** Due at this very instant. Kept apart because nearly every action is, and a heap would charge log n for it. */
  readonly #ready = new Fifo<Action>();

  /** `startedAt` in milliseconds since the epoch. */
  constructor(startedAt: number) { this.#now = startedAt; }

  now(): number { return this.#now; }
  /** Actions run so far. */
  get steps(): number { return this.#steps; }

  schedule<T>(work: Work<T>, delayMs = 0, state?: T): Subscription {
    return new Action(this, work as Work<unknown>).schedule(state, delayMs);
  }

  /** When the next action is due; undefined when nothing is planned. */
  get nextDueAt(): number | undefined { return this.#due(); }

  /** Runs everything due up to `time`, in order; `mayRun` can end the slice early and is asked before each action. False when it did. */
  advanceTo(time: number, mayRun: () => boolean = always): boolean {
    for (let due = this.#due(); due !== undefined && due <= time; due = this.#due()) {
      if (!mayRun()) return false;
      this.step();
    }
    this.#now = Math.max(this.#now, time);
    return true;
  }

  advanceBy(durationMs: number): void { this.advanceTo(this.#now + durationMs); }

  /** Runs exactly one action, moving time to it; false when nothing is planned. */
  step(): boolean {
    const due = this.#due();
    if (due === undefined) return false;
    this.#now = due;
    this.#steps++;
    // Planned in the past for this instant goes before planned at this instant: the order is total.
    const action = this.#later.first?.dueAt === due ? this.#later.pop() : this.#ready.shift();
    action?.run();
    return true;
  }

  /** @internal */
  enqueue(action: Action, delayMs: number): void {
    action.dueAt = this.#now + Math.max(0, delayMs);
    action.order = this.#order++;
    if (action.dueAt === this.#now) this.#ready.push(action);
    else if (action.dueAt < Infinity) this.#later.push(action);
  }

  /** @internal An action still in the heap was cancelled: cancelled ones are swept when they are the majority. */
  forget(): void {
    if (++this.#cancelled < 1024 || this.#cancelled * 2 < this.#later.size) return;
    this.#later.retain((action) => action.planned);
    this.#cancelled = 0;
  }

  /** The next due time, after dropping what was cancelled. */
  #due(): number | undefined {
    while (this.#ready.first && !this.#ready.first.planned) this.#ready.shift();
    while (this.#later.first && !this.#later.first.planned) { this.#later.pop(); this.#cancelled = Math.max(0, this.#cancelled - 1); }
    return this.#ready.first ? this.#now : this.#later.first?.dueAt;
  }
}

const always = () => true;

class Action extends Subscription implements SchedulerAction<unknown> {
  dueAt = 0;
  order = 0;
  planned = false;
  #state: unknown;
  constructor(private readonly clock: VirtualClock, private readonly work: Work<unknown>) { super(); }

  schedule(state?: unknown, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.#state = state;
    this.planned = true;
    this.clock.enqueue(this, delayMs);
    return this;
  }

  run(): void {
    this.planned = false;
    this.work.call(this, this.#state);
    if (!this.planned) super.unsubscribe();   // not planned again from inside: this action is over
  }

  override unsubscribe(): void {
    if (this.planned) { this.planned = false; this.clock.forget(); }
    super.unsubscribe();
  }
}
