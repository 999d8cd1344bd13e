import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import type { Probe } from '../schema/types';
import { containerEvents } from './container-life';
import { act, type Verdict } from './handlers';
import type { ContainerWorker } from './container-worker';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** One probe of one container and what it has found out since the container started. */
type Watch = {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly container: ContainerWorker;
  nextAt: number;
  /** Equal verdicts in a row. */
  inRow: number;
  lastOk: boolean | undefined;
  asking: Subscription | undefined;
};

/** A container that started is seen at the next look at the runtime, and probed from then on. */
const noticedMs = 1_000;
const kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];
const probeOf = ({ spec }: ContainerWorker, kind: ProbeKind): Probe | undefined =>
  (kind === 'startup' ? spec.startupProbe : kind === 'liveness' ? spec.livenessProbe : spec.readinessProbe);

/** All probes of one pod, on one timer. A success that says nothing new costs no write and plans itself again. */
export class Prober {
  readonly #watches: Watch[] = [];
  #timer: Subscription | undefined;
  #wakeAt = Infinity;

  constructor(private readonly scheduler: SchedulerLike) {}

  /** A container began to run: its probes begin anew. */
  watch(container: ContainerWorker): void {
    this.forget(container);
    const now = this.scheduler.now();
    for (const kind of kinds) {
      const probe = probeOf(container, kind);
      if (!probe) continue;
      this.#watches.push({ kind, probe, container, nextAt: now + Math.max(noticedMs, (probe.initialDelaySeconds ?? 0) * 1_000), inRow: 0, lastOk: undefined, asking: undefined });
    }
    this.#plan();
  }

  forget(container: ContainerWorker): void {
    for (let at = this.#watches.length - 1; at >= 0; at--) {
      const watch = this.#watches[at];
      if (watch?.container !== container) continue;
      watch.asking?.unsubscribe();
      this.#watches.splice(at, 1);
    }
  }

  stop(): void {
    this.#timer?.unsubscribe();
    for (const watch of this.#watches) watch.asking?.unsubscribe();
    this.#watches.length = 0;
  }

  #plan(): void {
    let next = Infinity;
    for (const watch of this.#watches) next = Math.min(next, watch.nextAt);
    if (next >= this.#wakeAt || next === Infinity) return;
    this.#timer?.unsubscribe();
    this.#wakeAt = next;
    this.#timer = this.scheduler.schedule<Prober>(function (prober) { if (prober) prober.#tick(this); }, next - this.scheduler.now(), this);
  }

  /** Asks what is due, then plans the same action again: nothing is made anew for a quiet probe. */
  #tick(action: SchedulerAction<Prober>): void {
    const now = this.scheduler.now();
    this.#wakeAt = now;
    for (const watch of [...this.#watches]) if (watch.nextAt <= now) this.#due(watch, now);
    let next = Infinity;
    for (const watch of this.#watches) next = Math.min(next, watch.nextAt);
    this.#wakeAt = next;
    if (next < Infinity) action.schedule(this, next - now); else this.#timer = undefined;
  }

  #due(watch: Watch, now: number): void {
    watch.nextAt = now + (watch.probe.periodSeconds ?? 10) * 1_000;
    if (watch.asking || !isAsked(watch)) return;
    const surface = watch.container.surface();
    if (!surface) return;
    let over = false;
    const asking = act(watch.probe, surface, (watch.probe.timeoutSeconds ?? 1) * 1_000).subscribe((verdict) => {
      over = true;
      watch.asking = undefined;
      this.#judge(watch, verdict);
    });
    if (!over) watch.asking = asking;
  }

  #judge(watch: Watch, verdict: Verdict): void {
    const { container, kind, probe } = watch;
    if (!this.#watches.includes(watch) || !isAsked(watch)) return;
    if (!verdict.ok) container.probeFailed(kind, verdict);
    if (!verdict.ok && verdict.broken) return;   // what could not be asked says nothing about the container
    watch.inRow = watch.lastOk === verdict.ok ? watch.inRow + 1 : 1;
    watch.lastOk = verdict.ok;
    if (watch.inRow < (verdict.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) return;
    if (verdict.ok) this.#passed(watch);
    else if (kind === 'readiness') { if (container.moment.context.ready) container.send(containerEvents.becameUnready); }
    else container.failProbe(kind, probe);
  }

  #passed({ kind, container }: Watch): void {
    const { started, ready } = container.moment.context;
    if (kind === 'readiness' && !ready) container.send(containerEvents.becameReady);
    if (kind !== 'startup' || started) return;
    container.send(containerEvents.startupPassed);
    // Waiting for its next turn would only keep a ready container out of its services.
    for (const watch of this.#watches) {
      if (watch.container !== container || watch.kind === 'startup') continue;
      watch.nextAt = Math.max(this.scheduler.now(), container.startedAt + (watch.probe.initialDelaySeconds ?? 0) * 1_000);
    }
    this.#plan();
  }
}

/** The startup probe comes first and alone; while a container is being stopped only readiness is still looked at. */
function isAsked({ kind, container: { moment: { name, context } } }: Watch): boolean {
  if (name !== 'running') return kind === 'readiness' && context.started && name.startsWith('stopping');
  return kind === 'startup' ? !context.started : context.started;
}
