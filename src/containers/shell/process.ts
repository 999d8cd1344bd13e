import type { SchedulerLike } from 'rxjs';
import type { Handler, Protocol } from '../../net/types';
import type { Surroundings } from '../types';
import { FileError, type FileSystem, resolvePath } from './files';
import { type Running, type Suspension, type Teardown, sleep, suspend } from './running';
import { harmlessSignals } from './signals';
import { BrokenPipe, type OpenFile } from './streams';
import type { Kernel } from './kernel';

/** A program is what runs in a process until it gives its exit status. */
export type Program = (process: Process) => Running<number>;

/** The machine that processes run on: a container, or the one behind the console. */
export type System = {
  readonly scheduler: SchedulerLike;
  readonly files: FileSystem;
  readonly hostname: string;
  /** A program by the name or path it was called by; undefined when there is none. */
  find(name: string): Program | undefined;
  /** All names that {@link find} knows, for completion, `which` and `ls /bin`. */
  readonly programNames: readonly string[];
  /** The way into a network, where there is one. */
  readonly surroundings?: Surroundings;
  /** In [0, 1): for $RANDOM and the like. */
  random(): number;
  /** Which shell `sh` is here: it decides the texts of errors. */
  readonly dialect: Dialect;
  /** The open files of a PID 1 that is no process of the kernel: for `/proc/1/fd/1`. */
  initFiles?(): FileTable;
  /** The command line of a PID 1 that is no process of the kernel, and the way to signal it; false when `pid` is not it. */
  mainCommand?(): readonly string[] | undefined;
  signalMain?(pid: number, signal: number): boolean;
  /** Lets a program listen. The function closes it again. */
  listen?(listener: Listener): () => void;
  /** Says how much memory the process uses. */
  useMemory?(bytes: number): void;
  /** Processor time that something took just now. */
  spend?(cpuMs: number): void;
  /** Keeps so many cores busy, until the function is called. */
  load?(cores: number): () => void;
  /** After this much work at one instant a process rests, so that an endless loop cannot stop time. */
  readonly workPerTurn: number;
  rest(resume: () => void): Teardown;
};
export type Dialect = 'ash' | 'dash' | 'bash';
/** What a program lets in on its ports. */
export type Listener = (port: number, protocol: Protocol) => Handler | undefined;

export type FileTable = Map<number, OpenFile>;
type SignalAction = 'ignore' | (() => void);

/** One running program: its arguments, environment, directory and open files, and how it takes signals. */
export class Process {
  /** Undefined while it runs. */
  status: number | undefined;
  /** The signal that has ended it, if one has. */
  endedBy: number | undefined;
  /** Set when it was ended from inside itself; it stops at the next step. */
  killed: number | undefined;
  /** Processes that Ctrl+C reaches together. */
  group: number;
  /** In a subshell, the number of the shell that was started: its $$. */
  shellPid: number | undefined;
  /** Which shell its errors sound like. */
  dialect: Dialect;
  readonly startedAt: number;
  readonly #actions = new Map<number, SignalAction>();
  readonly #waiting = new Set<() => void>();
  #generator: Running<number> | undefined;
  #teardown: (() => void) | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly pid: number,
    public parent: Process | undefined,
    public argv: readonly string[],
    readonly env: Map<string, string>,
    public directory: string,
    public files: FileTable,
    /** As PID 1 of a container it does not feel a signal that it has not asked for. */
    private readonly isInit: boolean,
  ) {
    this.group = parent?.group ?? pid;
    this.dialect = parent?.dialect ?? kernel.system.dialect;
    this.startedAt = kernel.system.scheduler.now();
  }

  get system(): System { return this.kernel.system; }
  get name(): string { return this.argv[0] ?? ''; }

  /** @internal Called once by the kernel. */
  begin(program: Program): void { this.#generator = program(this); }

  /** @internal Runs until it has to wait or is over. */
  step(): void {
    this.#advance((generator) => generator.next());
  }

  /** Ends what it waits for with an error, which it may catch. */
  raise(error: unknown): void {
    this.#teardown?.();
    this.kernel.as(this, () => this.#advance((generator) => generator.throw(error)));
  }

  #advance(resume: (generator: Running<number>) => IteratorResult<Suspension, number>): void {
    if (this.status !== undefined || !this.#generator) return;
    this.#teardown = undefined;
    try {
      const { done, value } = resume(this.#generator);
      if (done) return this.#finish(value & 255);
      if (this.killed !== undefined) return this.#abandon(this.killed);
      let woken = false;
      const teardown = value(() => {
        if (woken) return;
        woken = true;
        this.kernel.wake(this);
      });
      if (!woken && teardown) this.#teardown = teardown;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Does what the process has arranged for the signal, or what is done by default. */
  signal(signal: number): void {
    if (this.status !== undefined) return;
    if (signal === 9) return this.#kill(9);
    const action = this.#actions.get(signal);
    if (action === 'ignore') return;
    if (action) return action();
    if (!this.isInit && !harmlessSignals.has(signal)) this.#kill(signal);
  }

  #kill(signal: number): void {
    this.endedBy = signal;
    this.#stop(128 + signal);
  }

  /** Chooses what a signal does; undefined for the default. */
  onSignal(signal: number, action: SignalAction | undefined): void {
    if (action) this.#actions.set(signal, action);
    else this.#actions.delete(signal);
  }
  /** Signals it ignores, as its children will. */
  get ignoredSignals(): readonly number[] { return [...this.#actions].filter(([, action]) => action === 'ignore').map(([signal]) => signal); }

  /** Ends it from outside or inside with an exit status of one's choice. */
  end(status: number): void { if (this.status === undefined) this.#stop(status); }

  /** Waits for its end and gives its exit status. */
  *wait(): Running<number> {
    if (this.status === undefined) {
      yield* suspend<void>((resume) => {
        const waiter = (): void => resume(undefined);
        this.#waiting.add(waiter);
        return () => this.#waiting.delete(waiter);
      });
    }
    return this.status ?? 0;
  }

  /** Calls `listener` when it has ended; the function takes that back. */
  whenEnded(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  /** An absolute path for one as the program was given it. */
  path(name: string): string { return resolvePath(this.directory, name); }

  /** To standard output, or another descriptor. */
  *print(text: string, descriptor = 1): Running<void> {
    if (text === '') return;
    yield* this.kernel.work();
    yield* this.file(descriptor).write(text);
  }
  /** To standard error, with the program's name before it. */
  complain(text: string): Running<void> { return this.print(`${this.name}: ${text}\n`, 2); }

  *read(limit?: number): Running<string | undefined> {
    yield* this.kernel.work();
    return yield* this.file(0).read(limit);
  }
  *readLine(): Running<string | undefined> {
    yield* this.kernel.work();
    return yield* this.file(0).readLine();
  }
  *readAll(): Running<string> {
    let all = '';
    for (let text = yield* this.read(); text !== undefined; text = yield* this.read()) all += text;
    return all;
  }

  sleep(delayMs: number): Running<void> { return sleep(this.system.scheduler, delayMs); }
  now(): number { return this.system.scheduler.now(); }

  file(descriptor: number): OpenFile {
    const file = this.files.get(descriptor);
    if (!file) throw new FileError('EBADF');
    return file;
  }

  /** Stops it now; if it is the one that runs, at its next step. */
  #stop(status: number): void {
    if (this.kernel.current === this) { this.killed ??= status; return; }
    this.#abandon(status);
  }

  #abandon(status: number): void {
    this.#teardown?.();
    this.#teardown = undefined;
    this.#generator?.return(status);
    this.#finish(status);
  }

  #finish(status: number): void {
    if (this.status !== undefined) return;
    this.status = this.killed ?? status;
    for (const file of this.files.values()) file.release();
    this.files.clear();
    this.kernel.ended(this);
    for (const waiter of this.#waiting) waiter();
    this.#waiting.clear();
  }

  /** What a program lets through: a pipe without a reader, or a file that cannot be had, end it; anything else is a fault of ours. */
  #fail(error: unknown): void {
    if (error instanceof BrokenPipe) return this.#finish(141);
    if (!(error instanceof FileError)) {
      this.#finish(70);
      throw error;
    }
    const stderr = this.files.get(2);
    if (stderr) this.kernel.writeNow(stderr, `${this.name}: ${error.message}\n`);
    this.#finish(1);
  }
}
