import { commandExists, findProgram } from './commands';
import { declarations } from './declarations';
import { BreakLoop, ContinueLoop, ExitShell, ReturnFromFunction, ShellError } from './control';
import { FileError } from './files';
import type { Process } from './process';
import { formatText } from './printf';
import { readBuiltin, readArray } from './read';
import { copyFiles, openFile } from './redirects';
import { type Running, done, suspend } from './running';
import type { Shell } from './shell';
import { isOption, optionLetters } from './shell-state';
import { signalName, signalNumber } from './signals';

/** A command that the shell does itself, because it changes the shell. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => Running<number>;

const wholeNumber = (shell: Shell, name: string, text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new ShellError(shell.process.dialect === 'bash' ? `${name}: ${text}: numeric argument required` : `${name}: Illegal number: ${text}`, 2);
};

function* changeDirectory(shell: Shell, args: readonly string[]): Running<number> {
  const { process, state } = shell;
  const [given = state.get('HOME') ?? '/'] = args.filter((arg) => arg !== '-P' && arg !== '-L' && arg !== '--');
  const target = given === '-' ? (state.get('OLDPWD') ?? process.directory) : given;
  const path = process.path(target);
  const type = process.system.files.stat(path)?.type;
  if (type !== 'directory') {
    const reason = type ? 'Not a directory' : 'No such file or directory';
    const { dialect } = process;
    yield* shell.complain(dialect === 'bash' ? `cd: ${target}: ${reason}` : dialect === 'dash' ? `cd: can't cd to ${target}` : `cd: can't cd to ${target}: ${reason}`);
    return dialect === 'dash' ? 2 : 1;
  }
  state.set('OLDPWD', process.directory);
  process.directory = path;
  state.set('PWD', path);
  if (given === '-') yield* process.print(`${path}\n`);
  return 0;
}

function* setBuiltin(shell: Shell, args: readonly string[]): Running<number> {
  const { state, process } = shell;
  if (args.length === 0) {
    for (const name of state.names()) yield* process.print(`${name}='${(state.get(name) ?? '').replaceAll("'", "'\\''")}'\n`);
    return 0;
  }
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || !/^[-+]./.test(word)) {
      state.positional = args.slice(word === '--' ? at + 1 : at);
      return 0;
    }
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      const option = letter === 'o' ? args[++at] : optionLetters[letter];
      if (option === undefined || !isOption(state.options, option)) {
        if (letter === 'o' && option === undefined) continue;
        if (knownButUnused.has(option ?? letter)) continue;
        yield* shell.complain(`set: ${letter === 'o' ? `${option}: invalid option name` : `illegal option -${letter}`}`);
        return 2;
      }
      state.options[option] = on;
    }
  }
  return 0;
}
/** Switches that change nothing we do: job control, hashing, history, line editing. */
const knownButUnused: ReadonlySet<string> = new Set([
  'm',
  'h',
  'b',
  'B',
  'H',
  'P',
  'T',
  'E',
  'C',
  'monitor',
  'hashall',
  'braceexpand',
  'histexpand',
  'emacs',
  'vi',
  'posix',
  'errtrace',
  'functrace',
  'noclobber',
  'history',
]);

function* trap(shell: Shell, args: readonly string[]): Running<number> {
  const { state, process } = shell;
  if (args.length === 0 || args[0] === '-p') {
    for (const [name, command] of state.traps) yield* process.print(`trap -- '${command.replaceAll("'", "'\\''")}' ${name}\n`);
    return 0;
  }
  const [command = '', ...rest] = args[0] === '--' ? args.slice(1) : args;
  const resets = rest.length === 0 || command === '-';
  for (const word of rest.length === 0 ? [command] : rest) {
    const number = word === 'EXIT' || word === '0' ? 0 : signalNumber(word);
    if (number === undefined || number > 64) {
      if (/^(?:ERR|DEBUG|RETURN)$/.test(word)) throw new ShellError(`trap: ${word} is not supported here`);
      yield* shell.complain(`trap: ${word}: ${process.dialect === 'bash' ? 'invalid signal specification' : 'bad trap'}`);
      return 1;
    }
    const name = number === 0 ? 'EXIT' : signalName(number);
    if (resets) state.traps.delete(name);
    else state.traps.set(name, command);
    if (number > 0) process.onSignal(number, resets ? undefined : command === '' ? 'ignore' : () => { shell.pendingTraps.push(number); shell.interruptWait?.(); });
  }
  return 0;
}

/** Waits for background processes. A trapped signal ends the wait: that is why `sleep 100 & wait` can be stopped. */
function* wait(shell: Shell, args: readonly string[]): Running<number> {
  const chosen = args.filter((arg) => !arg.startsWith('-'));
  let status = 0;
  for (const id of chosen.length > 0 ? chosen.map((arg) => jobNumber(shell, arg)) : [...shell.jobs.keys()]) {
    const job = id === undefined ? undefined : shell.jobs.get(id);
    if (!job) { status = 127; continue; }
    const interrupted = yield* waitInterruptibly(shell, job);
    if (interrupted !== undefined) return 128 + interrupted;
    status = job.status ?? 0;
    if (!(shell.process.dialect === 'bash' && job.endedBy === 15)) yield* shell.reportDeath(job, job.argv.join(' '));
    shell.jobs.delete(job.pid);
  }
  return chosen.length > 0 ? status : 0;
}

const jobNumber = (shell: Shell, text: string): number | undefined =>
  text.startsWith('%') ? [...shell.jobs.keys()][Math.max(0, Number(text.slice(1) || 1) - 1)] : Number(text);

function* waitInterruptibly(shell: Shell, job: Process): Running<number | undefined> {
  if (job.status === undefined) {
    yield* suspend<void>((resume) => {
      const forget = job.whenEnded(() => resume(undefined));
      shell.interruptWait = () => resume(undefined);
      return forget;
    });
    shell.interruptWait = undefined;
    shell.checkInterrupt();
  }
  return job.status === undefined ? shell.pendingTraps[0] : undefined;
}

function* evaluate(shell: Shell, args: readonly string[]): Running<number> { return yield* shell.run(args.join(' ')); }

function* source(shell: Shell, args: readonly string[]): Running<number> {
  const [name = '', ...positional] = args;
  let text = '';
  try {
    const file = openFile(shell.process, name, 'read');
    for (let chunk = yield* file.read(); chunk !== undefined; chunk = yield* file.read()) text += chunk;
    file.release();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* shell.complain(shell.process.dialect === 'bash' ? `${name}: ${error.message}` : `.: can't open '${name}': ${error.message}`);
    return shell.process.dialect === 'bash' ? 1 : 2;
  }
  const { state } = shell;
  const before = state.positional;
  if (positional.length > 0) state.positional = positional;
  shell.sourceDepth++;
  try { return yield* shell.run(text); } catch (error) {
    if (error instanceof ReturnFromFunction) return error.status;
    throw error;
  } finally {
    shell.sourceDepth--;
    state.positional = before;
  }
}

function* command(shell: Shell, args: readonly string[]): Running<number> {
  const { process } = shell;
  if (args[0] === '-v' || args[0] === '-V') {
    let status = 0;
    for (const name of args.slice(1)) {
      const text = describe(shell, name);
      if (text === undefined) status = process.dialect === 'bash' ? 1 : 127;
      else yield* process.print(args[0] === '-v' ? `${text.short}\n` : `${text.long}\n`);
    }
    return status;
  }
  const words = args[0] === '-p' ? args.slice(1) : args;
  const [name] = words;
  if (name === undefined) return 0;
  const builtin = builtins.get(name);
  if (builtin) return yield* builtin(shell, words.slice(1), name);
  try {
    const child = process.kernel.spawn({
      program: findProgram(shell, name),
      argv: words,
      env: shell.state.exported(),
      directory: process.directory,
      files: copyFiles(process.files),
      parent: process,
    });
    return yield* child.wait();
  } catch (error) { return yield* shell.reportFault(error); }
}

const describe = (shell: Shell, name: string): { readonly short: string; readonly long: string } | undefined => {
  const alias = shell.state.aliases.get(name);
  if (alias !== undefined) return { short: `alias ${name}='${alias}'`, long: `${name} is an alias for ${alias}` };
  if (shell.state.functions.has(name)) return { short: name, long: `${name} is a function` };
  if (builtins.has(name) || declarations.has(name)) return { short: name, long: `${name} is a shell builtin` };
  if (!commandExists(shell, name)) return undefined;
  const path = name.includes('/') ? name : `/usr/bin/${name}`;
  return { short: path, long: `${name} is ${path}` };
};

function* type(shell: Shell, args: readonly string[]): Running<number> {
  let status = 0;
  for (const name of args) {
    const text = describe(shell, name);
    if (text) yield * shell.process.print(`${text.long}\n`);
    else if (shell.process.dialect === 'bash') {
      yield * shell.complain(`type: ${name}: not found`);
      status = 1;
    } else {
      yield * shell.process.print(`${name}: not found\n`, 2);
      status = 127;
    }
  }
  return status;
}

function* alias(shell: Shell, args: readonly string[]): Running<number> {
  const { aliases } = shell.state;
  const show = (name: string): Running<void> => shell.process.print(`alias ${name}='${aliases.get(name) ?? ''}'\n`);
  if (args.length === 0) for (const name of [...aliases.keys()].toSorted()) yield* show(name);
  let status = 0;
  for (const arg of args) {
    const equals = arg.indexOf('=');
    if (equals > 0) aliases.set(arg.slice(0, equals), arg.slice(equals + 1));
    else if (aliases.has(arg)) yield* show(arg);
    else { yield* shell.complain(`alias: ${arg}: not found`); status = 1; }
  }
  return status;
}

function unset({ state }: Shell, args: readonly string[]): Running<number> {
  const functions = args[0] === '-f';
  for (const arg of args.filter((word) => !word.startsWith('-'))) {
    const element = /^(\w+)\[(.+)\]$/.exec(arg);
    if (functions) state.functions.delete(arg);
    else if (element?.[1] !== undefined) state.unset(element[1], element[2]);
    else if (state.variable(arg)) state.unset(arg);
    else state.functions.delete(arg);
  }
  return done(0);
}

function getopts({ state }: Shell, args: readonly string[]): Running<number> {
  const [options = '', name = 'opt', ...own] = args;
  const words = own.length > 0 ? own : state.positional;
  const index = Number(state.get('OPTIND') ?? 1);
  const position = Number(state.get('_OPTPOS') ?? 1);
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word) || word === '--') { state.set(name, '?'); if (word === '--') state.set('OPTIND', String(index + 1)); return done(1); }
  const letter = word.charAt(position);
  const takes = options.charAt(options.indexOf(letter) + 1) === ':';
  const last = position >= word.length - 1;
  state.set('OPTIND', String(index + (takes && last ? 2 : takes || last ? 1 : 0)));
  state.set('_OPTPOS', String(takes || last ? 1 : position + 1));
  if (!options.includes(letter)) { state.set(name, '?'); return done(0); }
  state.set(name, letter);
  state.unset('OPTARG');
  if (takes) state.set('OPTARG', last ? (words[index] ?? '') : word.slice(position + 1));
  return done(0);
}

function shift(shell: Shell, args: readonly string[]): Running<number> {
  const count = wholeNumber(shell, 'shift', args[0], 1);
  if (count > shell.state.positional.length) {
    if (shell.process.dialect === 'dash') throw new ShellError("shift: can't shift that many", 2);
    return done(1);
  }
  shell.state.positional = shell.state.positional.slice(count);
  return done(0);
}

/** Out of a function or a sourced file. Elsewhere bash refuses, and the others end as with `exit`. */
function* returnBuiltin(shell: Shell, args: readonly string[]): Running<number> {
  const status = wholeNumber(shell, 'return', args[0], shell.state.status) & 255;
  if (shell.state.insideFunction || shell.sourceDepth > 0) throw new ReturnFromFunction(status);
  if (shell.process.dialect !== 'bash') throw new ExitShell(status);
  yield* shell.complain("return: can only `return' from a function or sourced script");
  return 2;
}

/** `printf -v name format …`: into a variable instead of to the output. */
export function printToVariable(shell: Shell, [name = '', format = '', ...args]: readonly string[]): Running<number> {
  const { text, errors } = formatText(format, args);
  shell.state.set(name, text);
  return done(errors.length > 0 ? 1 : 0);
}

/** What leaves where it is. `exit` without a number is the last status. */
const leaving = (leave: (shell: Shell, args: readonly string[]) => unknown): Builtin => (shell, args) => { throw leave(shell, args); };

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => done(0)],
  ['cd', changeDirectory],
  ['set', setBuiltin],
  ['shopt', () => done(0)],
  ['umask', function* (shell, args) { if (args.length === 0) yield* shell.process.print('0022\n'); return 0; }],
  ['ulimit', function* (shell) { yield* shell.process.print('unlimited\n'); return 0; }],
  ['unset', unset],
  ['shift', shift],
  ['trap', trap],
  ['wait', wait],
  ['eval', evaluate],
  ['.', source],
  ['source', source],
  ['command', command],
  ['builtin', command],
  ['type', type],
  ['hash', () => done(0)],
  ['alias', alias],
  ['unalias', ({ state }, args) => {
    for (const name of args) if (name === '-a') state.aliases.clear(); else state.aliases.delete(name);
    return done(0);
  }],
  ['read', readBuiltin],
  ['mapfile', readArray],
  ['readarray', readArray],
  ['getopts', getopts],
  ['let', function* (shell, args) { let status = 1; for (const text of args) status = yield* shell.run(`((${text}))`); return status; }],
  ['jobs', function* (shell) {
    let number = 0;
    for (const job of shell.jobs.values())
      yield * shell.process.print(`[${++number}]  ${job.status === undefined ? 'Running' : 'Done'}                 ${job.argv.join(' ')}\n`);
    for (const job of shell.jobs.values()) if (job.status !== undefined) shell.jobs.delete(job.pid);
    return 0;
  }],
  ['fg', function* (shell, args) {
    const id = jobNumber(shell, args[0] ?? `%${shell.jobs.size}`);
    const job = id === undefined ? undefined : shell.jobs.get(id);
    if (!job) { yield* shell.complain('fg: no current job'); return 1; }
    job.group = shell.process.group;
    shell.jobs.delete(job.pid);
    const status = yield* job.wait();
    shell.checkInterrupt();
    return status;
  }],
  ['times', function* (shell) { yield* shell.process.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n'); return 0; }],
  ['exit', leaving((shell, args) => new ExitShell(wholeNumber(shell, 'exit', args[0], shell.state.status) & 255))],
  ['return', returnBuiltin],
  ['break', leaving((shell, args) => new BreakLoop(wholeNumber(shell, 'break', args[0], 1)))],
  ['continue', leaving((shell, args) => new ContinueLoop(wholeNumber(shell, 'continue', args[0], 1)))],
]);
