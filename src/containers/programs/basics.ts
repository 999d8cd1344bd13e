import { ShellError } from '../shell/control';
import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import { copyFiles } from '../shell/redirects';
import { type Running, done } from '../shell/running';
import { formatDate } from './dates';
import { withOptions } from './options';
import { formatText, unescapeText } from '../shell/printf';

const echo: Program = function* (process) {
  let args = process.argv.slice(1);
  let newline = true;
  // dash understands escapes always and knows no -e; the others only with it.
  let escapes = process.dialect === 'dash';
  while (args[0] !== undefined && (process.dialect === 'dash' ? /^-n$/ : /^-[neE]+$/).test(args[0])) {
    if (args[0].includes('n')) newline = false;
    escapes = args[0].includes('e') || (escapes && !args[0].includes('E'));
    args = args.slice(1);
  }
  const joined = args.join(' ');
  const { text, stopped } = escapes ? unescapeText(joined) : { text: joined, stopped: false };
  yield* process.print(newline && !stopped ? `${text}\n` : text);
  return 0;
};

const printf: Program = function* (process) {
  const [format, ...args] = process.argv.slice(process.argv[1] === '--' ? 2 : 1);
  if (format === undefined) {
    yield* process.print('printf: usage: printf format [arguments]\n', 2);
    return 2;
  }
  const { text, errors } = formatText(format, args);
  yield* process.print(text);
  for (const error of errors) yield* process.complain(process.dialect === 'bash' ? `${error}: invalid number` : `invalid number '${error}'`);
  return errors.length > 0 ? 1 : 0;
};

/** `1.5`, `2m`, `1h`, in milliseconds; undefined for what is no duration. */
export const durationMs = (text: string): number | undefined => {
  const [, amount, unit = 's'] = /^(\d*\.?\d+)([smhd])?$/.exec(text) ?? [];
  if (text === 'infinity' || text === 'inf') return Infinity;
  return amount === undefined ? undefined : Number(amount) * ({ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1_000);
};

const sleep: Program = function* (process) {
  const args = process.argv.slice(1);
  if (args.length === 0) {
    yield *
      process.print(
        process.system.dialect === 'ash'
          ? 'BusyBox: missing operand\nUsage: sleep [N]...\n'
          : "sleep: missing operand\nTry 'sleep --help' for more information.\n",
        2,
      );
    return 1;
  }
  let totalMs = 0;
  for (const arg of args) {
    const duration = durationMs(arg);
    if (duration === undefined) {
      yield* process.complain(process.system.dialect === 'ash' ? `invalid number '${arg}'` : `invalid time interval '${arg}'\nTry 'sleep --help' for more information.`);
      return 1;
    }
    totalMs += duration;
  }
  yield* process.sleep(totalMs);
  return 0;
};

const yes: Program = function* (process) {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
  for (;;) yield* process.print(line);
};

const seq: Program = function* (process) {
  const options = process.argv.slice(1);
  let separator = '\n';
  let width = false;
  while (options[0] !== undefined && /^-[sw]/.test(options[0])) {
    const word = options.shift() ?? '';
    if (word.startsWith('-w')) width = true;
    else separator = word.length > 2 ? word.slice(2) : (options.shift() ?? '\n');
  }
  const numbers = options.map(Number);
  const wrong = options.find((word) => word === '' || Number.isNaN(Number(word)));
  if (wrong !== undefined || numbers.length === 0 || numbers.length > 3) {
    yield* process.complain(wrong === undefined ? 'missing operand' : `invalid number '${wrong}'`);
    return 1;
  }
  const [first = 1, step = 1, last = 1] = numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  if (step === 0) { yield* process.complain("invalid Zero increment value: '0'"); return 1; }
  const decimals = Math.max(...options.map((word) => word.split('.')[1]?.length ?? 0));
  const digits = width ? Math.max(first.toFixed(decimals).length, last.toFixed(decimals).length) : 0;
  const count = Math.floor((last - first) / step + 1e-9) + 1;
  for (let index = 0; index < count; index++) yield* process.print((index > 0 ? separator : '') + (first + index * step).toFixed(decimals).padStart(digits, '0'));
  if (count > 0) yield* process.print('\n');
  return 0;
};

const date = withOptions({ flags: 'uR', valued: 'dI', long: { utc: 'u', date: 'd', 'iso-8601': 'I' } }, function* (process, options) {
  const given = options.value('d');
  const at =
    given === undefined
      ? process.now()
      : given.startsWith('@')
        ? Number(given.slice(1)) * 1000
        : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(given) ? given : `${given}Z`);
  if (Number.isNaN(at)) { yield* process.complain(`invalid date '${given ?? ''}'`); return 1; }
  const [format] = options.operands;
  const iso = options.value('I');
  const wanted = format?.startsWith('+')
    ? format.slice(1)
    : iso !== undefined
      ? iso === 'seconds'
        ? '%Y-%m-%dT%H:%M:%S+00:00'
        : '%Y-%m-%d'
      : options.has('R')
        ? '%a, %d %b %Y %H:%M:%S +0000'
        : '%a %b %e %H:%M:%S UTC %Y';
  yield* process.print(`${formatDate(new Date(at), wanted)}\n`);
  return 0;
});

const env: Program = function* (process) {
  let args = process.argv.slice(1);
  while (args[0] !== undefined && (args[0] === '-i' || args[0] === '-u' || args[0] === '-')) {
    if (args[0] === '-u') { process.env.delete(args[1] ?? ''); args = args.slice(2); } else { process.env.clear(); args = args.slice(1); }
  }
  while (args[0] !== undefined && args[0].indexOf('=') > 0) {
    const equals = args[0].indexOf('=');
    process.env.set(args[0].slice(0, equals), args[0].slice(equals + 1));
    args = args.slice(1);
  }
  if (args.length > 0) return yield* runAs(process, args);
  for (const [name, value] of process.env) yield* process.print(`${name}=${value}\n`);
  return 0;
};

/** Goes on as another command; 127 when there is none. */
export function* runAs(process: Process, argv: readonly string[]): Running<number> {
  const program = process.system.find(argv[0] ?? '');
  if (!program) {
    const quoted = process.system.dialect === 'ash' ? `can't execute '${argv[0] ?? ''}'` : `‘${argv[0] ?? ''}’`;
    yield* process.complain(`${quoted}: No such file or directory`);
    return 127;
  }
  process.argv = argv;
  return yield* program(process);
}

/** Starts another command in a process of its own, with copies of the open files. */
export const startCommand = (process: Process, argv: readonly string[]): Process | undefined => {
  const program = process.system.find(argv[0] ?? '');
  return program && process.kernel.spawn({ program, argv, env: process.env, directory: process.directory, files: copyFiles(process.files), parent: process });
};

const printenv: Program = function* (process) {
  const names = process.argv.slice(1);
  if (names.length === 0) for (const [name, value] of process.env) yield* process.print(`${name}=${value}\n`);
  for (const name of names) {
    const value = process.env.get(name);
    if (value === undefined) return 1;
    yield* process.print(`${value}\n`);
  }
  return 0;
};

const uname = withOptions({ flags: 'asnrvmpo' }, function* (process, options) {
  const parts: readonly [string, string][] = [['s', 'Linux'], ['n', process.system.hostname], ['r', '6.12.0'], ['v', '#1 SMP'], ['m', 'x86_64'], ['o', 'GNU/Linux']];
  const chosen = parts.filter(([letter]) => options.has('a') || options.has(letter));
  yield* process.print(`${(chosen.length > 0 ? chosen : parts.slice(0, 1)).map(([, text]) => text).join(' ')}\n`);
  return 0;
});

const expr: Program = function* (process) {
  try {
    const result = expression(process.argv.slice(1));
    yield* process.print(`${result}\n`);
    return result === '' || result === '0' ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    yield* process.complain(error.message);
    return 2;
  }
};

const levels: readonly (readonly string[])[] = [['|'], ['&'], ['=', '==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%'], [':']];

/** expr's grammar: each level binds tighter than the one before. */
const expression = (words: readonly string[]): string => {
  let at = 0;
  const primary = (): string => {
    const word = words[at++];
    if (word === undefined) throw new ShellError('syntax error');
    if (word === '(') {
      const inside = level(0);
      if (words[at++] !== ')') throw new ShellError('syntax error');
      return inside;
    }
    if (word === 'length') return String((words[at++] ?? '').length);
    return word;
  };
  const level = (depth: number): string => {
    const operators = levels[depth];
    if (!operators) return primary();
    let left = level(depth + 1);
    for (let operator = words[at]; operator !== undefined && operators.includes(operator); operator = words[at]) {
      at++;
      left = combine(operator, left, level(depth + 1));
    }
    return left;
  };
  const value = level(0);
  if (at < words.length) throw new ShellError('syntax error');
  return value;
};

const combine = (operator: string, left: string, right: string): string => {
  const falsy = (text: string): boolean => text === '' || text === '0';
  if (operator === '|') return falsy(left) ? right : left;
  if (operator === '&') return falsy(left) || falsy(right) ? '0' : left;
  if (operator === ':') {
    const match = new RegExp(`^(?:${right.replaceAll('\\(', '(').replaceAll('\\)', ')')})`).exec(left);
    return match?.[1] ?? (right.includes('\\(') ? '' : String(match?.[0].length ?? 0));
  }
  const numbers = [left, right].map((text) => (/^-?\d+$/.test(text) ? Number(text) : undefined));
  const [a, b] = numbers;
  if ('+-*/%'.includes(operator)) {
    if (a === undefined || b === undefined) throw new ShellError('non-integer argument');
    if (b === 0 && (operator === '/' || operator === '%')) throw new ShellError('division by zero');
    return String(operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? Math.trunc(a / b) : a % b);
  }
  const order = a !== undefined && b !== undefined ? a - b : left < right ? -1 : Number(left > right);
  const holds =
    operator === '=' || operator === '=='
      ? order === 0
      : operator === '!='
        ? order !== 0
        : operator === '<'
          ? order < 0
          : operator === '<='
            ? order <= 0
            : operator === '>'
              ? order > 0
              : order >= 0;
  return holds ? '1' : '0';
};

/** A program that prints one text. */
const printing = (text: (process: Process) => string): Program => function* (process) {
  yield* process.print(text(process));
  return 0;
};

export const basicPrograms: Programs = {
  echo,
  printf,
  sleep,
  yes,
  seq,
  date,
  env,
  printenv,
  uname,
  expr,
  true: printing(() => ''),
  false: () => done(1),
  pwd: printing((process) => `${process.directory}\n`),
  hostname: function* (process) {
    if (process.argv[1] === '-i' || process.argv[1] === '-I')
      yield* process.print(`${process.system.surroundings?.source.ip ?? '127.0.0.1'}${process.argv[1] === '-I' ? ' ' : ''}\n`);
    else yield* process.print(`${process.system.hostname}\n`);
    return 0;
  },
  whoami: printing(() => 'root\n'),
  id: printing((process) =>
    process.argv[1] === '-u' || process.argv[1] === '-g' ? '0\n' : process.argv[1] === '-un' ? 'root\n' : 'uid=0(root) gid=0(root) groups=0(root)\n',
  ),
  arch: printing(() => 'x86_64\n'),
  tty: printing((process) => (process.files.get(0)?.terminal ? '/dev/pts/0\n' : 'not a tty\n')),
  clear: printing(() => '\x1b[H\x1b[2J'),
  sync: printing(() => ''),
};
