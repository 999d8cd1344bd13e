import type { FileSystem } from '../containers/shell/files';
import { resolvePath } from '../containers/shell/files';
import type { ApiClient } from '../kubectl/client';
import { optionalParts } from '../cluster/optional-part';
import { completeKubectl } from '../kubectl/completion';
import type { KubeConfig } from '../kubectl/config';
import { nodeActions } from './node-controls';

/** What Tab finds: each match may stand in place of the line's text from `from` to the cursor. */
export type Completions = { readonly from: number; readonly matches: readonly string[] };

export type CompleterOptions = {
  readonly api: ApiClient;
  readonly config: KubeConfig;
  /** Names a command can begin with. */
  readonly commands: () => readonly string[];
  readonly files: FileSystem;
  readonly directory: () => string;
  readonly home: string;
};

const separators = new Set(['|', '||', '&&', ';', '&', '(', '{', 'then', 'do', 'else', '!', 'watch', 'time']);
const podariumWords: Readonly<Record<string, readonly string[]>> = {
  '': ['disable', 'enable', 'help', 'idle', 'kill', 'node', 'pause', 'play', 'reset', 'speed', 'step', 'upgrade'],
  node: nodeActions,
  enable: optionalParts, disable: optionalParts,
};

/** Completes a line at the cursor: commands, kubectl's words, and files. */
export class Completer {
  constructor(private readonly options: CompleterOptions) {}

  async complete(line: string, cursor: number): Promise<Completions> {
    const { words, last, from } = wordsBefore(line.slice(0, cursor));
    const matches = await this.#candidates(words, last);
    return { from, matches: [...new Set(matches)].filter((each) => each.startsWith(last)).sort() };
  }

  async #candidates(words: readonly string[], last: string): Promise<readonly string[]> {
    const [command, ...rest] = words;
    if (command === undefined) return last.includes('/') ? this.#paths(last) : this.options.commands();
    if (command === 'kubectl' || command === 'k') {
      const { matches, files } = await completeKubectl(rest, last, this.options.api, this.options.config);
      return files ? this.#paths(last) : matches;
    }
    if (command === 'podarium') return this.#podarium(rest);
    return last.startsWith('-') ? [] : this.#paths(last);
  }

  async #podarium(words: readonly string[]): Promise<readonly string[]> {
    const known = podariumWords[words.join(' ')];
    if (known) return known;
    if (words[0] === 'upgrade' && words.length === 2) return ['--to'];
    if (!(words[0] === 'node' && words.length === 2) && words.join(' ') !== 'upgrade') return [];
    return (await completeKubectl(['get', 'nodes'], '', this.options.api, this.options.config)).matches;
  }

  /** Files whose path begins as typed; directories end in a slash. */
  #paths(typed: string): readonly string[] {
    const { files, home } = this.options;
    const slash = typed.lastIndexOf('/');
    const shown = typed.slice(0, slash + 1);
    const directory = resolvePath(this.options.directory(), shown.startsWith('~/') ? `${home}${shown.slice(1)}` : shown || '.');
    if (files.stat(directory)?.type !== 'directory') return [];
    const hidden = typed.slice(slash + 1).startsWith('.');
    return files.list(directory).filter((name) => hidden || !name.startsWith('.'))
      .map((name) => `${shown}${name}${files.stat(resolvePath(directory, name))?.type === 'directory' ? '/' : ''}`);
  }
}

/** The words of the command that is being typed, and the one at the cursor. */
export function wordsBefore(text: string): { readonly words: readonly string[]; readonly last: string; readonly from: number } {
  const pieces = [...text.matchAll(/(?:"[^"]*"?|'[^']*'?|\\.|[^\s|;&])+|[|;&]+/g)].map((match) => ({ text: match[0], at: match.index }));
  const current = pieces.at(-1);
  const open = current !== undefined && current.at + current.text.length === text.length && !/^[|;&]+$/.test(current.text);
  const before = open ? pieces.slice(0, -1) : pieces;
  const begins = before.findLastIndex((piece) => separators.has(piece.text) || /^[|;&]+$/.test(piece.text));
  const words = before.slice(begins + 1).map((piece) => piece.text.replace(/^(["'])(.*)\1$/, '$2')).filter((word, index) => index > 0 || !/^\w+=/.test(word));
  return { words, last: open ? current.text : '', from: open ? current.at : text.length };
}
