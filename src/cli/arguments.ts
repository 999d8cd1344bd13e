/** What was asked on the command line. */
export type Asked =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'run'; readonly script: string; readonly nodes: number; readonly seed: number };

/** Wrong use of the command: told, with exit code 2. */
export class ArgumentError extends Error {}

export const usage = `Usage: podarium <command> [options]

Commands:
  run SCRIPT.sh     Run console commands against a fresh cluster, in virtual time; - reads them from stdin
  version           Print the version
  help              Print this

Options of run:
  --nodes N         Worker nodes beside the control plane, 0 to 5000 (default 3)
  --seed S          The same seed and the same script give the same history (default 1)

The exit code of run is that of the script's last command. 2 means that this command was used wrongly.
`;

const defaultNodes = 3;
const defaultSeed = 1;
const mostNodes = 5_000;

/** Reads the words after `podarium`. Throws ArgumentError. */
export function parseArguments(words: readonly string[]): Asked {
  const [command = 'help', ...rest] = words;
  if (rest.includes('--help') || rest.includes('-h')) return { command: 'help' };
  switch (command) {
    case 'help': case '--help': case '-h': return { command: 'help' };
    case 'version': case '--version': if (rest.length > 0) throw new ArgumentError(`version takes no arguments, but was given ${JSON.stringify(rest[0])}`); return { command: 'version' };
    case 'run': return runArguments(rest);
    default: throw new ArgumentError(`unknown command ${JSON.stringify(command)}`);
  }
}

function runArguments(words: readonly string[]): Asked {
  const values: Record<string, string> = {};
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined) {
      if (word.startsWith('-') && word !== '-') throw new ArgumentError(`unknown option ${word}`);
      operands.push(word);
      continue;
    }
    if (name !== 'nodes' && name !== 'seed') throw new ArgumentError(`unknown option --${name}`);
    const value = attached ?? words[++at];
    if (value === undefined) throw new ArgumentError(`--${name} needs a value`);
    values[name] = value;
  }
  const [script, ...more] = operands;
  if (script === undefined) throw new ArgumentError('run needs a script: a file, or - for stdin');
  if (more.length > 0) throw new ArgumentError(`run takes one script, but was also given ${JSON.stringify(more[0])}`);
  return {
    command: 'run', script, nodes: whole('nodes', values['nodes'], defaultNodes, 0, mostNodes),
    seed: whole('seed', values['seed'], defaultSeed, -(2 ** 31), 2 ** 32 - 1),
  };
}

function whole(name: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || number < least || number > most)
    throw new ArgumentError(`--${name} wants a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return number;
}
