import type { Subscription } from 'rxjs';
import { flat } from '../lib/flat';
import { timestamp } from '../lib/timestamp';
import { SingleFile } from './file-trees';
import type { Exit, RunningContainer } from '../containers/types';
import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus, Probe } from '../schema/types';
import { containerEffects } from './container-effects';
import { containerEvents, containerShape, containerWalk, type ContainerMoment } from './container-life';
import type { ContainerEvent } from './container-machine';
import type { Surface, Verdict } from './handlers';
import type { PodWorker } from './pod-worker';
import type { ProbeKind } from './prober';
import { wantsRestart } from './restart-policy';

/** `sidecar`: an init container that goes on running beside the others. `ephemeral`: one that was added to look inside a running pod. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';
const lists: Readonly<Record<Role, string>> = { main: 'containers', init: 'initContainers', sidecar: 'initContainers', ephemeral: 'ephemeralContainers' };

/** A container that ran longer than this before it ended has its back-off forgotten: twice the longest back-off. */
const forgetsBackOffMs = 600_000;
/** What is left for SIGTERM at least, when a preStop hook used up the grace. */
export const leastGraceMs = 2_000;

/** One container of one pod: its moment in the machine, and everything about it that is its own. */
export class ContainerWorker {
  moment: ContainerMoment;
  /** When it moves on by itself, and by which event. */
  dueAt = Infinity;
  #dueEvent: ContainerEvent | undefined;

  /** What `kubectl get pod -o yaml` shows of it. */
  state: ContainerState;
  termination: ContainerStateTerminated | undefined;
  earlierTermination: ContainerStateTerminated | undefined;
  imageID = '';
  containerID: string | undefined;
  startedAt = 0;

  running: RunningContainer | undefined;
  /** The newest run, ended or not, and the one before it: kept for their logs. */
  lastRun: RunningContainer | undefined;
  earlierRun: RunningContainer | undefined;
  /** Why it waits or was not started, for events and status. */
  trouble = '';
  /** When SIGKILL comes, once it is being stopped. */
  killAt = Infinity;
  terminationFile: SingleFile | undefined;
  #hook: Subscription | undefined;

  restarts = 0;

  /** `before`: what the API still says of it, when its node was off and comes back. */
  constructor(readonly pod: PodWorker, public spec: Container, readonly role: Role, before: ContainerStatus | undefined) {
    const { lifecycle, startupProbe, readinessProbe } = spec;
    if (before) this.#remember(before);
    this.moment = containerWalk.begin(containerShape(!!lifecycle?.postStart, !!lifecycle?.preStop, !!startupProbe, !!readinessProbe)).to;
    this.state = pod.firstState;
  }

  get name(): string { return this.spec.name; }
  get image(): string { return this.spec.image ?? ''; }
  get done(): boolean { return this.moment.done; }
  get started(): boolean { return this.moment.context.started; }
  /** The exit code it ended with for good; undefined while it has not, or if it never ran. */
  get exitCode(): number | undefined { return this.done ? this.termination?.exitCode : undefined; }
  /** The status' lastState: the end before the state that is shown. */
  get lastTermination(): ContainerStateTerminated | undefined { return this.state.terminated ? this.earlierTermination : this.termination; }
  get fieldPath(): string { return `spec.${lists[this.role]}{${this.name}}`; }

  /** Takes the event as the machine says, and does what the machine asks for. */
  send(event: ContainerEvent): void {
    if (this.done) return;
    const { to, effects } = containerWalk.next(this.moment, event);
    if (to !== this.moment) {
      this.moment = to;
      this.dueAt = to.timeout ? this.pod.now + to.timeout.afterMs : Infinity;
      this.#dueEvent = to.timeout?.event;
    }
    for (const effect of effects) containerEffects[effect]?.(this);
    this.pod.containerMoved(this);
  }

  /** Passes a deadline that has come; true when there was one. */
  advance(now: number): boolean {
    if (this.dueAt > now || !this.#dueEvent) return false;
    const event = this.#dueEvent;
    this.dueAt = Infinity;
    this.send(event);
    return true;
  }

  /** The end of the grace is nobody's `after`: it is known only when the container is stopped. */
  expectDeadline(at: number): void {
    this.dueAt = at;
    this.#dueEvent = containerEvents.deadline;
    this.pod.wake();
  }

  /** Shows a new state, which is written at the end of the pod's sync. */
  show(state: ContainerState): void {
    this.state = state;
    this.pod.changed();
  }

  announce(type: 'Normal' | 'Warning', reason: string, message: string): void { this.pod.announce(type, reason, message, this.fieldPath); }

  /** It was started: from here on its end is known by itself. */
  began(running: RunningContainer): void {
    this.running = running;
    this.earlierRun = this.lastRun;
    this.lastRun = running;
    this.containerID = flat(`containerd://${running.id}`);
    this.startedAt = running.startedAt;
    this.killAt = Infinity;
    this.send(containerEvents.created);
    if (this.running === running) running.whenExited((exit) => { if (this.running === running) this.#exited(running, exit); });
  }

  hooked(hook: Subscription): void { this.#hook = hook; }

  /** Begins to stop it for good. A second call can only shorten the grace. */
  stop(graceMs: number): void {
    const killAt = this.pod.now + graceMs;
    if (killAt < this.killAt) this.killAt = killAt;
    const stopsNow = this.moment.name === 'running' || this.moment.name === 'postStart';
    if (stopsNow) this.announce('Normal', 'Killing', `Stopping container ${this.name}`);
    const shortens = !stopsNow && this.moment.name.startsWith('stopping.') && killAt < this.dueAt;
    this.send(containerEvents.stop);
    if (shortens) this.expectDeadline(killAt);
  }

  /** A liveness or startup probe failed too often. */
  failProbe(kind: ProbeKind, probe: Probe): void {
    this.killAt = this.pod.now + (probe.terminationGracePeriodSeconds ?? this.pod.graceSeconds) * 1_000;
    this.announce('Normal', 'Killing', `Container ${this.name} failed ${kind} probe, will be restarted`);
    this.send(containerEvents.fail);
  }

  /** Its spec has another image now, or resources that it only takes by a restart. */
  replace(why: string): void {
    this.killAt = this.pod.now + this.pod.graceSeconds * 1_000;
    this.announce('Normal', 'Killing', `Container ${this.name} ${why}`);
    this.send(containerEvents.fail);
  }

  probeFailed(kind: ProbeKind, verdict: Extract<Verdict, { ok: false }>): void {
    const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    this.announce('Warning', 'Unhealthy', `${name} probe ${verdict.broken ? 'errored and resulted in unknown state' : 'failed'}: ${verdict.output}`);
  }

  surface(): Surface | undefined {
    const { running, pod } = this;
    return running && { container: this.spec, running, podIP: pod.ip ?? pod.node.ip, from: pod.node.source, network: pod.shared.network, scheduler: pod.shared.scheduler };
  }

  /** The machine is switched off: no grace, no events, nothing more is heard of it. */
  drop(): void {
    const { running } = this;
    this.#hook?.unsubscribe();
    this.dueAt = Infinity;
    this.running = undefined;   // first: its end is heard of no more
    running?.signal(9);
  }

  #remember({ restartCount, state, containerID }: ContainerStatus): void {
    const { running, terminated } = state ?? {};
    this.restarts = restartCount + (running || terminated ? 1 : 0);
    this.termination = terminated ?? (running && {
      ...(containerID && { containerID }), exitCode: 255, finishedAt: timestamp(this.pod.now), reason: 'Unknown', ...running,
    });
  }

  #exited(running: RunningContainer, exit: Exit): void {
    this.#hook?.unsubscribe();
    this.pod.prober?.forget(this);
    this.running = undefined;
    this.ended(this.#termination(running, exit), this.pod.now - running.startedAt > forgetsBackOffMs);
  }

  /** It has ended, or could not begin: the policy decides whether that was all. */
  ended(termination: ContainerStateTerminated, long: boolean): void {
    this.earlierTermination = this.termination;
    this.termination = termination;
    const restart = wantsRestart(this.spec, this.role, this.pod.pod.spec.restartPolicy, termination.exitCode);
    this.send(!restart ? containerEvents.ended : long ? containerEvents.crashedLate : containerEvents.crashed);
    this.pod.wake();
  }

  #termination({ startedAt, logs }: RunningContainer, { code, reason, at }: Exit): ContainerStateTerminated {
    const message = this.#message(code, () => logs.lines.slice(-80).map(({ text }) => text).join('\n').slice(-2_048));
    return {
      ...(this.containerID && { containerID: this.containerID }), exitCode: code, finishedAt: timestamp(at), ...(message && { message }), reason, startedAt: timestamp(startedAt),
    };
  }

  /** What the container left in its termination log; the end of its output if it left nothing and the spec asks for that. */
  #message(code: number, tail: () => string): string {
    const written = this.terminationFile?.read('')?.slice(0, 4_096) ?? '';
    return written === '' && code !== 0 && this.spec.terminationMessagePolicy === 'FallbackToLogsOnError' ? tail() : written;
  }
}
