import { splitFields } from './fields';
import type { Running } from './running';
import type { Shell } from './shell';

/** `read`: a line into variables; the last one takes the rest. Status 1 at the end of input. */
export function* readBuiltin(shell: Shell, args: readonly string[]): Running<number> {
  const { process, state } = shell;
  let raw = false;
  let array: string | undefined;
  let at = 0;
  for (; at < args.length && (args[at] ?? '').startsWith('-'); at++) {
    const word = args[at] ?? '';
    if (word.includes('r')) raw = true;
    if (word.endsWith('p')) yield* process.print(args[++at] ?? '', 2);
    else if (word.endsWith('a')) array = args[++at];
    else if (!/^-[rs]+$/.test(word)) {
      yield* shell.complain(`read: illegal option ${word}`);
      return 2;
    }
  }
  const names = args.slice(at);
  let line = yield* process.readLine();
  const ended = line === undefined || !line.endsWith('\n');
  while (!raw && line !== undefined && /(?:^|[^\\])(?:\\\\)*\\\n$/.test(line)) line = line.slice(0, -2) + ((yield* process.readLine()) ?? '');
  const text = unescape((line ?? '').replace(/\n$/, ''), raw);
  const separators = state.get('IFS') ?? ' \t\n';
  if (array !== undefined) state.setArray(array, new Map(splitFields([{ kind: 'expanded', text }], separators).map((field, index) => [String(index), field.text])));
  else assignFields(shell, names.length > 0 ? names : ['REPLY'], text, separators);
  return ended ? 1 : 0;
}

const unescape = (text: string, raw: boolean): string => (raw ? text : text.replace(/\\(.)/g, '$1'));

const assignFields = ({ state }: Shell, names: readonly string[], text: string, separators: string): void => {
  const blanks = [...separators].filter((separator) => ' \t\n'.includes(separator)).join('');
  const isBlank = (character: string): boolean => character !== '' && blanks.includes(character);
  const isSeparator = (character: string): boolean => character !== '' && separators.includes(character);
  let at = 0;
  const skipBlanks = (): void => { while (isBlank(text.charAt(at))) at++; };
  skipBlanks();
  for (const [index, name] of names.entries()) {
    const begin = at;
    if (index === names.length - 1) {
      let end = text.length;
      while (end > begin && isBlank(text.charAt(end - 1))) end--;
      const last = text.slice(begin, end);
      const only = splitFields([{ kind: 'expanded', text: last }], separators);
      // A single field that ends in a separator loses it.
      state.set(name, only.length === 1 && blanks !== separators ? (only[0]?.text ?? '') : last);
      return;
    }
    while (at < text.length && !isSeparator(text.charAt(at))) at++;
    state.set(name, text.slice(begin, at));
    skipBlanks();
    if (isSeparator(text.charAt(at)) && !isBlank(text.charAt(at))) at++;
    skipBlanks();
  }
};

/** `mapfile -t lines`: every line of the input into an array. */
export function* readArray({ process, state }: Shell, args: readonly string[]): Running<number> {
  const strip = args.includes('-t');
  const name = args.find((arg) => !arg.startsWith('-')) ?? 'MAPFILE';
  const lines = new Map<string, string>();
  for (let line = yield* process.readLine(); line !== undefined; line = yield* process.readLine()) lines.set(String(lines.size), strip ? line.replace(/\n$/, '') : line);
  state.setArray(name, lines);
  return 0;
}
