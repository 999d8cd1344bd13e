import { Observable, type SchedulerLike } from 'rxjs';
import type { Surroundings } from '../types';
import { Interrupted } from './control';
import type { FileSystem } from './files';
import { Kernel } from './kernel';
import type { CommandFrame } from './observable-program';
import { type Programs, programFinder } from './programs';
import type { Dialect, Process } from './process';
import { type Teardown, suspend } from './running';
import { Shell } from './shell';
import { isComplete } from './shell-program';
import { ShellState } from './shell-state';
import { Channel, ChannelInput, FunctionOutput, type OpenFile } from './streams';

export type SessionOptions = {
  readonly programs: Programs;
  readonly files: FileSystem;
  readonly env: Readonly<Record<string, string>>;
  /** Only sleeping needs it: a paused clock does not keep `echo a | grep a` from running. */
  readonly scheduler: SchedulerLike;
  readonly directory?: string;
  readonly hostname?: string;
  readonly dialect?: Dialect;
  /** For $RANDOM and /dev/urandom. */
  readonly random?: () => number;
  readonly surroundings?: Surroundings;
  /** After so much work at one instant the session rests. By default 10,000 steps, and 10 ms on the scheduler. */
  readonly workPerTurn?: number;
  readonly rest?: (resume: () => void) => Teardown;
};

/** A shell with a memory: directory, variables, functions, aliases and background jobs stay from line to line. */
export interface ShellSession {
  /**
   * Runs a text of one or more lines once subscribed: its output as it comes, then its exit status, then the end.
   * Unsubscribing interrupts it. A second run while one is going throws.
   */
  run(text: string): Observable<CommandFrame>;
  /** Ctrl+C: signal 2 to what runs in the foreground; the status is 130. */
  interrupt(): void;
  /** Keys for the program in the foreground; `end` is Ctrl+D. */
  input(text: string): void;
  endInput(): void;
  readonly running: boolean;
  readonly directory: string;
  readonly status: number;
  variable(name: string): string | undefined;
  setVariable(name: string, value: string): void;
  /** Names a command can begin with: programs, builtins are left to the caller, functions, aliases. */
  commandNames(): readonly string[];
  /** Whether a text is whole, or its reader should ask for another line. */
  isComplete(text: string): boolean;
  /** Ends everything that still runs in the background. */
  close(): void;
}

type Turn = { readonly text: string; readonly emit: (frame: CommandFrame) => void };

/** A session for a console. */
export const createShellSession = (options: SessionOptions): ShellSession => {
  const { programs, files, env, scheduler, directory = '/', hostname = 'podarium', dialect = 'bash', surroundings, workPerTurn = 10_000 } = options;
  const rest = options.rest ?? ((resume) => { const action = scheduler.schedule(() => resume(), 10); return () => action.unsubscribe(); });
  const kernel = new Kernel(
    {
      scheduler,
      files,
      hostname,
      dialect,
      workPerTurn,
      rest,
      random: options.random ?? (() => 0.5),
      ...programFinder(programs),
      ...(surroundings && { surroundings }),
    },
    100,
    false,
  );
  const state = new ShellState(dialect === 'bash' ? 'bash' : 'sh', []);
  state.importEnvironment(new Map(Object.entries(env)));
  state.set('PWD', directory);

  let next: Turn | undefined;
  let current: Turn | undefined;
  let input = new Channel();
  let wake: () => void = () => {};
  let shell: Shell | undefined;
  // What background jobs write comes out with the line that runs; without one it waits for the next.
  let unseen: CommandFrame[] = [];
  const output = (stream: 'stdout' | 'stderr') => new FunctionOutput((text) => {
    if (current) current.emit({ stream, text });
    else unseen.push({ stream, text });
  }, true);

  const process: Process = kernel.spawn({
    argv: [state.name], env: new Map(), directory, files: new Map<number, OpenFile>([[0, new ChannelInput(input, true)], [1, output('stdout')], [2, output('stderr')]]),
    program: function* (self) {
      shell = new Shell(self, state, 'interactive');
      self.onSignal(15, 'ignore');
      self.onSignal(2, () => shell?.interrupt());
      for (;;) {
        if (!next) yield* suspend<void>((resume) => { wake = () => resume(undefined); });
        const turn = next;
        if (!turn) continue;
        next = undefined;
        current = turn;
        for (const frame of unseen) turn.emit(frame);
        unseen = [];
        const code = yield* shell.runLine(turn.text, false);
        current = undefined;
        turn.emit({ stream: 'exit', code });
      }
    },
  });

  const interrupt = (): void => {
    const turn = current;
    if (!turn) return;
    kernel.signalGroup(process.group, 2);
    // What the shell itself waits for, as `read` does, is given up too.
    if (current === turn && kernel.current === undefined) process.raise(new Interrupted());
  };

  return {
    run: (text) => new Observable((subscriber) => {
      if (current || next) throw new Error('the shell is busy');
      input = new Channel();
      process.files.get(0)?.release();
      process.files.set(0, new ChannelInput(input, true));
      let over = false;
      next = { text, emit: (frame) => { over ||= frame.stream === 'exit'; subscriber.next(frame); if (frame.stream === 'exit') subscriber.complete(); } };
      wake();
      return () => { if (!over) interrupt(); };
    }),
    interrupt,
    input: (text) => input.push(text),
    endInput: () => input.end(),
    get running() { return current !== undefined; },
    get directory() { return process.directory; },
    get status() { return state.status; },
    variable: (name) => state.get(name),
    setVariable: (name, value) => { state.set(name, value); state.declare(name, { exported: true }); },
    commandNames: () => [...new Set([...Object.keys(programs), ...state.functions.keys(), ...state.aliases.keys()])].toSorted(),
    isComplete,
    close: () => kernel.shutdown(),
  };
};
