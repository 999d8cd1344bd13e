import { characterClass } from '../shell/pattern';
import type { Process } from '../shell/process';
import type { Programs } from '../shell/programs';
import { eachLine } from './input';
import { withOptions } from './options';

/** A POSIX expression as one of ours: in basic ones `\(` groups and `(` is plain. */
export const toRegExp = (
  pattern: string,
  {
    extended,
    fixed,
    ignoreCase,
    whole,
  }: { readonly extended?: boolean; readonly fixed?: boolean; readonly ignoreCase?: boolean; readonly whole?: 'word' | 'line' },
  flags = '',
): RegExp => {
  let source = fixed ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : extended ? classes(pattern) : classes(basic(pattern));
  if (whole === 'word') source = `(?<!\\w)(?:${source})(?!\\w)`;
  if (whole === 'line') source = `^(?:${source})$`;
  return new RegExp(source, flags + (ignoreCase ? 'i' : ''));
};

const basic = (pattern: string): string => {
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      const next = pattern.charAt(++at);
      result += '(){}|+?'.includes(next) ? next : `\\${next}`;
    } else if (character === '[') {
      let end = pattern.indexOf(']', pattern.startsWith('[^]', at) ? at + 3 : at + 2);
      while (end > 0 && pattern.slice(at, end).lastIndexOf('[:') > pattern.slice(at, end).lastIndexOf(':]')) end = pattern.indexOf(']', end + 1);
      result += end < 0 ? '\\[' : pattern.slice(at, end + 1);
      if (end > 0) at = end;
    } else if (character === '*' && (at === 0 || result.endsWith('('))) result += '\\*';
    else result += '(){}|+?'.includes(character) ? `\\${character}` : character;
  }
  return result;
};
const classes = (pattern: string): string => pattern.replace(/\[:(\w+):\]/g, (all, name: string) => characterClass(name) ?? all);

const grep = (fixedForm: { readonly extended?: boolean; readonly fixed?: boolean }) => withOptions({
  flags: 'EFGPivcnlqswxorRhHLam', valued: 'eABCfm', failure: 2,
  long: {
    'ignore-case': 'i', 'invert-match': 'v', count: 'c', 'line-number': 'n', quiet: 'q', silent: 'q', 'extended-regexp': 'E', 'fixed-strings': 'F', regexp: 'e',
    'only-matching': 'o', 'line-buffered': 'a', 'word-regexp': 'w', 'line-regexp': 'x', 'no-messages': 's', color: 'a', 'after-context': 'A',
    'before-context': 'B', context: 'C', 'max-count': 'm',
  },
}, function* (process, options) {
  const operands = [...options.operands];
  const patterns = options.values('e').length > 0 ? options.values('e') : [operands.shift()];
  if (patterns[0] === undefined) { yield* process.print('Usage: grep [OPTION]... PATTERNS [FILE]...\n', 2); return 2; }
  const form = {
    extended: fixedForm.extended === true || options.has('E') || options.has('P'), fixed: fixedForm.fixed === true || options.has('F'), ignoreCase: options.has('i'),
    ...(options.has('x') ? { whole: 'line' as const } : options.has('w') && { whole: 'word' as const }),
  };
  let matchers: readonly RegExp[];
  try { matchers = patterns.flatMap((pattern) => (pattern ?? '').split('\n')).map((pattern) => toRegExp(pattern, form, 'g')); } catch {
    yield* process.complain('Invalid regular expression');
    return 2;
  }
  const names = options.has('r') || options.has('R') ? filesBelow(process, operands.length > 0 ? operands : ['.']) : operands;
  const named = !options.has('h') && (options.has('H') || names.length > 1 || options.has('r') || options.has('R'));
  const matches = (line: string): boolean => matchers.some((matcher) => { matcher.lastIndex = 0; return matcher.test(line); }) !== options.has('v');
  const after = Number(options.value('A') ?? options.value('C') ?? 0);
  const before = Number(options.value('B') ?? options.value('C') ?? 0);
  const most = Number(options.value('m') ?? Infinity);
  let any = false;
  let failed = false;
  for (const name of names.length > 0 ? names : ['-']) {
    const prefix = named ? `${name === '-' ? '(standard input)' : name}:` : '';
    let count = 0;
    let number = 0;
    let owed = 0;
    let printed = 0;
    let recent: readonly (readonly [number, string])[] = [];
    const label = (at: number, mark: string): string => (named ? prefix.slice(0, -1) + mark : '') + (options.has('n') ? `${at}${mark}` : '');
    const status = yield* eachLine(process, [name], function* (line) {
      number++;
      if (!matches(line)) {
        if (owed > 0) {
          owed--;
          yield * process.print(`${label(number, '-')}${line}\n`);
          printed = number;
        } else if (before > 0) recent = [...recent, [number, line] as const].slice(-before);
        return;
      }
      any = true;
      count++;
      if (options.has('q')) return false;
      if (options.has('l') || options.has('c') || options.has('L')) return count < most;
      if (options.has('o')) {
        for (const matcher of matchers)
          for (const match of line.matchAll(new RegExp(matcher, 'g' + (form.ignoreCase ? 'i' : ''))))
            if (match[0] !== '') yield * process.print(`${label(number, ':')}${match[0]}\n`);
        return count < most;
      }
      if ((before > 0 || after > 0) && printed > 0 && (recent[0]?.[0] ?? number) > printed + 1) yield* process.print('--\n');
      for (const [at, text] of recent) yield* process.print(`${label(at, '-')}${text}\n`);
      recent = [];
      yield* process.print(`${label(number, ':')}${line}\n`);
      printed = number;
      owed = after;
      return count < most || after > 0;
    });
    if (status !== 0) failed = true;
    if (options.has('c')) yield* process.print(`${prefix}${count}\n`);
    if ((options.has('l') && count > 0) || (options.has('L') && count === 0)) yield* process.print(`${name === '-' ? '(standard input)' : name}\n`);
    if (any && options.has('q')) return 0;
  }
  return failed ? 2 : any ? 0 : 1;
});

const filesBelow = (process: Process, roots: readonly string[]): readonly string[] => roots.flatMap((root): readonly string[] => {
  const path = process.path(root);
  const { files } = process.system;
  if (files.stat(path)?.type !== 'directory') return [root];
  return files.list(path).flatMap((name) => filesBelow(process, [root === '/' ? `/${name}` : `${root}/${name}`]));
});

export const grepPrograms: Programs = { grep: grep({}), egrep: grep({ extended: true }), fgrep: grep({ fixed: true }) };
