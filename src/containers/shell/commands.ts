import type { Assignment, Command, Word } from 'unbash';
import { builtins, printToVariable } from './builtins';
import { declarations } from './declarations';
import { ExitShell, ReturnFromFunction, ShellError } from './control';
import { notFoundText } from './dialect';
import { parsedWord } from './expansion';
import { Interpreter } from './interpreter';
import { resolvePath } from './files';
import type { FileTable, Program, System } from './process';
import { redirectedFiles, releaseFiles } from './redirects';
import type { Running } from './running';
import type { Shell } from './shell';

/** A simple command: assignments, redirections and words. `alone`: nothing follows in this process, so a program may take it over. */
export function* runCommand(shell: Shell, node: Command, alone: boolean): Running<number> {
  shell.position = node.pos;
  shell.substitutionStatus = undefined;
  const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  const words = yield* shell.expander.words(commandWords(shell, node));
  const files = yield* redirectedFiles(shell, node.redirects);
  if (typeof files === 'number') return files;
  let owned = true;
  try {
    const [name] = words;
    if (name === undefined) return yield* assignAll(shell, assignments);
    if (shell.state.options.xtrace) yield* shell.process.print(`+ ${words.map(quoteForTrace).join(' ')}\n`, 2);
    if (name === 'exec') { owned = false; return yield* execute(shell, words.slice(1), files); }
    const inside = insideCommand(shell, node, words);
    if (inside) return yield* withAssignments(shell, assignments, withFiles(shell, files, inside));
    owned = false;
    return yield* runProgram(shell, words, yield* environment(shell, assignments), files, alone);
  } finally {
    if (owned) releaseFiles(files);
    shell.closeSubstitutions();
  }
}

/** The words before expansion, an alias at the front replaced. */
const commandWords = (shell: Shell, { name, args }: Command): readonly Word[] => {
  if (!name) return [];
  const declares = declarations.has(name.value);
  const rest = args.flatMap((arg) => (arg.type === 'Word' ? [arg] : declares ? [] : parsedWord(arg.text)));
  return [...(shell.aliasWords(name) ?? [name]), ...rest];
};

/** What runs in the shell itself: a function or a builtin. */
const insideCommand = (shell: Shell, node: Command, words: readonly string[]): Running<number> | undefined => {
  const [name = '', ...args] = words;
  const found = shell.state.functions.get(name);
  if (found) return callFunction(shell, name, args);
  const declaration = declarations.get(name);
  if (declaration) return declaration(shell, args, node.args.filter((arg): arg is Assignment => arg.type === 'Assignment'));
  if (name === 'printf' && args[0] === '-v') return printToVariable(shell, args.slice(1));
  const builtin = builtins.get(name);
  return builtin?.(shell, args, name);
};

function* callFunction(shell: Shell, name: string, args: readonly string[]): Running<number> {
  const found = shell.state.functions.get(name);
  if (!found) return 127;
  const { state } = shell;
  const outer = { positional: state.positional, source: shell.source };
  state.positional = args;
  shell.source = found.source;
  state.enterFunction();
  try {
    const { body } = found.node;
    if (body.type !== 'Redirected') return yield* new Interpreter(shell).compound(body);
    const files = yield* redirectedFiles(shell, body.redirects);
    return typeof files === 'number' ? files : yield* withFiles(shell, files, new Interpreter(shell).compound(body.command), true);
  } catch (error) {
    if (error instanceof ReturnFromFunction) return error.status;
    throw error;
  } finally {
    state.leaveFunction();
    state.positional = outer.positional;
    shell.source = outer.source;
  }
}

/** Runs with other open files for the while; `release` closes them afterwards. */
function* withFiles(shell: Shell, files: FileTable, work: Running<number>, release = false): Running<number> {
  const { process } = shell;
  const before = process.files;
  process.files = files;
  try {
    return yield* work;
  } finally {
    if (process.files === files) process.files = before;
    if (release) releaseFiles(files);
  }
}

/** `x=1 builtin`: assigned for the while. */
function* withAssignments(shell: Shell, assignments: readonly Assignment[], work: Running<number>): Running<number> {
  if (assignments.length === 0) return yield* work;
  const { state } = shell;
  const before = assignments.map(({ name }) => [name, state.get(name), state.variable(name)?.exported === true] as const);
  for (const assignment of assignments) {
    yield* assign(shell, assignment);
    state.declare(assignment.name, { exported: true });
  }
  try {
    return yield* work;
  } finally {
    for (const [name, value, exported] of before) {
      if (value === undefined) state.unset(name);
      else { state.set(name, value); state.declare(name, { exported }); }
    }
  }
}

function* assignAll(shell: Shell, assignments: readonly Assignment[]): Running<number> {
  for (const assignment of assignments) {
    yield* assign(shell, assignment);
    if (shell.state.options.xtrace) yield* shell.process.print(`+ ${assignment.name}=${quoteForTrace(shell.state.get(assignment.name) ?? '')}\n`, 2);
  }
  return shell.substitutionStatus ?? 0;
}

/** `x=1`, `x+=1`, `a[i]=1`, `a=(1 2)`, `m=([k]=v)`. */
export function* assign(shell: Shell, { name, value, append, index }: Assignment): Running<void> {
  const { state, expander } = shell;
  if (value.type === 'ArrayValue') return yield* assignArray(shell, name, value.elements, append === true);
  const text = yield* expander.text(value);
  if (index) {
    const key = yield* expander.index(name, yield* expander.text(index));
    state.setElement(name, key, append ? (state.elements(name).get(key) ?? '') + text : text);
  } else state.set(name, append ? (state.get(name) ?? '') + text : text);
}

function* assignArray({ state, expander }: Shell, name: string, elements: readonly Word[], append: boolean): Running<void> {
  const values = new Map(append ? state.elements(name) : []);
  let next = Math.max(0, ...[...values.keys()].map((key) => Number(key) + 1 || 0));
  for (const word of elements) {
    const keyed = /^\[([^\]]*)\]=(.*)$/s.exec(yield* expander.text(word));
    if (keyed?.[1] !== undefined && word.text.startsWith('[')) {
      values.set(keyed[1], keyed[2] ?? '');
      next = Number(keyed[1]) + 1 || next;
    } else for (const text of yield* expander.words([word])) values.set(String(next++), text);
  }
  state.setArray(name, values);
}

/** What a program gets: what is exported, and what stands before the command. */
function* environment(shell: Shell, assignments: readonly Assignment[]): Running<Map<string, string>> {
  const exported = shell.state.exported();
  for (const { name, value } of assignments) if (value.type === 'Word') exported.set(name, yield* shell.expander.text(value));
  return exported;
}

/** `exec`: with a command the shell becomes it; without one its redirections stay. */
function* execute(shell: Shell, words: readonly string[], files: FileTable): Running<number> {
  const { process } = shell;
  if (words.length > 0) throw new ExitShell(yield* runProgram(shell, words, shell.state.exported(), files, true));
  const before = process.files;
  process.files = files;
  releaseFiles(before);
  return 0;
}

/** What a shell does itself though it is written as a program: it gets no number. */
const hiddenPrograms: ReadonlySet<string> = new Set(['echo', 'printf', 'test', '[', 'true', 'false', 'pwd', 'kill']);

/** Runs a program with files that are its own now. */
function* runProgram(shell: Shell, words: readonly string[], env: Map<string, string>, files: FileTable, alone: boolean): Running<number> {
  const { process } = shell;
  const [name = ''] = words;
  let program: Program;
  try {
    program = findProgram(shell, name);
  } catch (error) {
    const stderr = files.get(2);
    stderr?.retain();
    releaseFiles(files);
    if (!(error instanceof ShellError) || !stderr) throw error;
    yield* withFiles(shell, new Map([[2, stderr]]), silent(shell.complain(error.message)), true);
    return error.status;
  }
  if (alone && !hiddenPrograms.has(name) && shell.state.traps.size === 0) return yield* become(shell, program, words, env, files);
  const child = process.kernel.spawn({ program, argv: words, env, directory: process.directory, files, parent: process, hidden: hiddenPrograms.has(name) });
  const status = yield* child.wait();
  yield* shell.reportDeath(child, words.join(' '));
  shell.checkInterrupt();
  return status;
}

function* silent(work: Running<void>): Running<number> { yield* work; return 0; }

/** The process goes on as another program. */
function* become(shell: Shell, program: Program, words: readonly string[], env: Map<string, string>, files: FileTable): Running<number> {
  const { process } = shell;
  const before = process.files;
  process.files = files;
  releaseFiles(before);
  process.argv = words;
  process.env.clear();
  for (const [key, value] of env) process.env.set(key, value);
  throw new ExitShell(yield* program(process));
}

/** The program for a command word. Throws a ShellError with status 127 or 126. */
export const findProgram = (shell: Shell, name: string): Program => {
  const { system, dialect, directory } = shell.process;
  const found = lookUpProgram(system, directory, shell.state.get('PATH') ?? '', name);
  if (typeof found !== 'string') return found;
  if (found === 'missing') throw new ShellError(notFoundText(dialect, name), 127);
  throw new ShellError(`${name}: ${found === 'directory' && dialect === 'bash' ? 'Is a directory' : 'Permission denied'}`, 126);
};

/** A program by name, or the script at a path; or why there is none. `searchPath` as in $PATH. */
export const lookUpProgram = (system: System, directory: string, searchPath: string, name: string): Program | 'missing' | 'denied' | 'directory' => {
  const known = system.find(name);
  if (known) return known;
  for (const path of name.includes('/') ? [name] : searchPath.split(':').map((each) => `${each}/${name}`)) {
    const stat = system.files.stat(resolvePath(directory, path));
    if (!stat || (stat.type !== 'file' && !name.includes('/'))) continue;
    if (stat.type !== 'file') return 'directory';
    return (stat.mode & 0o111) === 0 ? 'denied' : scriptProgram(system.files.read(resolvePath(directory, path)), path);
  }
  return 'missing';
};

/** A file of commands, run by the interpreter its first line names. */
export const scriptProgram = (content: string, path: string): Program => {
  const [interpreter = '/bin/sh', ...options] = (/^#!\s*(\S.*)/.exec(content)?.[1] ?? '/bin/sh').split(/\s+/);
  const name = interpreter.endsWith('/env') ? (options[0] ?? 'sh') : interpreter;
  return function* (process) {
    const program = process.system.find(name);
    if (!program) {
      yield* process.print(`${path}: ${name}: bad interpreter: No such file or directory\n`, 2);
      return 127;
    }
    process.argv = [name, path, ...process.argv.slice(1)];
    return yield* program(process);
  };
};

export const commandExists = (shell: Shell, name: string): boolean => {
  try { findProgram(shell, name); return true; } catch (error) {
    if (error instanceof ShellError) return false;
    throw error;
  }
};

const quoteForTrace = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
