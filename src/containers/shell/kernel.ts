import { Fifo } from '../../sim/fifo';
import { processCpuMs } from '../usage';
import { FileError } from './files';
import { type FileTable, Process, type Program, type System } from './process';
import { type Running, suspend } from './running';
import { BrokenPipe, type OpenFile } from './streams';

export type Spawn = {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly directory: string;
  /** Handed over: the process closes them. */
  readonly files: FileTable;
  readonly parent?: Process;
  /** Starts a process group of its own. */
  readonly ownGroup?: boolean;
  /** Takes no number and is not listed: what a shell does itself. */
  readonly hidden?: boolean;
  /** Does not begin before it is woken. */
  readonly delayed?: boolean;
};

/** Runs the processes of one machine by turns, at once, without the clock: only sleeping needs time. */
export class Kernel {
  /** By number, as `ps` lists them. */
  readonly processes = new Map<number, Process>();
  current: Process | undefined;
  /** PID 1 of a container: everything ends with it. Undefined where there is none. */
  init: Process | undefined;
  readonly startedAt: number;
  #lastPid: number;
  #worked = 0;
  #workedAt = -1;
  /** Hidden ones too. */
  readonly #all = new Set<Process>();
  readonly #ready = new Fifo<Process>();

  /** `firstPid` minus one numbers have been given away. With `hasInit` the first process is PID 1. */
  constructor(readonly system: System, firstPid: number, private readonly hasInit: boolean, private readonly onInitEnd: (status: number) => void = () => {}) {
    this.#lastPid = firstPid - 1;
    this.startedAt = system.scheduler.now();
  }

  spawn({ program, argv, env, directory, files, parent, ownGroup, hidden, delayed }: Spawn): Process {
    if (!hidden) this.system.spend?.(processCpuMs);
    const pid = hidden ? (parent?.pid ?? 0) : ++this.#lastPid;
    const isInit = this.hasInit && !this.init && pid === 1;
    const process = new Process(this, pid, parent ?? this.init, argv, new Map(env), directory, files, isInit);
    if (isInit) this.init = process;
    if (ownGroup) process.group = pid;
    for (const signal of parent?.ignoredSignals ?? []) process.onSignal(signal, 'ignore');
    this.#all.add(process);
    if (!hidden) this.processes.set(pid, process);
    process.begin(program);
    if (!delayed) this.wake(process);
    return process;
  }

  /** Lets a process go on; at once, or after those that were woken before it. */
  wake(process: Process): void {
    this.#ready.push(process);
    if (this.current === undefined) this.#run();
  }

  /** To every process of a group. */
  signalGroup(group: number, signal: number): void {
    for (const process of this.#all) if (process.group === group) process.signal(signal);
  }

  /** Ends everything. */
  shutdown(): void {
    for (const process of this.#all) process.signal(9);
  }

  /** A unit of work: every so many, the process rests. */
  *work(): Running<void> {
    const now = this.system.scheduler.now();
    if (now !== this.#workedAt) { this.#worked = 0; this.#workedAt = now; }
    if (++this.#worked < this.system.workPerTurn) return;
    this.#worked = 0;
    yield* suspend<void>((resume) => this.system.rest(() => resume(undefined)));
  }

  /** Writes without waiting, for those who have no process to wait in. */
  writeNow(file: OpenFile, text: string): void {
    try { file.write(text).next(); } catch (error) {
      if (!(error instanceof BrokenPipe) && !(error instanceof FileError)) throw error;   // nobody is left to be told
    }
  }

  /** @internal */
  ended(process: Process): void {
    this.#all.delete(process);
    if (this.processes.get(process.pid) === process) this.processes.delete(process.pid);
    for (const other of this.#all) if (other.parent === process) other.parent = this.init;
    if (process !== this.init) return;
    this.shutdown();
    this.onInitEnd(process.status ?? 0);
  }

  /** @internal Does something as a process, then lets those run that it woke. */
  as(process: Process, work: () => void): void {
    this.current = process;
    try { work(); } finally { this.current = undefined; }
    this.#run();
  }

  #run(): void {
    for (let process = this.#ready.shift(); process; process = this.#ready.shift()) {
      this.current = process;
      try { process.step(); } finally { this.current = undefined; }
    }
  }
}
