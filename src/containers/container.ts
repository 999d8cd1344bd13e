import { Observable, Subject, type SchedulerLike, type Subscription, throwError } from 'rxjs';
import type { Random } from '../sim/random';
import type { Handler, Protocol } from '../net/types';
import { ContainerFiles } from './container-files';
import { hexDigits } from './fingerprint';
import type { ResolvedImage } from './images/image';
import type { Inside } from './inside';
import { BoundedLog } from './log';
import { type Server, type ServerProcess, acceptAt } from './server';
import { LayeredFiles } from './shell/layered-files';
import type { Program } from './shell/process';
import type { Software } from './software';
import { systemMounts } from './system-files';
import { CpuMeter, requestCpuMs, type Usage, windowOf } from './usage';
import { onRawTerminal } from './terminal';
import {
  type AttachOptions,
  type ContainerConfig,
  type ContainerLog,
  type ExecFrame,
  type ExecOptions,
  type Exit,
  type LogLine,
  type ContainerLimits,
  type RunningContainer,
  StartError,
  type Surroundings,
} from './types';

/** What all containers of one runtime share. */
export type Shared = { readonly scheduler: SchedulerLike; readonly random: Random; readonly logLines: number; readonly software: () => Software };

/** What PID 1 is: a server, or a program of the kernel. */
export type Main = { readonly server: Server } | { readonly program: Program };

const nobody: readonly ((exit: Exit) => void)[] = [];

const commonEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' } as const;

/** A started container. Its log, files and processes come to be when somebody looks; until then it is a handful of references. */
export class Container implements RunningContainer, ServerProcess {
  readonly startedAt: number;
  readonly #server: Server | undefined;
  #exit: Exit | undefined;
  #ended: Subject<Exit> | undefined;
  #told: readonly ((exit: Exit) => void)[] = nobody;
  #log: BoundedLog | undefined;
  #files: ContainerFiles | undefined;
  #inside: Inside | undefined;
  #unstarted: Program | undefined;
  #meter: CpuMeter | undefined;
  #memoryBytes = 0;
  /** Until when the work it was given keeps it busy. */
  #busyUntil = 0;
  /** Set while somebody is attached. */
  #output: Subject<ExecFrame> | undefined;

  constructor(
    readonly shared: Shared,
    public config: ContainerConfig,
    readonly surroundings: Surroundings,
    readonly image: ResolvedImage,
    readonly argv: readonly string[],
    main: Main,
  ) {
    this.startedAt = shared.scheduler.now();
    this.#server = 'server' in main ? main.server : undefined;
    this.#server?.start?.(this);
    // A program begins with the next turn, so that whoever starts the container has it in hands when the program ends at once.
    if ('program' in main) {
      this.#unstarted = main.program;
      this.later(0, () => this.#startMain());
    }
  }

  get id(): string { return hexDigits(`${this.config.podUid}/${this.config.name}/${this.config.attempt}/${this.startedAt}`, 64); }
  get pid(): number { return 1; }
  get tag(): string { return this.image.tag; }
  get exit(): Exit | undefined { return this.#exit; }
  get env(): Readonly<Record<string, string>> { return { ...commonEnv, HOSTNAME: this.config.hostname, ...this.image.image.env, ...this.config.env }; }
  get workingDirectory(): string { return this.config.workingDir ?? this.image.image.workingDir ?? '/'; }
  now(): number { return this.shared.scheduler.now(); }

  get exited(): Observable<Exit> {
    return new Observable((subscriber) => {
      if (!this.#exit) return (this.#ended ??= new Subject()).subscribe(subscriber);
      subscriber.next(this.#exit);
      subscriber.complete();
      return undefined;
    });
  }

  whenExited(tell: (exit: Exit) => void): void { if (this.#exit) tell(this.#exit); else this.#told = [...this.#told, tell]; }

  get logs(): ContainerLog { return this.#writableLog(); }

  get files(): ContainerFiles {
    if (this.#files) return this.#files;
    const now = (): number => this.now();
    const system = systemMounts(this.config, this.surroundings, this.startedAt, now, () => this.#inside?.procFiles() ?? {});
    const mounted = this.config.mounts.map((mount) => (mount.path.length > 1 && mount.path.endsWith('/') ? { ...mount, path: mount.path.replace(/\/+$/, '') } : mount));
    return (this.#files = new ContainerFiles(new LayeredFiles(this.image.files(), now), [...mounted, ...system], now));
  }

  accept(port: number, protocol: Protocol): Handler | undefined {
    if (this.#exit) return undefined;
    const started = this.#server && this.now() >= this.startedAt + (this.#server.startupMs ?? 0);
    const handler = (started && this.#server && acceptAt(this.#server, this, port, protocol)) || this.#inside?.accept(port, protocol);
    return handler && ((payload, from) => {
      this.spend(this.image.image.requestCpuMs ?? requestCpuMs);
      return handler(payload, from);
    });
  }

  get usage(): Usage | undefined {
    const window = this.#exit ? undefined : windowOf(this.startedAt, this.now());
    if (!window) return undefined;
    const { cpuMilli, memoryMiB } = this.image.image.idle ?? { cpuMilli: 0, memoryMiB: this.#server ? 5 : 1 };
    const cores = (this.#meter?.spentMs(this.now()) ?? 0) / window.windowMs + cpuMilli / 1_000;
    return { ...window, cpuNano: Math.round(Math.min(cores, this.#mostCores) * 1e9), memoryBytes: Math.max(memoryMiB * 1_048_576, this.#memoryBytes) };
  }

  /** Processor time that one of its programs took just now. */
  spend(cpuMs: number): void { this.#cpu().spend(cpuMs, this.now()); }

  /** Keeps so many cores busy, until the function is called. */
  load(cores: number): () => void {
    const stop = this.#cpu().load(cores, this.now());
    return () => stop(this.now());
  }

  /** Work that takes processor time, one piece after the other on no more than its limit: in how long it will be done, in milliseconds. */
  work(cpuMs: number): number {
    this.spend(cpuMs);
    this.#busyUntil = Math.max(this.#busyUntil, this.now()) + cpuMs / Math.min(1, this.#mostCores);
    return this.#busyUntil - this.now();
  }

  resize(limits: ContainerLimits): void { this.config = { ...this.config, ...limits }; }

  get #mostCores(): number { return (this.config.cpuLimitMilli ?? Infinity) / 1_000; }
  #cpu(): CpuMeter { return (this.#meter ??= new CpuMeter(this.startedAt)); }

  signal(signal: number): void {
    if (this.#exit) return;
    if (signal === 9) return this.#end(137);
    if (!this.#server) return this.#processes().signal(signal);
    const code = this.#server.signals[signal];
    if (code === undefined) return;
    const lastWords = this.#server.farewell?.(this, signal);
    if (lastWords) this.print(lastWords.text, lastWords.stream);
    this.#end(code);
  }

  exec(command: readonly string[], options: ExecOptions = {}): Observable<ExecFrame> {
    if (this.#exit) return throwError(() => new StartError(`failed to load task: no running task found: task ${this.id} not found: not found`));
    this.#startMain();   // first: a command that comes at the instant of the start must not become PID 1
    return this.#processes().exec(command, options);
  }

  attach(options: AttachOptions = {}): Observable<ExecFrame> {
    const raw = this.config.tty === true && options.rawKeys === true;
    return new Observable((subscriber) => {
      const output = this.#output ??= new Subject();
      subscriber.add(output.subscribe((frame) => subscriber.next(raw && frame.stream !== 'exit' ? { ...frame, text: onRawTerminal(frame.text) } : frame)));
      subscriber.add(this.exited.subscribe(({ code }) => { subscriber.next({ stream: 'exit', code }); subscriber.complete(); }));
      if (options.stdin && this.config.stdin && !this.#server && !this.#exit) subscriber.add(this.#processes().type({ ...options, rawKeys: raw }));
      return () => { if (!output.observed) this.#output = undefined; };
    });
  }

  print(text: string, stream: LogLine['stream'] = 'stdout'): void {
    const written = this.config.tty ? 'stdout' : stream;   // a terminal has one output
    this.#writableLog().write(text, written);
    this.#output?.next({ stream: written, text });
  }

  /** To those who are attached alone. */
  show(text: string): void { this.#output?.next({ stream: 'stdout', text }); }

  later(delayMs: number, work: () => void): Subscription {
    return this.shared.scheduler.schedule(() => { if (!this.#exit) work(); }, delayMs);
  }

  /** The server itself ends: with 0 if it is content. */
  end(code: number): void { this.#end(code); }

  useMemory(bytes: number): void {
    this.#memoryBytes = bytes;
    const { memoryLimitBytes } = this.config;
    if (memoryLimitBytes !== undefined && bytes > memoryLimitBytes) this.#end(137, 'OOMKilled');
  }

  #startMain(): void {
    const program = this.#unstarted;
    this.#unstarted = undefined;
    if (program) this.#processes().startMain(program);
  }

  #processes(): Inside { return (this.#inside ??= this.shared.software().inside(this, this.#server)); }

  #writableLog(): BoundedLog {
    if (this.#log) return this.#log;
    this.#log = new BoundedLog(this.shared.logLines, () => this.now());
    const banner = this.#server?.banner?.(this);
    if (banner?.text) this.#log.write(banner.text, banner.stream, this.startedAt);
    if (this.#exit) this.#log.end();   // looked at for the first time after its end: nobody shall wait for more
    return this.#log;
  }

  #end(code: number, reason: Exit['reason'] = code === 0 ? 'Completed' : 'Error'): void {
    if (this.#exit) return;
    this.#exit = { code, reason, at: this.now() };
    this.#inside?.shutdown();
    this.#log?.end();
    this.#server?.ended?.(this);
    for (const tell of this.#told) tell(this.#exit);
    this.#told = nobody;
    this.#ended?.next(this.#exit);
    this.#ended?.complete();
  }
}

/** What runc says of a command that is not there. */
export const notFound = (program: string): string => {
  const cause = program.includes('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH';
  const failing = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed';
  return `${failing}: unable to start container process: error during container init: exec: "${program}": ${cause}: unknown`;
};
