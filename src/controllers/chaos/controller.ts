import type { SchedulerLike, Subscription } from 'rxjs';
import { StatusError } from '../../api/status';
import { Chaoses, chaosFinalizer, type Chaos, type ChaosAction, type ChaosEntry, type ChaosStatus } from '../../kinds/add-ons/chaos';
import { equal } from '../../lib/equality';
import { timestamp } from '../../lib/timestamp';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, type AnyController, type Context } from '../../runtime/controller';
import type { Machinery } from '../../runtime/machines';
import type { RequeueAfter } from '../../runtime/workqueue';
import { heldBack } from './budgets';
import { attempt, heal, mischief, type Victim } from './deeds';
import { actionOf, luckOf, waitMs } from './plan';

/** Entries that need no healing are kept up to so many. */
const remembered = 32;

/** Disturbs nodes, pods and the control plane as Chaos objects say, and heals what it broke: in time, and when the object goes. */
export const chaosController = (machinery: Machinery, clock: SchedulerLike): AnyController => defineStatefulController<Chaos>('chaos-controller', () => {
  const monkey = new Monkey(machinery, clock);
  return {
    for: Chaoses,
    ignores: (previous, next) => previous.spec === next.spec && previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp
      && previous.metadata.finalizers === next.metadata.finalizers,
    reconcile: (name, context) => monkey.reconcile(name, context),
  };
});

const isActive = ({ outcome }: ChaosEntry): boolean => outcome === 'Active';
const timeOf = (text: string | undefined): number => (text === undefined ? -Infinity : Date.parse(text));

class Monkey {
  /** Heals at its time even when nobody can be asked about it: the API server may be what was broken. */
  readonly #timers = new Map<string, Subscription>();

  constructor(private readonly machinery: Machinery, private readonly clock: SchedulerLike) {}

  reconcile(name: string, context: Context): RequeueAfter | undefined {
    const chaos = context.informer(Chaoses).get(name);
    if (!chaos) return undefined;
    const { finalizers = [], resourceVersion, deletionTimestamp } = chaos.metadata;
    if (deletionTimestamp !== undefined) return this.#leave(chaos, context);
    if (!finalizers.includes(chaosFinalizer)) context.api.patch(Chaoses, chaos.metadata, { metadata: { finalizers: [...finalizers, chaosFinalizer], resourceVersion } });
    const now = context.now();
    const healed = this.#heal(chaos, (entry) => timeOf(entry.until) <= now, context);
    const { spec } = chaos;
    const { rounds = 0, disruptions = 0, nextAt = timestamp(now + waitMs(spec, rounds)) } = chaos.status ?? {};
    const isOver = spec.limit !== undefined && disruptions >= spec.limit;
    const status: ChaosStatus = { ...statusOf(chaos, healed), rounds, disruptions, nextAt, phase: spec.paused ? 'Paused' : isOver ? 'Completed' : 'Running' };
    const isFree = healed.filter(isActive).length < (spec.maxConcurrent ?? 1);
    if (!spec.paused && !isOver && isFree && timeOf(nextAt) <= now) return this.#round(chaos, status, context);
    tell(chaos, status, context);
    return nextLook(status, isFree, now);
  }

  /** One round: what and who hang on the seed and the round alone, and on who is there. */
  #round(chaos: Chaos, before: ChaosStatus, context: Context): RequeueAfter | undefined {
    const { spec } = chaos;
    const now = context.now();
    const { rounds: round = 0, disruptions = 0, history = [] } = before;
    const action = actionOf(spec, round);
    const { asksApi, durationSeconds } = mischief[action.type];
    const victim = this.#choose(chaos, action, round, context);
    const planned = { round, type: action.type, at: timestamp(now), ...(victim && { target: victim.target }) };
    const held = victim && spec.respectDisruptionBudgets && heldBack(victim.pods, context);
    const place = { context, machinery: this.machinery };
    const failed = victim && !held && asksApi ? attempt(() => victim.begin(place, action)) : undefined;
    const until = timestamp(now + (action.durationSeconds ?? durationSeconds ?? 0) * 1_000);
    const entry: ChaosEntry = !victim ? { ...planned, outcome: 'NoTarget' }
      : held ? { ...planned, outcome: 'Refused', message: held }
        : failed !== undefined ? { ...planned, outcome: 'Failed', message: failed }
          : durationSeconds !== undefined ? { ...planned, outcome: 'Active', until } : { ...planned, outcome: 'Done' };
    const isDone = entry.outcome === 'Active' || entry.outcome === 'Done';
    const count = disruptions + (isDone ? 1 : 0);
    const status = { ...before, ...withHistory([...history, entry]), rounds: round + 1, disruptions: count, nextAt: timestamp(now + waitMs(spec, round + 1)),
      ...(spec.limit !== undefined && count >= spec.limit && { phase: 'Completed' as const }) };
    tell(chaos, status, context);   // before it is done: afterwards there may be nobody left to tell
    say(chaos, entry, victim, context);
    if (victim && isDone && !asksApi) this.#begin(chaos, entry, () => victim.begin(place, action), status, context);
    return nextLook(status, status.active < (spec.maxConcurrent ?? 1), now);
  }

  #begin(chaos: Chaos, entry: ChaosEntry, begin: () => void, status: ChaosStatus, context: Context): void {
    const failed = attempt(begin);
    if (failed !== undefined) {
      const entries = (status.history ?? []).map((each): ChaosEntry => (each.round === entry.round ? { ...each, outcome: 'Failed', message: failed } : each));
      tell(chaos, { ...status, ...withHistory(entries) }, context);
    } else if (entry.until !== undefined) {
      const key = keyOfEntry(chaos, entry);
      this.#timers.set(key, this.clock.schedule(() => { this.#timers.delete(key); heal(entry.target ?? '', this.machinery); }, timeOf(entry.until) - context.now()));
    }
  }

  #choose({ spec: { seed = 1 }, status }: Chaos, action: ChaosAction, round: number, context: Context): Victim | undefined {
    const taken = new Set((status?.history ?? []).filter((entry) => isActive(entry) && timeOf(entry.until) > context.now()).map(({ target }) => target));
    const victims = mischief[action.type].victims(action, { context, machinery: this.machinery }).filter(({ target }) => !taken.has(target));
    return victims.length > 0 ? luckOf(seed, round, 'who').pick(victims) : undefined;
  }

  /** The history after those entries that are `due` were healed. */
  #heal(chaos: Chaos, due: (entry: ChaosEntry) => boolean, { event }: Context): readonly ChaosEntry[] {
    return (chaos.status?.history ?? []).map((entry) => {
      if (!isActive(entry) || !due(entry)) return entry;
      const key = keyOfEntry(chaos, entry);
      this.#timers.get(key)?.unsubscribe();
      this.#timers.delete(key);
      heal(entry.target ?? '', this.machinery);
      event({ object: chaos, type: 'Normal', reason: 'Healed', message: `Healed ${entry.target}` });
      return { ...entry, outcome: 'Healed' };
    });
  }

  #leave(chaos: Chaos, context: Context): undefined {
    const { finalizers = [], resourceVersion } = chaos.metadata;
    if (!finalizers.includes(chaosFinalizer)) return;
    this.#heal(chaos, () => true, context);
    unlessGone(() => context.api.patch(Chaoses, chaos.metadata, { metadata: { finalizers: finalizers.filter((each) => each !== chaosFinalizer), resourceVersion } }));
  }
}

const keyOfEntry = ({ metadata: { uid } }: Chaos, { round }: ChaosEntry): string => `${uid}/${round}`;

const withHistory = (entries: readonly ChaosEntry[]) => {
  const over = entries.length - remembered;
  return { history: entries.filter((entry, at) => at >= over || isActive(entry)), active: entries.filter(isActive).length };
};

const statusOf = ({ metadata: { generation } }: Chaos, history: readonly ChaosEntry[]): ChaosStatus =>
  ({ ...(generation !== undefined && { observedGeneration: generation }), ...withHistory(history) });

/** When something is to be healed, or it is time for the next round. */
function nextLook({ phase, nextAt, history = [] }: ChaosStatus, isFree: boolean, now: number): RequeueAfter | undefined {
  const times = history.filter(isActive).map(({ until }) => timeOf(until));
  if (phase === 'Running' && isFree) times.push(timeOf(nextAt));
  return times.length > 0 ? { requeueAfterMs: Math.max(0, Math.min(...times) - now) } : undefined;
}

function tell({ metadata, status: before }: Chaos, status: ChaosStatus, { api }: Context): void {
  if (equal(status, before)) return;
  try { api.patch(Chaoses, metadata, { status }, 'merge', 'status'); } catch (error) { if (!StatusError.is(error, 'NotFound')) throw error; }
}

/** What happened, told of the Chaos and of whom it happened to. */
function say(chaos: Chaos, { outcome, target, until, type, message, at }: ChaosEntry, victim: Victim | undefined, { event }: Context): void {
  if (!victim) return event({ object: chaos, type: 'Normal', reason: 'NoTarget', message: `${type}: there is nobody it could be done to` });
  if (outcome === 'Refused' || outcome === 'Failed') return event({ object: chaos, type: 'Warning', reason: outcome, message: `${type} of ${target}: ${message}` });
  const done = `${mischief[type].word} ${target}${until === undefined ? '' : ` for ${(timeOf(until) - timeOf(at)) / 1_000}s`}`;
  event({ object: chaos, type: 'Normal', reason: 'Disrupted', message: done });
  event({ object: victim.object, type: 'Warning', reason: 'Chaos', message: `${done}, by chaos ${chaos.metadata.name}` });
}
