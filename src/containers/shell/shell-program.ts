import { type SyntaxNode, forEachChild, parse } from 'unbash';
import type { Dialect, Process, Program } from './process';
import { FileError } from './files';
import type { Running } from './running';
import { Shell } from './shell';
import { ShellState, isOption, optionLetters } from './shell-state';

/** sh, ash, dash, bash: `-c text`, a file, or what comes on standard input. */
export const shellProgram: Program = function* (process) {
  const [self = 'sh', ...rest] = process.argv;
  const name = self.slice(self.lastIndexOf('/') + 1).replace(/^-/, '');
  process.dialect = dialects[name] ?? process.system.dialect;
  const { letters, long, command, operands } = parseArguments(rest);
  const text = command ? operands[0] : undefined;
  if (command && text === undefined) {
    yield* process.print(`${name}: -c requires an argument\n`, 2);
    return 2;
  }
  const [scriptName, ...positional] = command ? operands.slice(1) : operands;
  const fromFile = !command && scriptName !== undefined;
  const state = new ShellState(scriptName ?? name, positional);
  state.importEnvironment(process.env);
  state.set('PWD', process.directory);
  for (const letter of letters) {
    const option = optionLetters[letter];
    if (option) state.options[option] = true;
  }
  for (const option of long) if (isOption(state.options, option)) state.options[option] = true;
  const terminal = text === undefined && !fromFile && (letters.includes('i') || process.files.get(0)?.terminal === true);
  const shell = new Shell(process, state, terminal ? 'interactive' : fromFile ? 'file' : 'command');
  if (text !== undefined) return yield* shell.runToEnd(text);
  if (fromFile) return yield* runFile(process, shell, scriptName);
  return yield* shell.finish(fromInput(process, shell, terminal));
};

/** What a shell is called says which it is; `sh` is the system's own. */
const dialects: Readonly<Record<string, Dialect>> = { bash: 'bash', dash: 'dash', ash: 'ash' };

type Arguments = { readonly letters: string; readonly long: readonly string[]; readonly command: boolean; readonly operands: readonly string[] };

const parseArguments = (args: readonly string[]): Arguments => {
  let letters = '';
  const long: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') { at++; break; }
    if (word.startsWith('--')) continue;
    if (!/^[-+]./.test(word)) break;
    letters += word.slice(1);
    if (word.endsWith('o')) long.push(args[++at] ?? '');
  }
  return { letters, long, command: letters.includes('c'), operands: args.slice(at) };
};

function* runFile(process: Process, shell: Shell, name: string): Running<number> {
  let text: string;
  try {
    text = process.system.files.read(process.path(name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* process.print(process.dialect === 'bash' ? `bash: ${name}: ${error.message}\n` : `sh: ${process.dialect === 'dash' ? '0: cannot' : "can't"} open '${name}': ${error.message}\n`, 2);
    return process.dialect === 'bash' ? 127 : 2;
  }
  return yield* shell.runToEnd(text);
}

/** Line by line, so that what a line starts can read the lines after it; with a prompt on a terminal, where Ctrl+C gives up the line. */
function* fromInput(process: Process, shell: Shell, terminal: boolean): Running<number> {
  if (terminal) {
    process.onSignal(15, 'ignore');
    process.onSignal(2, () => shell.interrupt());
  }
  let text = '';
  for (;;) {
    if (terminal) yield* process.print(text === '' ? promptOf(process) : '> ', 2);
    const line = yield* process.readLine();
    if (line === undefined) break;
    text += line;
    if (!isComplete(text)) continue;
    if (terminal) yield* shell.runLine(text);
    else yield* shell.run(text);
    text = '';
  }
  if (text !== '') yield* shell.run(text);
  return shell.state.status;
}

const promptOf = ({ dialect, directory, system }: Process): string => (dialect === 'bash' ? `root@${system.hostname}:${directory}# ` : dialect === 'dash' ? '# ' : `${directory} # `);

/** Whether a text is whole, or waits for a closing quote, `done` or the like. */
export const isComplete = (text: string): boolean => !missingEnd(text);

const missingEnd = (text: string): boolean => {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text)) return true;
  const { errors = [], commands } = parse(text);
  if (errors.some(({ message }) => /unterminated|to close|expected 'then'|expected 'do'|expected command after/.test(message))) return true;
  return commands.length > 0 && unclosedHereDocument(text);
};

const unclosedHereDocument = (text: string): boolean => {
  let found = false;
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc' && !node.closing) found = true;
    forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
};
