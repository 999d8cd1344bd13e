import { type Subscription, filter, from, switchMap } from 'rxjs';
import { serve, type RemoteRequest } from '../api/port';
import type { AuditEvent } from '../apiserver/audit/auditor';
import type { ApiServer } from '../api/types';
import { Cluster, clusterAdmin, defects } from '../cluster/cluster';
import type { Software } from '../containers/software';
import type { Decision } from '../scheduler/decisions';
import { Pacer, sliceMs, type PacerHost } from '../sim/pacer';
import type { Controls } from '../shell/podarium-program';
import type { ConsoleHost } from './console';
import { RunUntilIdle } from './idle';
import type { FromHost, Start, ToHost } from './protocol';
import { Traffic } from './traffic';

/** Between two messages about the time, in real milliseconds. */
const clockEveryMs = 100;
/** A step that finds nothing to change gives up after so many real milliseconds. */
const longestStepMs = 1_000;
/** The usual pod network has a /24 for so many nodes beside the control plane; this one has them for 8,191. */
const mostNodesOfUsualNetwork = 255;
const largePodNetwork = '10.128.0.0/11';

/** What the worker gives: a stopwatch, a way to be called again, and the way to the page. */
export type HostScope = PacerHost & { post(message: FromHost): void };

/** One cluster in one worker: paced, served through a port, with a console beside it. A defect stops it for good and says so. */
export class ClusterHost {
  #cluster: Cluster | undefined;
  #pacer: Pacer | undefined;
  #console: ConsoleHost | undefined;
  #software: Software | undefined;
  /** What was asked before time passed: it is answered then. */
  #early: Exclude<ToHost, { type: 'start' }>[] = [];
  #stopped = false;
  #toldAt = 0;
  readonly #traffic = new Traffic();
  #audited: AuditEvent[] = [];
  #auditing: Subscription | undefined;
  #following: Subscription | undefined;

  constructor(private readonly scope: HostScope) { defects.subscribe((error) => this.defect(error)); }

  receive(message: ToHost): void {
    if (this.#stopped) return;
    try {
      if (message.type === 'start') this.#start(message.start, message.api).catch((error: unknown) => this.defect(error));
      else if (this.#console && this.#cluster && this.#pacer) this.#control(message, this.#console, this.#cluster, this.#pacer);
      else this.#early.push(message);
    } catch (error) { this.defect(error); }
  }

  /** Stops the cluster where it stands. */
  defect(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#pacer?.pause();
    this.#tell();
    this.scope.post({ type: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }

  async #start({ seed, nodes, manifests, files }: Start, api: MessagePort): Promise<void> {
    const onTheirWay = Promise.all([import('../containers/programs/software'), import('../apiserver/all-parts'), import('./console'), import('../shell/welcome')]);
    const cluster = new Cluster(() => this.#insides(), { seed, nodes, ...(nodes > mostNodesOfUsualNetwork && { podNetwork: largePodNetwork }) }).boot();
    const pacer = new Pacer(cluster.clock, { now: () => this.scope.now(), later: (work, delayMs) => this.#later(work, delayMs) }, 1, () => this.#afterSlice());
    this.#cluster = cluster;
    this.#pacer = pacer;
    cluster.network.exchanges.subscribe((exchange) => this.#traffic.add(exchange));
    // Shell, programs, kubectl and what only users ask of an API server are half of the worker: the cluster is looked at while they are on their way.
    const whole = onTheirWay.then(([{ software }, { serverParts }, { ConsoleHost }, { runFirst }]) => {
      cluster.server.complete(serverParts);
      this.#software = software;
      return { ConsoleHost, runFirst };
    });
    this.#serve(cluster, api, whole);
    this.#tell();
    const { ConsoleHost, runFirst } = await whole;
    const console = new ConsoleHost({ cluster, files, controls: this.#controls(cluster, pacer), post: (message) => this.scope.post(message), fail: (error) => this.defect(error) });
    await runFirst(cluster, manifests);
    this.#traffic.take();   // what flew before there was a picture
    pacer.play();
    this.#tell();
    this.scope.post({ type: 'started', prompt: console.prompt });
    this.#console = console;
    for (const message of this.#early.splice(0)) this.receive(message);
  }

  /** The way to the API server: until it is whole it gives and watches objects, and what more is asked of it waits. */
  #serve({ server }: Cluster, api: MessagePort, whole: Promise<unknown>): void {
    const isAnsweredEarly = ({ verb, path, as, subresource }: RemoteRequest): boolean => (verb === 'list' || verb === 'get') && path === undefined && as === undefined && subresource === undefined;
    const door: ApiServer = {
      call: (request) => server.call(request),
      watch: (request) => server.watch(request),
      connect: (request) => (this.#software ? server.connect(request) : from(whole).pipe(switchMap(() => server.connect(request)))),
    };
    serve(door, api, clusterAdmin, (send) => this.#later(send, 0), (call) => (this.#software || isAnsweredEarly(call) ? undefined : from(whole)));
  }

  /** Nothing runs a program before its time. If it did, what happens would depend on how fast files load: better nothing at all. */
  #insides(): Software {
    if (this.#software) return this.#software;
    const error = new Error('a container runs a program before the programs have been loaded');
    this.defect(error);
    throw error;
  }

  #control(message: Exclude<ToHost, { type: 'start' }>, console: ConsoleHost, cluster: Cluster, pacer: Pacer): void {
    switch (message.type) {
      case 'play': pacer.play(); break;
      case 'pause': pacer.pause(); break;
      case 'speed': pacer.speed = message.speed; break;
      case 'step': this.#step(cluster, pacer); break;
      case 'run-until-idle': void this.#runUntilIdle(cluster, pacer); break;
      case 'audit': this.#audit(cluster, message); break;
      case 'decisions': this.#follow(cluster, message.pod); break;
      default: console.receive(message);
    }
    this.#tell();
  }

  /** The same for the console's `podarium` command. Each says what it did. */
  #controls(cluster: Cluster, pacer: Pacer): Controls {
    const told = (text: string): string => { this.#tell(); return text; };
    return {
      pause: () => { pacer.pause(); return told('time stands still'); },
      play: () => { pacer.play(); return told('time runs'); },
      step: () => { this.#step(cluster, pacer); return told(`now at revision ${cluster.store.revision}`); },
      speed: (factor) => { pacer.speed = factor; return told(`time runs ${factor} times as fast as real time`); },
      idle: async () => { await this.#runUntilIdle(cluster, pacer); return told('nothing changes any more'); },
      reset: (nodes) => { this.scope.post({ type: 'reset', ...(nodes !== undefined && { nodes }) }); return 'a fresh cluster is on its way'; },
    };
  }

  /** Moves to the next change of state: actions that write nothing are passed over. */
  #step({ clock, store }: Cluster, pacer: Pacer): void {
    pacer.pause();
    const before = store.revision;
    const began = this.scope.now();
    while (store.revision === before && this.scope.now() - began < longestStepMs) if (!clock.step()) break;
    this.#afterSlice();
  }

  #runUntilIdle(cluster: Cluster, pacer: Pacer): Promise<void> {
    const run = new RunUntilIdle(cluster);
    const wasRunning = pacer.running;
    pacer.pause();
    return new Promise((resolve) => {
      const turn = () => {
        const began = this.scope.now();
        const idle = run.slice(() => this.scope.now() - began < sliceMs);
        this.#afterSlice();
        if (!idle && !pacer.running) { this.#later(turn, 0); return; }
        if (wasRunning) pacer.play();
        this.#tell();
        resolve();
      };
      turn();
    });
  }

  #later(work: () => void, delayMs: number): void {
    this.scope.later(() => {
      if (this.#stopped) return;
      try { work(); } catch (error) { this.defect(error); }
    }, delayMs);
  }

  /** Events are gathered and told with what else is new. */
  #audit({ server }: Cluster, { on, policy }: Extract<ToHost, { type: 'audit' }>): void {
    this.#auditing?.unsubscribe();
    this.#auditing = on ? server.audit(policy).subscribe((event) => this.#audited.push(event)) : undefined;
  }

  #follow({ decisions }: Cluster, pod: string | undefined): void {
    this.#following?.unsubscribe();
    if (pod === undefined) return;
    const tell = (decision: Decision | undefined) => this.scope.post({ type: 'decision', pod, ...(decision && { decision }) });
    tell(decisions.get(pod));
    this.#following = decisions.changes.pipe(filter((each) => each.pod === pod)).subscribe(tell);
  }

  #afterSlice(): void {
    if (this.#audited.length > 0) {
      this.scope.post({ type: 'audit', events: this.#audited });
      this.#audited = [];
    }
    const flown = this.#traffic.take();
    if (flown) this.scope.post({ type: 'exchanges', ...flown });
    if (this.scope.now() - this.#toldAt >= clockEveryMs) this.#tell();
  }

  #tell(): void {
    if (!this.#cluster || !this.#pacer) return;
    this.#toldAt = this.scope.now();
    const { clock, store } = this.#cluster;
    this.scope.post({ type: 'clock', clock: { now: clock.now(), running: this.#pacer.running, speed: this.#pacer.speed, revision: store.revision } });
  }
}
