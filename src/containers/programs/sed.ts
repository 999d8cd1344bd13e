import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { eachLine, readInput } from './input';
import { withOptions } from './options';
import { toRegExp } from './grep';

type Address = { readonly line: number } | { readonly last: true } | { readonly pattern: RegExp };
type Command = {
  readonly from?: Address;
  readonly to?: Address;
  readonly negated: boolean;
  readonly letter: string;
  readonly pattern?: RegExp;
  readonly text: string;
  readonly flags: string;
};
class SedError extends Error {}

/** A script as commands; addresses by number, `$` or pattern. */
const parseScript = (script: string, extended: boolean): readonly Command[] => {
  const commands: Command[] = [];
  let at = 0;
  const skip = (pattern: RegExp): void => { while (at < script.length && pattern.test(script.charAt(at))) at++; };
  const until = (delimiter: string): string => {
    let text = '';
    for (; at < script.length && script.charAt(at) !== delimiter; at++) {
      if (script.charAt(at) === '\\' && script.charAt(at + 1) === delimiter) at++;
      else if (script.charAt(at) === '\\') text += script.charAt(at++);
      text += script.charAt(at);
    }
    if (script.charAt(at) !== delimiter) throw new SedError(`unterminated \`${delimiter}' command`);
    at++;
    return text;
  };
  const address = (): Address | undefined => {
    const digits = /^\d+/.exec(script.slice(at))?.[0];
    if (digits) { at += digits.length; return { line: Number(digits) }; }
    if (script.charAt(at) === '$') { at++; return { last: true }; }
    if (script.charAt(at) !== '/') return undefined;
    at++;
    return { pattern: toRegExp(until('/'), { extended }) };
  };
  for (skip(/[\s;]/); at < script.length; skip(/[\s;}]/)) {
    const from = address();
    let to: Address | undefined;
    if (from && script.charAt(at) === ',') { at++; to = address(); }
    skip(/\s/);
    const negated = script.charAt(at) === '!';
    if (negated) at++;
    const letter = script.charAt(at++);
    const base = { ...(from && { from }), ...(to && { to }), negated, letter };
    if (letter === 's' || letter === 'y') {
      const delimiter = script.charAt(at++);
      const source = until(delimiter);
      const text = until(delimiter);
      const flags = /^[gpiI0-9]*/.exec(script.slice(at))?.[0] ?? '';
      at += flags.length;
      commands.push({
        ...base,
        pattern: toRegExp(source, { extended, ignoreCase: /i/i.test(flags), fixed: letter === 'y' }, 'g'),
        text: letter === 'y' ? `${source}\n${text}` : text,
        flags,
      });
    } else if (letter === 'a' || letter === 'i' || letter === 'c') {
      const end = script.indexOf('\n', at);
      commands.push({ ...base, text: script.slice(at, end < 0 ? undefined : end).replace(/^\s*\\?\n?\s*/, ''), flags: '' });
      at = end < 0 ? script.length : end;
    } else if ('pdqn='.includes(letter) && letter !== '') commands.push({ ...base, text: '', flags: '' });
    else if (letter === '{') throw new SedError('blocks are not supported here');
    else throw new SedError(`unknown command: \`${letter}'`);
  }
  return commands;
};

const substitute = (line: string, { pattern, text, flags }: Command): { readonly line: string; readonly changed: boolean } => {
  if (!pattern) return { line, changed: false };
  let seen = 0;
  let changed = false;
  const only = Number(/\d+/.exec(flags)?.[0] ?? 0);
  const next = line.replace(pattern, (match, ...rest: unknown[]) => {
    seen++;
    if (only > 0 ? seen < only || (seen > only && !flags.includes('g')) : seen > 1 && !flags.includes('g')) return match;
    changed = true;
    return text.replace(/\\(\d)|\\n|\\t|\\(.)|&/g, (part, digit: string | undefined, letter: string | undefined) => {
      const group = digit === undefined ? undefined : rest[Number(digit) - 1];
      if (part === '&' || digit === '0') return match;
      if (digit !== undefined) return typeof group === 'string' ? group : '';
      return part === '\\n' ? '\n' : part === '\\t' ? '\t' : (letter ?? '');
    });
  });
  return { line: next, changed };
};

/** Runs a script over lines; gives what it prints. `inside` remembers which ranges are open. */
class Editor {
  readonly #inside = new Set<Command>();
  constructor(private readonly commands: readonly Command[], private readonly quiet: boolean) {}

  edit(original: string, number: number, last: boolean): { readonly output: string; readonly quit: boolean } {
    let line = original;
    let output = '';
    let after = '';
    let quit = false;
    let deleted = false;
    for (const command of this.commands) {
      if (this.#applies(command, line, number, last) === command.negated) continue;
      if (command.letter === 's') {
        const result = substitute(line, command);
        line = result.line;
        if (result.changed && command.flags.includes('p')) output += `${line}\n`;
      } else if (command.letter === 'y') {
        const [from = '', to = ''] = command.text.split('\n');
        line = [...line].map((character) => (from.includes(character) ? to.charAt(from.indexOf(character)) : character)).join('');
      } else if (command.letter === 'p') output += `${line}\n`;
      else if (command.letter === '=') output += `${number}\n`;
      else if (command.letter === 'i') output += `${command.text}\n`;
      else if (command.letter === 'a') after += `${command.text}\n`;
      else if (command.letter === 'c') {
        output += `${command.text}\n`;
        deleted = true;
        break;
      } else if (command.letter === 'd') {
        deleted = true;
        break;
      } else if (command.letter === 'q') {
        quit = true;
        break;
      }
    }
    return { output: output + (this.quiet || deleted ? '' : `${line}\n`) + after, quit };
  }

  #applies(command: Command, line: string, number: number, last: boolean): boolean {
    const { from, to } = command;
    if (!from) return true;
    const fits = (address: Address): boolean => ('line' in address ? address.line === number : 'last' in address ? last : address.pattern.test(line));
    if (!to) return fits(from);
    if (this.#inside.has(command)) {
      if (fits(to) || ('line' in to && to.line <= number)) this.#inside.delete(command);
      return !('line' in to && to.line < number);
    }
    if (!fits(from)) return false;
    if (!('line' in to && to.line <= number)) this.#inside.add(command);
    return true;
  }
}

const sed: Program = withOptions(
  { flags: 'nErsiz', valued: 'ef', long: { quiet: 'n', silent: 'n', 'regexp-extended': 'E', expression: 'e', 'in-place': 'i' } },
  function* (process, options) {
    const operands = [...options.operands];
    const scripts = options.values('e').length > 0 ? options.values('e') : [operands.shift() ?? ''];
    let commands: readonly Command[];
    try {
      commands = parseScript(scripts.join('\n'), options.has('E') || options.has('r'));
    } catch (error) {
      if (!(error instanceof SedError) && !(error instanceof SyntaxError)) throw error;
      yield* process.complain(process.system.dialect === 'ash' ? error.message : `-e expression #1, char 0: ${error.message}`);
      return 1;
    }
    if (options.has('i')) return yield* editInPlace(process, operands, commands, options.has('n'));
    const editor = new Editor(commands, options.has('n'));
    // A line is edited when it is known whether another follows, but only `$` needs to wait for that.
    const waits = commands.some(({ from, to }) => (from && 'last' in from) || (to && 'last' in to));
    let held: string | undefined;
    let number = 0;
    const status = yield* eachLine(process, operands, function* (line) {
      const ready = waits ? held : line;
      held = waits ? line : undefined;
      if (ready === undefined) return true;
      const { output, quit } = editor.edit(ready, ++number, false);
      yield* process.print(output);
      return !quit;
    });
    if (held !== undefined) yield* process.print(editor.edit(held, ++number, true).output);
    return status;
  },
);

function* editInPlace(process: Process, names: readonly string[], commands: readonly Command[], quiet: boolean): Running<number> {
  let status = 0;
  for (const name of names) {
    const text = yield* readInput(process, name);
    if (text === undefined) { status = 1; continue; }
    const editor = new Editor(commands, quiet);
    const lines = text.replace(/\n$/, '').split('\n');
    process.system.files.write(process.path(name), lines.map((line, index) => editor.edit(line, index + 1, index === lines.length - 1).output).join(''));
  }
  return status;
}

export const sedPrograms: Programs = { sed };
