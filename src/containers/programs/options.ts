import type { Process, Program } from '../shell/process';
import type { Running } from '../shell/running';

/** A program's command line, read. */
export type Options = {
  has(letter: string): boolean;
  /** The last value of an option that takes one. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  readonly operands: readonly string[];
};

/** Which options a program takes: letters without and with a value, long names for letters. */
export type OptionSpec = {
  readonly flags?: string;
  readonly valued?: string;
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand, because what follows is another command's. */
  readonly stopEarly?: boolean;
  /** The first word is options even without a dash, as tar has it: `tar xf a.tar`. */
  readonly bundled?: boolean;
  /** Status after a wrong option; 1 unless told. */
  readonly failure?: number;
};

/** Reads options in the way of getopt: `-abc`, `-n 5`, `-n5`, `--lines=5`, `--`. Gives the offending option if there is one. */
export const parseOptions = (
  given: readonly string[],
  { flags = '', valued = '', long = {}, stopEarly = false, bundled = false }: OptionSpec,
): Options | { readonly unknown: string } | { readonly missing: string } => {
  const [first = '', ...others] = given;
  const args = bundled && /^[a-zA-Z]/.test(first) ? [`-${first}`, ...others] : given;
  const found = new Map<string, string[]>();
  const operands: string[] = [];
  const note = (letter: string, value = ''): void => {
    found.set(letter, [...(found.get(letter) ?? []), value]);
  };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      operands.push(...(stopEarly ? args.slice(at) : [word]));
      if (stopEarly) break;
      continue;
    }
    if (word.startsWith('--')) {
      const [name = '', ...rest] = word.slice(2).split('=');
      const letter = Object.hasOwn(long, name) ? long[name] : undefined;
      if (letter === undefined) return { unknown: word };
      if (!valued.includes(letter)) note(letter, rest.join('='));
      else if (rest.length > 0) note(letter, rest.join('='));
      else if (at + 1 < args.length) note(letter, args[++at]);
      else return { missing: word };
      continue;
    }
    for (let place = 1; place < word.length; place++) {
      const letter = word.charAt(place);
      if (valued.includes(letter)) {
        const attached = word.slice(place + 1);
        if (attached === '' && at + 1 >= args.length) return { missing: letter };
        note(letter, attached === '' ? args[++at] : attached);
        break;
      }
      if (!flags.includes(letter)) return { unknown: letter };
      note(letter);
    }
  }
  return { has: (letter) => found.has(letter), value: (letter) => found.get(letter)?.at(-1), values: (letter) => found.get(letter) ?? [], operands };
};

/** A program with options: wrong ones are told as getopt does, then it ends. */
export const withOptions = (spec: OptionSpec, run: (process: Process, options: Options) => Running<number>): Program => function* (process) {
  const options = parseOptions(process.argv.slice(1), spec);
  if ('operands' in options) return yield* run(process, options);
  const text =
    'missing' in options
      ? `option requires an argument -- '${options.missing}'`
      : options.unknown.startsWith('--')
        ? `unrecognized option '${options.unknown}'`
        : `invalid option -- '${options.unknown}'`;
  yield* process.complain(text);
  return spec.failure ?? 1;
};
