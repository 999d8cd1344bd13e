import { parseDuration } from '../lib/durations';
import { CommandError } from './errors';

/** One flag of a verb, as data: parsing, help and completion derive from it. */
export type Flag<T = unknown> = {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
  readonly initial: T;
  /** The value when the flag stands without one: `true` for a boolean, `unchanged` for --dry-run. */
  readonly bare?: string;
  /** What stands after `=` in help. */
  readonly shown: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** What completion offers. */
  readonly values?: readonly string[];
  /** @throws Error with Go's words for a text that is no such value. */
  read(text: string, before: T): T;
};
/** A method's type, so that a table of flags may hold flags of any type. */
export type AnyFlag = { readonly [K in keyof Flag]: K extends 'read' ? { read(text: string, before: never): unknown }['read'] : Flag[K] };
export type Flags = Readonly<Record<string, AnyFlag>>;
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends { read(text: string, before: never): infer T } ? T : never };

type Options<T> = {
  readonly short?: string; readonly initial?: T; readonly bare?: string; readonly required?: boolean; readonly hidden?: boolean;
  readonly values?: readonly string[];
};

export const text = (help: string, options: Options<string> = {}): Flag<string> =>
  ({ initial: '', ...options, help, shown: `'${options.initial ?? ''}'`, read: (value) => value });

export const bool = (help: string, options: Options<boolean> = {}): Flag<boolean> =>
  ({ initial: false, bare: 'true', ...options, help, shown: String(options.initial ?? false), read: booleanOf });

export const integer = (help: string, options: Options<number> = {}): Flag<number> =>
  ({ initial: 0, ...options, help, shown: String(options.initial ?? 0), read: integerOf });

/** A Go duration, in milliseconds. */
export const duration = (help: string, options: Options<number> = {}): Flag<number> =>
  ({ initial: 0, ...options, help, shown: `${(options.initial ?? 0) / 1000}s`, read: parseDuration });

/** May be given several times; commas separate too. */
export const list = (help: string, options: Options<readonly string[]> = {}): Flag<readonly string[]> =>
  ({ initial: [], ...options, help, shown: '[]', read: (value, before) => [...before, ...value.split(',')] });

/** May be given several times; commas are part of the value. */
export const texts = (help: string, options: Options<readonly string[]> = {}): Flag<readonly string[]> =>
  ({ initial: [], ...options, help, shown: '[]', read: (value, before) => [...before, value] });

const booleans: Readonly<Record<string, boolean>> = {
  1: true, t: true, T: true, true: true, TRUE: true, True: true, 0: false, f: false, F: false, false: false, FALSE: false, False: false,
};
function booleanOf(value: string): boolean {
  const found = booleans[value];
  if (found === undefined) throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  return found;
}
function integerOf(value: string): number {
  if (!/^[-+]?\d+$/.test(value)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

export type Parsed = {
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  /** Flags that were given. */
  readonly changed: ReadonlySet<string>;
  /** How many of `args` came before `--`; undefined without one. */
  readonly dash: number | undefined;
};

/** Parses as pflag does: flags anywhere, `-n x`, `-nx`, `-n=x`, `--name x`, `--name=x`, `-it`, and `--` to end them. Throws CommandError. */
export function parseFlags(words: readonly string[], flags: Flags): Parsed {
  const values: Record<string, unknown> = Object.fromEntries(Object.entries(flags).map(([name, { initial }]) => [name, initial]));
  const changed = new Set<string>();
  const args: string[] = [];
  let dash: number | undefined;
  const set = (name: string, value: string, written: string) => {
    const flag = flags[name] as Flag | undefined;
    if (!flag) return;
    try {
      values[name] = flag.read(value, changed.has(name) ? values[name] : startOf(flag));
      changed.add(name);
    } catch (error) {
      throw new CommandError(`invalid argument ${JSON.stringify(value)} for "${written}" flag: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') { dash = args.length; args.push(...words.slice(i + 1)); break; }
    if (word === '-' || !word.startsWith('-')) { args.push(word); continue; }
    const read = word.startsWith('--') ? longFlag(word, flags) : shortFlags(word, flags);
    for (const { name, value, written } of read.set) set(name, value, written);
    if (!read.wants) continue;
    const next = words[++i];
    if (next === undefined) throw new CommandError(`flag needs an argument: ${read.wants.shown}`);
    set(read.wants.name, next, read.wants.written);
  }
  return { args, values, changed, dash };
}

/** A list's initial value is replaced by the first one given. */
const startOf = ({ initial }: Flag): unknown => (Array.isArray(initial) ? [] : initial);

type Setting = { readonly name: string; readonly value: string; readonly written: string };
type Read = { readonly set: readonly Setting[]; readonly wants?: { readonly name: string; readonly written: string; readonly shown: string } };

const writtenAs = (name: string, flags: Flags): string => { const short = flags[name]?.short; return short ? `-${short}, --${name}` : `--${name}`; };

function longFlag(word: string, flags: Flags): Read {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  if (!name || name.startsWith('-')) throw new CommandError(`bad flag syntax: ${word}`);
  const flag = flags[name];
  if (!flag) throw new UnknownFlag(`unknown flag: --${name}`);
  const written = writtenAs(name, flags);
  if (equals >= 0) return { set: [{ name, value: word.slice(equals + 1), written }] };
  if (flag.bare !== undefined) return { set: [{ name, value: flag.bare, written }] };
  return { set: [], wants: { name, written, shown: `--${name}` } };
}

function shortFlags(word: string, flags: Flags): Read {
  const set: Setting[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const name = Object.keys(flags).find((key) => flags[key]?.short === letter);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || !flag) throw new UnknownFlag(`unknown shorthand flag: '${letter}' in -${word.slice(i)}`);
    const written = writtenAs(name, flags);
    if (word[i + 1] === '=') return { set: [...set, { name, value: word.slice(i + 2), written }] };
    if (flag.bare !== undefined) { set.push({ name, value: flag.bare, written }); continue; }
    if (i + 1 < word.length) return { set: [...set, { name, value: word.slice(i + 1), written }] };
    return { set, wants: { name, written, shown: `'${letter}' in -${word.slice(i)}` } };
  }
  return { set };
}

/** A flag that the verb does not have. */
export class UnknownFlag extends CommandError {}
