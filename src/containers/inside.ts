import { Observable, throwError, type Subscription } from 'rxjs';
import type { Handler, Protocol } from '../net/types';
import type { Container } from './container';
import type { Server } from './server';
import { serverProgram } from './server-program';
import { lookUpProgram } from './shell/commands';
import { Kernel } from './shell/kernel';
import type { FileTable, Listener, Process, Program, System } from './shell/process';
import { programFinder } from './shell/programs';
import { Channel, ChannelInput, FunctionOutput, NullDevice, type OpenFile } from './shell/streams';
import { onRawTerminal, Terminal } from './terminal';
import { type AttachOptions, type ExecFrame, type ExecOptions, StartError } from './types';

/** Work that a container's processes may do at one instant, and how long they rest then: an endless loop costs time, as it should. */
const workPerTurn = 100;
const restMs = 10;

/** The processes of one container: made when a program starts or somebody runs a command in it. */
export class Inside {
  readonly #kernel: Kernel;
  readonly #system: System;
  readonly #listeners = new Set<Listener>();
  /** What the main process reads, if its container has standard input. */
  readonly #mainInput: Channel | undefined;

  /** With `server` its PID 1 is no process of the kernel. Made by the container's software only. */
  constructor(private readonly container: Container, server: Server | undefined) {
    const { shared, image, config, surroundings } = container;
    this.#mainInput = config.stdin ? new Channel() : undefined;
    const { find, programNames } = programFinder(image.programs());
    const random = shared.random.stream(container.id);
    this.#system = {
      scheduler: shared.scheduler,
      files: container.files,
      hostname: config.hostname,
      find: (name) => find(name) ?? this.#ownServer(name),
      programNames,
      surroundings,
      random: () => random.next(),
      dialect: image.image.userland === 'debian' ? 'dash' : 'ash',
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      useMemory: (bytes) => container.useMemory(bytes),
      spend: (cpuMs) => container.spend(cpuMs),
      load: (cores) => container.load(cores),
      workPerTurn,
      rest: (resume) => {
        container.spend(restMs);
        const action = shared.scheduler.schedule(() => resume(), restMs);
        return () => action.unsubscribe();
      },
      ...(server && {
        mainCommand: () => container.argv,
        signalMain: (pid: number, signal: number) => {
          if (pid !== 1) return false;
          // From inside, PID 1 cannot be killed: it feels only what it handles.
          if (signal !== 9) container.signal(signal);
          return true;
        },
        initFiles: () => new Map([[1, this.#output('stdout')], [2, this.#output('stderr')]]),
      }),
    };
    this.#kernel = new Kernel(this.#system, server ? 30 : 1, !server, (status) => container.end(status));
  }

  /** Starts the container's own command as PID 1. */
  startMain(program: Program): void {
    const { container } = this;
    const input = this.#mainInput ? new ChannelInput(this.#mainInput, container.config.tty) : new NullDevice();
    this.#kernel.spawn({ program, argv: container.argv, env: this.#environment(), directory: container.workingDirectory, files: this.#files(input) });
  }

  /** Types to the main process; nothing is heard where nobody reads. */
  type({ stdin, rawKeys = false }: AttachOptions): Subscription | undefined {
    const { container: { config }, container } = this;
    const input = this.#mainInput;
    if (!input || !stdin) return undefined;
    const endInput = (): void => input.end();
    const terminal = new Terminal({
      endInput, input: (text) => input.push(text), echo: (text) => container.show(text),
      interrupt: () => { const { init } = this.#kernel; if (init) this.#kernel.signalGroup(init.group, 2); },
    }, rawKeys);
    const typing = stdin.subscribe((text) => { if (config.tty) terminal.type(text); else input.push(text); });
    if (config.stdinOnce) typing.add(endInput);
    return typing;
  }

  /** The files of /proc that the processes have. */
  procFiles(): Readonly<Record<string, () => string>> {
    const files: Record<string, () => string> = {};
    const main = this.#system.mainCommand?.();
    const running = [...this.#kernel.processes.values()].map(({ pid, argv, env }) => ({ pid, argv, env: [...env] }));
    for (const { pid, argv, env } of main ? [{ pid: 1, argv: main, env: Object.entries(this.container.env) }, ...running] : running) {
      files[`${pid}/cmdline`] = () => argv.map((word) => `${word}\0`).join('');
      files[`${pid}/comm`] = () => `${argv[0]?.slice(argv[0].lastIndexOf('/') + 1) ?? ''}\n`;
      files[`${pid}/environ`] = () => env.map(([name, value]) => `${name}=${value}\0`).join('');
      files[`${pid}/status`] = () => `Name:\t${argv[0] ?? ''}\nState:\tS (sleeping)\nPid:\t${pid}\n`;
    }
    return files;
  }

  accept(port: number, protocol: Protocol): Handler | undefined {
    for (const listener of this.#listeners) {
      const handler = listener(port, protocol);
      if (handler) return handler;
    }
    return undefined;
  }

  /** To PID 1, which has to have asked for it. */
  signal(signal: number): void { this.#kernel.init?.signal(signal); }
  shutdown(): void { this.#kernel.shutdown(); }

  exec(command: readonly string[], { stdin, tty = false, rawKeys = false, timeoutMs }: ExecOptions): Observable<ExecFrame> {
    const { container } = this;
    const [name = ''] = command;
    const program = lookUpProgram(this.#system, container.workingDirectory, container.env['PATH'] ?? '', name);
    if (typeof program === 'string') return throwError(() => new StartError(execFailure(name, program)));
    return new Observable((subscriber) => {
      const input = new Channel();
      const echoes = tty && rawKeys;
      const terminal = new Terminal({
        input: (text) => input.push(text), endInput: () => input.end(),
        echo: (text) => subscriber.next({ stream: 'stdout', text: onRawTerminal(text) }),
        interrupt: () => this.#kernel.signalGroup(process.group, 2),
      }, echoes);
      const type = (text: string): void => { if (tty) terminal.type(text); else input.push(text); };
      if (!stdin) input.end();
      const output = (stream: 'stdout' | 'stderr') =>
        new FunctionOutput((text) => subscriber.next({ stream: tty ? 'stdout' : stream, text: echoes ? onRawTerminal(text) : text }), tty);
      const process: Process = this.#kernel.spawn({
        program, argv: command, env: this.#environment(), directory: container.workingDirectory, ownGroup: true, delayed: true,
        files: new Map<number, OpenFile>([[0, stdin ? new ChannelInput(input, tty) : new NullDevice()], [1, output('stdout')], [2, output('stderr')]]),
      });
      const typing = stdin?.subscribe({ next: (text) => type(text), complete: () => input.end() });
      process.whenEnded(() => {
        subscriber.next({ stream: 'exit', code: process.status ?? 0 });
        subscriber.complete();
      });
      // Ended a beat after the limit, so that a caller with the same limit can say so in its own words.
      const { scheduler } = container.shared;
      const alarm = timeoutMs === undefined ? undefined : scheduler.schedule(() => { scheduler.schedule(() => process.signal(9)); }, timeoutMs);
      this.#kernel.wake(process);
      return () => {
        typing?.unsubscribe();
        alarm?.unsubscribe();
        process.signal(9);
      };
    });
  }

  #ownServer(name: string): Program | undefined {
    const { servers } = this.container.image.image;
    const server = servers && Object.hasOwn(servers, name) ? servers[name] : undefined;
    return server && serverProgram(server, this.container);
  }

  #environment(): ReadonlyMap<string, string> { return new Map(Object.entries(this.container.env)); }
  #files(stdin: OpenFile): FileTable { return new Map<number, OpenFile>([[0, stdin], [1, this.#output('stdout')], [2, this.#output('stderr')]]); }
  #output(stream: 'stdout' | 'stderr'): FunctionOutput { return new FunctionOutput((text) => this.container.print(text, stream), this.container.config.tty ?? false); }
}

/** Why runc could not run a command inside. */
const execFailure = (name: string, problem: 'missing' | 'denied' | 'directory'): string => {
  const cause =
    problem === 'missing'
      ? name.includes('/')
        ? `stat ${name}: no such file or directory`
        : 'executable file not found in $PATH'
      : problem === 'denied'
        ? 'permission denied'
        : 'is a directory';
  return `failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ${cause}: unknown`;
};
