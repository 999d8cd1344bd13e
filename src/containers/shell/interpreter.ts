import type { AndOr, ArithmeticFor, Case, CommandNode, CompoundCommand, CompoundList, For, If, Pipeline, PipelineNode, Redirected, Statement, While } from 'unbash';
import { testCondition } from './conditions';
import { BreakLoop, ContinueLoop, ExitShell, ShellError } from './control';
import { matches } from './pattern';
import { runCommand } from './commands';
import { type FileTable, type Process } from './process';
import { copyFiles, redirectedFiles, releaseFiles } from './redirects';
import { type Running, done } from './running';
import type { Shell } from './shell';
import { NullDevice, createPipe } from './streams';

/** Walks the syntax tree: what runs next, how often, and with which files. Each method gives the exit status, which is also `$?`. */
export class Interpreter {
  constructor(private readonly shell: Shell) {}

  *statements(statements: readonly Statement[]): Running<void> {
    for (const statement of statements) yield* this.#statement(statement);
  }

  *#statement({ command, background, pos }: Statement): Running<void> {
    const { shell } = this;
    shell.position = pos;
    if (background) return yield* this.#background(command);
    yield* this.#node(command);
    if (shell.pendingTraps.length > 0) yield* shell.runTraps();
  }

  *#background(command: PipelineNode | AndOr): Running<void> {
    const { shell } = this;
    const files = copyFiles(shell.process.files);
    if (shell.mode !== 'interactive') {
      files.get(0)?.release();
      files.set(0, new NullDevice());
    }
    const child = shell.fork((subshell) => new Interpreter(subshell).#alone(command), files, { background: true });
    shell.jobs.set(child.pid, child);
    shell.state.lastBackground = child.pid;
    shell.state.status = 0;
    if (shell.mode === 'interactive') yield* shell.process.print(`[${shell.jobs.size}] ${child.pid}\n`, 2);
  }

  /** The only thing a subshell does: a program takes its process over. */
  *#alone(node: PipelineNode | AndOr): Running<number> {
    if (node.type === 'Command') return yield* this.#record(runCommand(this.shell, node, true));
    return yield* this.#node(node);
  }

  *#node(node: PipelineNode | AndOr): Running<number> {
    if (node.type === 'AndOr') return yield* this.#andOr(node);
    if (node.type === 'Pipeline') return yield* this.#pipeline(node);
    return yield* this.#checked(this.#command(node), node);
  }

  /** `set -e`: a command that fails ends the shell, unless it is a condition or has looked after itself. */
  *#checked(work: Running<number>, node: CommandNode | Pipeline): Running<number> {
    const status = yield* work;
    const { state, conditionDepth } = this.shell;
    const own = node.type === 'Command' || node.type === 'Pipeline' || node.type === 'Subshell' || node.type === 'TestCommand' || node.type === 'ArithmeticCommand';
    if (status !== 0 && own && state.options.errexit && conditionDepth === 0) throw new ExitShell(status);
    return status;
  }

  *#record(work: Running<number>): Running<number> {
    const status = yield* work;
    this.shell.state.status = status;
    return status;
  }

  *#condition(work: () => Running<number>): Running<number> {
    this.shell.conditionDepth++;
    try { return yield* work(); } finally { this.shell.conditionDepth--; }
  }

  *#andOr({ commands, operators }: AndOr): Running<number> {
    let status = 0;
    for (const [index, command] of commands.entries()) {
      const operator = operators[index - 1];
      if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
      const last = index === commands.length - 1;
      status = last ? yield* this.#node(command) : yield* this.#condition(() => this.#node(command));
    }
    return status;
  }

  *#pipeline(node: Pipeline): Running<number> {
    const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
    const began = this.shell.process.now();
    const run = (): Running<number> => (node.commands.length === 1 && node.commands[0] ? this.#command(node.commands[0]) : this.#stages(node));
    const status = negated ? Number((yield* this.#condition(run)) === 0) : yield* this.#checked(run(), node);
    this.shell.state.status = status;
    const timed = node.prefixes.find((prefix) => prefix.type === 'Time');
    if (timed) yield* this.#reportTime((this.shell.process.now() - began) / 1000);
    return status;
  }

  *#reportTime(seconds: number): Running<void> {
    const real = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
    yield* this.shell.process.print(`\nreal\t${real}\nuser\t0m0.000s\nsys\t0m0.000s\n`, 2);
  }

  *#stages({ commands, operators }: Pipeline): Running<number> {
    const { shell } = this;
    const children: Process[] = [];
    let input: FileTable | undefined;
    for (const [index, command] of commands.entries()) {
      const files = copyFiles(shell.process.files);
      const before = input?.get(0);
      if (before) { files.get(0)?.release(); files.set(0, before); }
      input = undefined;
      if (index < commands.length - 1) {
        const { reader, writer } = createPipe();
        files.get(1)?.release();
        files.set(1, writer);
        if (operators[index] === '|&') { writer.retain(); files.get(2)?.release(); files.set(2, writer); }
        input = new Map([[0, reader]]);
      }
      children.push(shell.fork((subshell) => new Interpreter(subshell).#alone(command), files));
    }
    const statuses: number[] = [];
    for (const child of children) statuses.push(yield* child.wait());
    shell.checkInterrupt();
    const failed = statuses.findLast((status) => status !== 0 && status !== 141);
    return shell.state.options.pipefail ? (failed ?? 0) : (statuses.at(-1) ?? 0);
  }

  *#command(node: CommandNode): Running<number> {
    const { shell } = this;
    shell.checkInterrupt();
    yield* shell.process.kernel.work();
    if (shell.process.killed !== undefined) throw new ExitShell(shell.process.killed);
    if (node.type === 'Command') return yield* this.#record(this.#faulty(runCommand(shell, node, false)));
    if (node.type === 'Function') {
      shell.state.functions.set(node.name.value, { node, source: shell.source });
      return yield* this.#record(done(0));
    }
    if (node.type === 'Coproc') throw new ShellError('coproc is not supported here');
    return yield* this.#record(node.type === 'Redirected' ? this.#redirected(node) : this.compound(node));
  }

  /** In a session a fault in one command does not end the others. */
  *#faulty(work: Running<number>): Running<number> {
    if (this.shell.mode !== 'interactive') return yield* work;
    try { return yield* work; } catch (error) { return yield* this.shell.reportFault(error); }
  }

  *#redirected({ command, redirects }: Redirected): Running<number> {
    const { process } = this.shell;
    const files = yield* redirectedFiles(this.shell, redirects);
    if (typeof files === 'number') return files;
    this.shell.closeSubstitutions();
    const before = process.files;
    process.files = files;
    try {
      return yield* this.compound(command);
    } finally {
      // A process that is being ended has released what it had open: only put back what is still ours.
      if (process.files === files) process.files = before;
      releaseFiles(files);
    }
  }

  /** A compound command, or the body of a function. */
  *compound(node: CompoundCommand | CompoundList): Running<number> {
    switch (node.type) {
      case 'CompoundList': return yield* this.#list(node);
      case 'BraceGroup': return yield* this.#list(node.body);
      case 'Subshell': return yield* this.#subshell(node.body);
      case 'If': return yield* this.#if(node);
      case 'For': return yield* this.#for(node);
      case 'ArithmeticFor': return yield* this.#arithmeticFor(node);
      case 'While': return yield* this.#while(node);
      case 'Case': return yield* this.#case(node);
      case 'TestCommand': return (yield* testCondition(this.shell, node.expression)) ? 0 : 1;
      case 'ArithmeticCommand': return node.expression && (yield* this.shell.expander.arithmetic(node.expression)) !== 0n ? 0 : 1;
      case 'Select': throw new ShellError('select is not supported here');
    }
  }

  *#list({ commands }: CompoundList): Running<number> {
    this.shell.state.status = 0;
    yield* this.statements(commands);
    return this.shell.state.status;
  }

  *#subshell(body: CompoundList): Running<number> {
    const child = this.shell.fork((subshell) => subshell.statements(body.commands), copyFiles(this.shell.process.files));
    const status = yield* child.wait();
    yield* this.shell.reportDeath(child, '(subshell)');
    this.shell.checkInterrupt();
    return status;
  }

  *#if(node: If): Running<number> {
    if ((yield* this.#condition(() => this.#list(node.clause))) === 0) return yield* this.#list(node.then);
    for (const branch of node.elif) if ((yield* this.#condition(() => this.#list(branch.clause))) === 0) return yield* this.#list(branch.then);
    return node.else ? yield* this.#list(node.else) : 0;
  }

  *#while({ kind, clause, body }: While): Running<number> {
    let status = 0;
    for (;;) {
      const turn = yield* this.#turn(() => this.#whileTurn(kind === 'while', clause, body));
      if (turn === 'end') return status;
      status = turn.status;
      if (turn.left) return status;
    }
  }

  *#whileTurn(wanted: boolean, clause: CompoundList, body: CompoundList): Running<number | 'end'> {
    const fits = (yield* this.#condition(() => this.#list(clause))) === 0;
    return fits === wanted ? yield* this.#list(body) : 'end';
  }

  *#for({ name, wordlist, body }: For): Running<number> {
    const { state, expander } = this.shell;
    const values = wordlist ? yield* expander.words(wordlist) : state.positional;
    let status = 0;
    for (const value of values) {
      state.set(name.value, value);
      const turn = yield* this.#turn(() => this.#list(body));
      if (turn === 'end') break;
      status = turn.status;
      if (turn.left) break;
    }
    return status;
  }

  *#arithmeticFor({ initialize, test, update, body }: ArithmeticFor): Running<number> {
    const { expander } = this.shell;
    if (initialize) yield* expander.arithmetic(initialize);
    let status = 0;
    while (!test || (yield* expander.arithmetic(test)) !== 0n) {
      const turn = yield* this.#turn(() => this.#list(body));
      if (turn === 'end') break;
      status = turn.status;
      if (turn.left) break;
      if (update) yield* expander.arithmetic(update);
    }
    return status;
  }

  /** One turn of a loop. `break` and `continue` with more levels go on to the loops around. */
  *#turn(run: () => Running<number | 'end'>): Running<{ readonly status: number; readonly left: boolean } | 'end'> {
    try {
      yield* this.shell.process.kernel.work();
      const status = yield* run();
      return status === 'end' ? 'end' : { status, left: false };
    } catch (error) {
      if (!(error instanceof BreakLoop) && !(error instanceof ContinueLoop)) throw error;
      if (error.levels > 1) throw error instanceof BreakLoop ? new BreakLoop(error.levels - 1) : new ContinueLoop(error.levels - 1);
      return { status: 0, left: error instanceof BreakLoop };
    }
  }

  *#case({ word, items }: Case): Running<number> {
    const { expander } = this.shell;
    const text = yield* expander.text(word);
    let status = 0;
    let falling = false;
    for (const { pattern, body, terminator } of items) {
      let fits = falling;
      for (const each of pattern) fits ||= matches(yield* expander.pattern(each), text);
      if (!fits) continue;
      status = yield* this.#list(body);
      if (terminator !== ';&' && terminator !== ';;&') return status;
      falling = terminator === ';&';
    }
    return status;
  }
}
