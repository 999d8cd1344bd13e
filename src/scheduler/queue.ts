import type { Pod } from '../schema/types';
import { Heap } from '../sim/heap';
import type { ClusterEvent } from './cluster-events';
import type { Plugin, Waiting } from './framework';

/** Where a waiting pod is: to be tried next, waiting out its backoff, or until something happens that could help. */
export type QueueState = 'active' | 'backoff' | 'error' | 'unschedulable' | 'gated' | 'out';

/** A pod that has no node yet, and how often it was tried. */
export class QueuedPod implements Waiting {
  state: QueueState = 'out';
  attempts = 0;
  /** Attempts that ended without a node, and errors in a row: what the backoff grows with. */
  failures = 0;
  errors = 0;
  backoffUntil = 0;
  /** Plugins that turned nodes away; empty means that any event is worth a try. */
  rejectors: ReadonlySet<string> = new Set();
  /** Counts the moves of all pods: among equals the earlier one comes first. */
  ticket = 0;
  constructor(readonly key: string, public pod: Pod, public queuedAt: number) {}
}

/** How long a pod waits after a failure: doubling from the first to the last. */
export type Backoff = { readonly initialMs: number; readonly maxMs: number };
const defaultBackoff: Backoff = { initialMs: 1_000, maxMs: 10_000 };
/** After so long an unschedulable pod is tried again though nothing happened. */
const flushAfterMs = 300_000;

/** As upstream: 1 s after the first failure, doubling to 10 s. */
export const backoffMs = (failures: number): number => delayMs(failures, defaultBackoff);
const delayMs = (failures: number, { initialMs, maxMs }: Backoff): number => Math.min(initialMs * 2 ** Math.max(0, failures - 1), maxMs);

/** All pods without a node, in the queues of upstream's scheduler. Holds no timer: it says when it wants to be looked at. */
export class SchedulingQueue {
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active: Heap<QueuedPod>;
  readonly #backoff = new Heap<QueuedPod>(earlier);
  readonly #errors = new Heap<QueuedPod>(earlier);
  /** In the order in which they became so. */
  readonly #unschedulable = new Map<string, QueuedPod>();
  /** The same by the plugins that turned them away. */
  readonly #rejectedBy = new Map<Plugin, Set<QueuedPod>>();
  readonly #counts: Record<QueueState, number> = { active: 0, backoff: 0, error: 0, unschedulable: 0, gated: 0, out: 0 };
  #tickets = 0;

  /** `plugins` are those of the first profile; `pluginsOf` tells a pod's own where there are several. */
  constructor(private readonly plugins: readonly Plugin[], private readonly pluginsOf: (pod: Pod) => readonly Plugin[] = () => plugins, private readonly backoff: Backoff = defaultBackoff) {
    const comes = plugins.find(({ queueSort }) => queueSort)?.queueSort ?? (() => false);
    this.#active = new Heap<QueuedPod>((a, b) => comes(a, b) || (!comes(b, a) && a.ticket < b.ticket));
  }

  get counts(): Readonly<Record<QueueState, number>> { return this.#counts; }
  get(key: string): QueuedPod | undefined { return this.#pods.get(key); }

  /** A pod that is new, or was changed while it waited. */
  put(key: string, pod: Pod, now: number): void {
    const known = this.#pods.get(key);
    if (!known || known.pod.metadata.uid !== pod.metadata.uid) return this.#add(key, pod, now);
    const previous = known.pod;
    known.pod = pod;
    if (known.state === 'gated') this.#enqueue(known, now);
    else if (known.state === 'unschedulable' && this.#helps(known, { kind: 'PodUpdate', previous, pod })) this.#enqueue(known, now);
  }

  delete(key: string): void {
    const known = this.#pods.get(key);
    if (!known) return;
    this.#move(known, 'out');
    this.#pods.delete(key);
  }

  /** The next pod to try; it stays known, and comes back through `unschedulable` or `failed`, or is deleted. */
  pop(now: number): QueuedPod | undefined {
    this.#moveDue(now);
    // Rather than idle, upstream tries pods before their backoff is over; only errors are always waited out.
    const queued = take(this.#active, 'active') ?? take(this.#backoff, 'backoff');
    if (!queued) return undefined;
    this.#move(queued, 'out');
    queued.attempts++;
    return queued;
  }

  get isEmpty(): boolean { return this.#counts.active + this.#counts.backoff === 0; }

  /** No node fits: it waits for an event that one of `rejectors` says could help. */
  unschedulable(queued: QueuedPod, rejectors: ReadonlySet<string>, now: number): void {
    queued.rejectors = rejectors;
    queued.failures++;
    queued.errors = 0;
    queued.queuedAt = now;
    queued.backoffUntil = now + delayMs(queued.failures, this.backoff);
    this.#move(queued, 'unschedulable');
  }

  /** Something went wrong that says nothing about the nodes: it is tried again after its backoff. */
  failed(queued: QueuedPod, now: number): void {
    queued.errors++;
    queued.queuedAt = now;
    queued.backoffUntil = now + delayMs(queued.errors, this.backoff);
    this.#move(queued, 'error');
  }

  /** Moves the pods that `event` could help: only those are looked at that a plugin turned away which has something to say about it. */
  happened(event: ClusterEvent, now: number): void {
    if (this.#counts.unschedulable === 0) return;
    const moved = new Set<QueuedPod>(this.#rejectedBy.get(anybody));
    for (const [plugin, rejected] of this.#rejectedBy) {
      if (!plugin.hints?.[event.kind]) continue;
      for (const queued of rejected) if (!moved.has(queued) && hints(plugin, queued.pod, event)) moved.add(queued);
    }
    for (const queued of [...moved].sort((a, b) => a.ticket - b.ticket)) this.#enqueue(queued, now);
  }

  /** When time alone changes something: an error's backoff ends, or a pod has been unschedulable for five minutes. */
  get nextDueAt(): number | undefined {
    drop(this.#errors, 'error');
    const [oldest] = this.#unschedulable.values();
    const dueAt = Math.min(this.#errors.first?.backoffUntil ?? Infinity, oldest ? oldest.queuedAt + flushAfterMs : Infinity);
    return dueAt < Infinity ? dueAt : undefined;
  }

  #moveDue(now: number): void {
    for (drop(this.#errors, 'error'); (this.#errors.first?.backoffUntil ?? Infinity) <= now; drop(this.#errors, 'error')) {
      const queued = take(this.#errors, 'error');
      if (queued) this.#enqueue(queued, now);
    }
    for (drop(this.#backoff, 'backoff'); (this.#backoff.first?.backoffUntil ?? Infinity) <= now; drop(this.#backoff, 'backoff')) {
      const queued = take(this.#backoff, 'backoff');
      if (queued) this.#enqueue(queued, now);
    }
    for (const queued of this.#unschedulable.values()) {
      if (queued.queuedAt + flushAfterMs > now) break;
      this.#enqueue(queued, now);
    }
  }

  #add(key: string, pod: Pod, now: number): void {
    this.delete(key);
    const queued = new QueuedPod(key, pod, now);
    this.#pods.set(key, queued);
    this.#enqueue(queued, now);
  }

  /** To the active queue, or to backoff while that lasts; or nowhere while a plugin holds it back. */
  #enqueue(queued: QueuedPod, now: number): void {
    if (this.pluginsOf(queued.pod).some(({ preEnqueue }) => preEnqueue?.(queued.pod) !== undefined)) return this.#move(queued, 'gated');
    this.#move(queued, queued.backoffUntil > now ? 'backoff' : 'active');
  }

  #helps(queued: QueuedPod, event: ClusterEvent): boolean {
    if (queued.rejectors.size === 0) return true;
    return this.pluginsOf(queued.pod).some((plugin) => queued.rejectors.has(plugin.name) && hints(plugin, queued.pod, event));
  }

  #move(queued: QueuedPod, state: QueueState): void {
    if (queued.state === 'unschedulable') { this.#unschedulable.delete(queued.key); this.#index(queued, false); }
    if (queued.state !== 'out') this.#counts[queued.state]--;
    if (state !== 'out') this.#counts[state]++;
    queued.state = state;
    queued.ticket = ++this.#tickets;
    if (state === 'active') this.#active.push(queued);
    else if (state === 'backoff') this.#backoff.push(queued);
    else if (state === 'error') this.#errors.push(queued);
    else if (state === 'unschedulable') { this.#unschedulable.set(queued.key, queued); this.#index(queued, true); }
  }

  #index(queued: QueuedPod, isIn: boolean): void {
    if (queued.rejectors.size === 0) return this.#indexBy(anybody, queued, isIn);
    const plugins = byName(this.pluginsOf(queued.pod));
    for (const name of queued.rejectors) { const plugin = plugins.get(name); if (plugin) this.#indexBy(plugin, queued, isIn); }
  }

  #indexBy(plugin: Plugin, queued: QueuedPod, isIn: boolean): void {
    const rejected = this.#rejectedBy.get(plugin);
    if (!isIn) { rejected?.delete(queued); if (rejected?.size === 0) this.#rejectedBy.delete(plugin); }
    else if (rejected) rejected.add(queued);
    else this.#rejectedBy.set(plugin, new Set([queued]));
  }
}

const named = new WeakMap<readonly Plugin[], ReadonlyMap<string, Plugin>>();
function byName(plugins: readonly Plugin[]): ReadonlyMap<string, Plugin> {
  const known = named.get(plugins) ?? new Map(plugins.map((plugin) => [plugin.name, plugin]));
  named.set(plugins, known);
  return known;
}

/** Stands for those that nobody in particular turned away. */
const anybody: Plugin = { name: '' };

function earlier(a: QueuedPod, b: QueuedPod): boolean {
  const difference = a.backoffUntil - b.backoffUntil;
  return difference < 0 || (difference === 0 && a.ticket < b.ticket);
}

/** Drops pods that were deleted meanwhile: a pod leaves a heap in no other way than by being taken out. */
function drop(heap: Heap<QueuedPod>, state: QueueState): void { while (heap.first && heap.first.state !== state) heap.pop(); }
function take(heap: Heap<QueuedPod>, state: QueueState): QueuedPod | undefined {
  drop(heap, state);
  return heap.pop();
}

/** Whether the plugin thinks the event worth another try. The table is keyed by the event's kind, so the event fits the function found. */
function hints<E extends ClusterEvent>({ hints }: Plugin, pod: Pod, event: E): boolean {
  const ask = hints?.[event.kind] as ((pod: Pod, event: E) => boolean) | undefined;
  return ask?.(pod, event) ?? false;
}
