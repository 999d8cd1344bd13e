import { Observable } from 'rxjs';
import type { Impersonated } from '../api/types';
import { globalFlags } from './common-flags';
import { Connection } from './connection';
import { discover } from './discovery';
import { CommandError, failureOf } from './errors';
import { parseFlags, UnknownFlag, type Parsed } from './flags';
import { groupHelp, optionsHelp, rootHelp, verbHelp, type Group } from './help';
import { stockResources } from './resources';
import { groups, isGroup, membersOf, verbs } from './registry';
import type { Context, Host, Output, Verb } from './verb';

/** A piece of what a command prints, or its exit code at the end. */
export type Frame = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly stream: 'exit'; readonly code: number };

/**
 * Runs `kubectl` with the words after its name. The last frame is the exit code; unsubscribing interrupts the command.
 * An error that is none of kubectl's own comes through as the stream's error.
 */
export const kubectl = (words: readonly string[], host: Omit<Host, 'signal'>): Observable<Frame> =>
  new Observable<Frame>((subscriber) => {
    const abort = new AbortController();
    void (async () => {
      try {
        for await (const frame of run(words, { ...host, signal: abort.signal })) subscriber.next(frame);
        subscriber.complete();
      } catch (error) { subscriber.error(error); }
    })();
    return () => abort.abort();
  });

async function* run(words: readonly string[], host: Host): AsyncGenerator<Frame, void> {
  const connection = new Connection(host.api, host.clock, host.signal);
  const warnings = () => connection.takeWarnings().map((text): Frame => ({ stream: 'stderr', text: `Warning: ${text}\n` }));
  let command = 'kubectl';
  let code = 0;
  try {
    const found = findVerb(words);
    command = `kubectl ${found.name}`.trim();
    if ('help' in found) { yield { stream: 'stdout', text: found.help }; yield { stream: 'exit', code: found.code ?? 0 }; return; }
    const { verb, rest } = found;
    const parsed = parseOrExplain(rest, verb);
    if (parsed.values['help'] === true) { yield { stream: 'stdout', text: verbHelp(verb, membersOf(verb.name)) }; yield { stream: 'exit', code: 0 }; return; }
    if (parsed.values['show-managed-fields'] === true) connection.showManagedFields();
    const wanted = impersonated(parsed.values);
    if (wanted) connection.impersonate(wanted);
    const output = verb.run(await contextOf(parsed, host, connection, command), parsed.args, parsed.values);
    for (let next = await output.next(); ; next = await output.next()) {
      yield* warnings();
      if (next.done) { code = next.value ?? 0; break; }
      yield frameOf(next.value);
    }
  } catch (error) {
    yield* warnings();
    const failure = failureOf(error, command);
    if (failure.text) yield { stream: 'stderr', text: failure.text };
    code = failure.exitCode;
  }
  yield { stream: 'exit', code };
}

const frameOf = (output: Output): Frame => (typeof output === 'string' ? { stream: 'stdout', text: `${output}\n` } : output);

function parseOrExplain(words: readonly string[], verb: Verb): Parsed {
  const flags = { ...globalFlags, ...verb.flags };
  let parsed: Parsed;
  try { parsed = parseFlags(words, flags); } catch (error) {
    if (error instanceof CommandError)
      throw new (error instanceof UnknownFlag ? UnknownFlag : CommandError)(`${error.message}\nSee 'kubectl ${verb.name} --help' for usage.`);
    throw error;
  }
  const missing = Object.entries(flags).filter(([name, flag]) => 'required' in flag && flag.required && !parsed.changed.has(name)).map(([name]) => `"${name}"`);
  if (missing.length > 0 && parsed.values['help'] !== true) throw new CommandError(`required flag(s) ${missing.join(', ')} not set`);
  return parsed;
}

/** Whom `--as` and its companions name. Throws CommandError for companions without it. */
function impersonated(values: Parsed['values']): Impersonated | undefined {
  const [name, groups, uid] = [values['as'], values['as-group'], values['as-uid']];
  const named = Array.isArray(groups) ? groups.map(String) : [];
  if (typeof name === 'string' && name) return { name, groups: named, ...(typeof uid === 'string' && uid && { uid }) };
  if (named.length > 0 || uid) throw new CommandError('requesting uid, groups or user-extra without impersonating a user');
  return undefined;
}

async function contextOf({ values, changed, dash }: Parsed, host: Host, connection: Connection, command: string): Promise<Context> {
  const { config } = host;
  const wanted = values['context'];
  const chosen = typeof wanted === 'string' && wanted ? config.data.contexts.find(({ name }) => name === wanted) : config.context;
  if (wanted && !chosen) throw new CommandError(`context "${String(wanted)}" does not exist`);
  const given = values['namespace'];
  const namespaceGiven = typeof given === 'string' && given !== '';
  // Settings of one's own need no server.
  const resources = command.startsWith('kubectl config') ? stockResources : await discover(host.api);
  return { ...host, connection, resources, command, changed, dash, namespaceGiven, namespace: namespaceGiven ? given : chosen?.namespace || 'default' };
}

type FoundVerb =
  { readonly name: string; readonly help: string; readonly code?: number } | { readonly name: string; readonly verb: Verb; readonly rest: readonly string[] };

/** Walks down the tree of commands; words that are flags stay for the verb. */
function findVerb(words: readonly string[]): FoundVerb {
  const { path, rest } = commandWords(words);
  if (path[0] === 'help') return helpFor(path.slice(1));
  if (path[0] === 'options') return { name: 'options', help: optionsHelp() };
  if (path.length === 0) {
    const parsed = parseFlags(rest, globalFlags);
    if (parsed.args.length > 0) throw new CommandError(unknownCommand(parsed.args[0] ?? ''));
    return { name: '', help: rootHelp([...verbs, ...groups]) };
  }
  const name = path.join(' ');
  const verb = verbs.find((each) => each.name === name);
  if (verb) return { name, verb, rest };
  const group = groups.find((each) => each.name === name);
  const wrong = rest.filter((word) => !word.startsWith('-'));
  if (group && wrong.length > 0) throw new UsageErrorFor(`unknown command ${JSON.stringify(wrong.join(' '))}`, `kubectl ${name}`);
  if (group) return { name, help: groupHelp(group, membersOf(name)), code: rest.some((word) => word === '--help' || word === '-h') ? 0 : 1 };
  throw new CommandError(unknownCommand(path[0] ?? ''));
}

/** A usage error whose command is not yet known to the runner. */
class UsageErrorFor extends CommandError {
  constructor(message: string, command: string) { super(`${message}\nSee '${command} -h' for help and examples`); }
}

function helpFor(path: readonly string[]): FoundVerb {
  const name = path.join(' ');
  const verb = verbs.find((each) => each.name === name);
  if (verb) return { name, help: verbHelp(verb, membersOf(name)) };
  const group: Group | undefined = groups.find((each) => each.name === name);
  return { name, help: group ? groupHelp(group, membersOf(name)) : rootHelp([...verbs, ...groups]) };
}

/** Other words for a subcommand. */
const aliases: Readonly<Record<string, string>> = {
  'create cm': 'create configmap', 'create deploy': 'create deployment', 'create svc': 'create service', 'create ns': 'create namespace',
  'create sa': 'create serviceaccount', 'create resourcequota': 'create quota',
  'create cj': 'create cronjob', 'create pc': 'create priorityclass', 'create pdb': 'create poddisruptionbudget', 'top nodes': 'top node',
  'top no': 'top node', 'top pods': 'top pod', 'top po': 'top pod', 'config use': 'config use-context',
};

/** The words that name the command, taken out of the line; flags before and between them stay in `rest`. */
export function commandWords(words: readonly string[]): { readonly path: readonly string[]; readonly rest: readonly string[] } {
  let path: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return { path, rest: [...rest, ...words.slice(i)] };
    if (word.startsWith('-') && word !== '-') {
      rest.push(word);
      if (takesNext(word, path) && i + 1 < words.length) rest.push(words[++i] ?? '');
      continue;
    }
    const longer = aliases[[...path, word].join(' ')]?.split(' ') ?? [...path, word];
    const name = longer.join(' ');
    if (name !== 'help' && path[0] !== 'help' && name !== 'options' && !isGroup(name) && !verbs.some((verb) => verb.name === name))
      return { path, rest: [...rest, ...words.slice(i)] };
    path = longer;
  }
  return { path, rest };
}

/** Whether a flag's value is the next word. */
function takesNext(word: string, path: readonly string[]): boolean {
  if (word.includes('=')) return false;
  const flags = { ...globalFlags, ...verbs.find((verb) => verb.name === path.join(' '))?.flags };
  const name = word.startsWith('--')
    ? word.slice(2)
    : Object.keys(flags).find((key) => Object.entries(flags).some(([each, { short }]) => each === key && short === word.slice(1)));
  const flag = Object.entries(flags).find(([each]) => each === name)?.[1];
  return flag !== undefined && flag.bare === undefined;
}

function unknownCommand(word: string): string {
  const names = [...verbs, ...groups].map(({ name }) => name).filter((name) => !name.includes(' '));
  const near = names.filter((name) => distance(word, name) <= 2 || name.startsWith(word.toLowerCase()));
  return `unknown command ${JSON.stringify(word)} for "kubectl"${near.length > 0 ? `\n\nDid you mean this?\n${near.map((name) => `\t${name}`).join('\n')}` : ''}`;
}

/** Levenshtein's: the least number of letters to change, add or leave out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1]?.toLowerCase() === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}
