import { type ParsedScript, type Statement, type Word, parse } from 'unbash';
import { BreakLoop, ContinueLoop, ExitShell, Interrupted, ReturnFromFunction, ShellError } from './control';
import { type Mode, errorPrefix } from './dialect';
import { Expander, type ExpansionShell } from './expansion';
import { FileError } from './files';
import { Interpreter } from './interpreter';
import type { FileTable, Process } from './process';
import { copyFiles } from './redirects';
import { type Running, done } from './running';
import { signalName } from './signals';
import { ReadonlyVariable, ShellState } from './shell-state';
import { createPipe } from './streams';

/** What a shell says of a process that a signal has ended. */
const deathTexts: Readonly<Record<number, string>> = { 3: 'Quit', 6: 'Aborted', 9: 'Killed', 11: 'Segmentation fault', 15: 'Terminated' };

/** A shell in a process: its memory, and how it runs what it is given. */
export class Shell implements ExpansionShell {
  readonly expander = new Expander(this);
  readonly #interpreter = new Interpreter(this);
  /** Processes it has started in the background and not yet waited for. */
  readonly jobs = new Map<number, Process>();
  /** Signals with a trap that have come and wait for the end of the command. */
  readonly pendingTraps: number[] = [];
  /** Wakes the `wait` that a trapped signal may interrupt. */
  interruptWait: (() => void) | undefined;
  /** Ctrl+C was pressed while a line ran. */
  interrupted = false;
  /** How deep we are in conditions, where `set -e` does not look. */
  conditionDepth = 0;
  /** The status of the last command substitution, which is the status of a bare assignment. */
  substitutionStatus: number | undefined;
  /** What the words that run now were written in: for line numbers. */
  readonly #substitutions: number[] = [];
  /** How many files are being read with `.` now: there `return` means them. */
  sourceDepth = 0;
  source = '';
  position = 0;

  constructor(readonly process: Process, readonly state: ShellState, readonly mode: Mode) {}

  /** Parses and runs a text, statement by statement; gives the last status. Syntax errors are printed and give 2. */
  *run(source: string): Running<number> {
    const script = parse(source);
    const outer = { source: this.source, position: this.position };
    this.source = source;
    try {
      const [fault] = script.errors ?? [];
      // What is before the fault has been read and run by the time a shell finds it.
      const sound = fault ? script.commands.filter((statement) => statement.end < fault.pos && source.slice(statement.end, fault.pos).includes('\n')) : script.commands;
      yield* this.statements(sound);
      if (fault) {
        this.position = fault.pos;
        yield* this.complain(`syntax error: ${fault.message}`);
        this.state.status = 2;
      }
    } finally {
      this.source = outer.source;
      this.position = outer.position;
    }
    return this.state.status;
  }

  /** Runs a whole program: what it was given, then its EXIT trap. */
  *runToEnd(source: string): Running<number> {
    return yield* this.finish(this.run(source));
  }

  /** Runs `work` as the whole life of this shell: `exit` ends it, and the EXIT trap follows. */
  *finish(work: Running<unknown>): Running<number> {
    let status = 0;
    try {
      yield* this.#guarded(work);
      status = this.state.status;
    } catch (error) {
      if (error instanceof ExitShell) status = error.status;
      else if (error instanceof Interrupted) status = 130;
      else throw error;
    }
    const trap = this.state.traps.get('EXIT');
    if (!trap) return status;
    this.state.traps.delete('EXIT');
    this.state.status = status;
    try { yield* this.run(trap); } catch (error) {
      if (!(error instanceof ExitShell)) throw error;
      status = error.status;
    }
    return status;
  }

  statements(statements: readonly Statement[]): Running<void> { return this.#interpreter.statements(statements); }

  /** Ctrl+C: what runs is given up as soon as what it waits for is over, `wait` at once. */
  interrupt(): void {
    this.interrupted = true;
    this.interruptWait?.();
  }

  /** Runs what was typed at a prompt: nothing in it ends a session but, in a terminal's own shell, `exit`. */
  *runLine(text: string, exits = true): Running<number> {
    const { state } = this;
    this.interrupted = false;
    try {
      yield* this.run(text);
    } catch (error) {
      if (error instanceof ExitShell && exits) throw error;
      state.status = error instanceof Interrupted ? 130 : error instanceof ExitShell ? error.status : yield* this.#reportLoose(error);
    }
    this.interrupted = false;
    return state.status;
  }

  /** At the top of a session a loose `break` or `return` is nothing. */
  *#reportLoose(error: unknown): Running<number> {
    if (error instanceof BreakLoop || error instanceof ContinueLoop) return 0;
    if (error instanceof ReturnFromFunction) return error.status;
    return yield* this.reportFault(error);
  }

  /** Faults in what was written end a script, not a session. */
  *#guarded(work: Running<unknown>): Running<void> {
    try {
      yield* work;
    } catch (error) {
      if (error instanceof BreakLoop || error instanceof ContinueLoop || error instanceof ReturnFromFunction) return;
      const status = yield* this.reportFault(error);
      throw new ExitShell(status);
    }
  }

  /** Prints a fault of what was written and gives its status; throws what is not one. */
  *reportFault(error: unknown): Running<number> {
    if (error instanceof ShellError) {
      yield* this.complain(error.message);
      return error.status;
    }
    if (error instanceof ReadonlyVariable) {
      yield* this.complain(this.process.dialect === 'bash' ? `${error.variable}: readonly variable` : error.message);
      return this.process.dialect === 'bash' ? 1 : 2;
    }
    if (error instanceof FileError) {
      yield* this.complain(error.message);
      return 1;
    }
    throw error;
  }

  /** An error text as this shell begins it: `sh: 1: …`. */
  complain(text: string): Running<void> {
    const line = (this.source.slice(0, this.position).match(/\n/g)?.length ?? 0) + 1;
    return this.process.print(`${errorPrefix(this.process.dialect, this.mode, this.state.name, line)}${text}\n`, 2);
  }

  /** Starts a subshell that does `work` with the files given. */
  fork(work: (shell: Shell) => Running<unknown>, files: FileTable, options: { readonly background?: boolean } = {}): Process {
    const state = this.state.fork();
    const inBackground = options.background === true;
    const child = this.process.kernel.spawn({
      program: (process) => {
        process.shellPid = this.process.shellPid ?? this.process.pid;
        const shell = new Shell(process, state, this.mode === 'interactive' ? 'interactive' : this.mode);
        shell.source = this.source;
        shell.position = this.position;
        shell.conditionDepth = this.conditionDepth;
        shell.sourceDepth = this.sourceDepth;
        return shell.finish(work(shell));
      },
      argv: this.process.argv, env: this.process.env, directory: this.process.directory, files, parent: this.process,
      ...(inBackground && this.mode === 'interactive' && { ownGroup: true }),
    });
    if (inBackground && this.mode !== 'interactive') child.onSignal(2, 'ignore');
    return child;
  }

  *substitute(script: ParsedScript): Running<string> {
    const { reader, writer } = createPipe();
    const files = copyFiles(this.process.files);
    files.get(1)?.release();
    files.set(1, writer);
    const child = this.fork((shell) => shell.#scripted(script), files);
    let text = '';
    for (let chunk = yield* reader.read(); chunk !== undefined; chunk = yield* reader.read()) text += chunk;
    reader.release();
    this.substitutionStatus = yield* child.wait();
    this.checkInterrupt();
    return text.replace(/\n+$/, '');
  }

  processSubstitution(script: ParsedScript, operator: '<' | '>'): Running<string> {
    const { reader, writer } = createPipe();
    const files = copyFiles(this.process.files);
    const [theirs, ours, descriptor] = operator === '<' ? [writer, reader, 1] : [reader, writer, 0];
    files.get(descriptor)?.release();
    files.set(descriptor, theirs);
    this.fork((shell) => shell.#scripted(script), files);
    let number = 63;
    while (this.process.files.has(number)) number--;
    this.process.files.set(number, ours);
    this.#substitutions.push(number);
    return done(`/dev/fd/${number}`);
  }

  *#scripted(script: ParsedScript): Running<void> {
    const [fault] = script.errors ?? [];
    if (fault) throw new ShellError(`syntax error: ${fault.message}`);
    yield* this.statements(script.commands);
  }

  /** Closes what `<(…)` has opened for the command that is over. */
  closeSubstitutions(): void {
    for (const descriptor of this.#substitutions.splice(0)) {
      this.process.files.get(descriptor)?.release();
      this.process.files.delete(descriptor);
    }
  }

  /** Says that a process was ended by a signal, where this shell would. */
  *reportDeath({ pid, endedBy }: Process, command: string): Running<void> {
    const text = endedBy === undefined ? undefined : deathTexts[endedBy];
    if (text === undefined) return;
    if (this.process.dialect === 'bash' && this.mode !== 'interactive') yield* this.complain(`${pid} ${text.padEnd(23)} ${command}`);
    else yield* this.process.print(`${text}\n`, 2);
  }

  /** Gives up the line that runs, if Ctrl+C wants it. */
  checkInterrupt(): void {
    if (!this.interrupted) return;
    this.interrupted = false;
    throw new Interrupted();
  }

  /** Runs the traps of signals that have come. */
  *runTraps(): Running<void> {
    for (let signal = this.pendingTraps.shift(); signal !== undefined; signal = this.pendingTraps.shift()) {
      const command = this.state.traps.get(signalName(signal));
      if (!command) continue;
      const { status } = this.state;
      yield* this.run(command);
      this.state.status = status;
    }
  }

  /** What an alias puts in place of a word. */
  aliasWords(word: Word): readonly Word[] | undefined {
    const text = word.parts === undefined && word.text === word.value ? this.state.aliases.get(word.value) : undefined;
    if (text === undefined) return undefined;
    const command = parse(text).commands[0]?.command;
    if (command?.type !== 'Command' || !command.name) return undefined;
    return [command.name, ...command.args.filter((each): each is Word => each.type === 'Word')];
  }
}
