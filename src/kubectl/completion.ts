import { StatusError } from '../api/status';
import type { KubeObject, ObjectList } from '../api/types';
import type { ApiClient } from './client';
import { globalFlags } from './common-flags';
import type { KubeConfig } from './config';
import type { AnyFlag, Flags } from './flags';
import { groups, membersOf, verbs } from './registry';
import { discover } from './discovery';
import { stockResources, type Mapping, type Resources } from './resources';
import { commandWords } from './run';
import type { Verb } from './verb';

/** What may come next; `files` says that a path is wanted instead. */
export type Candidates = { readonly matches: readonly string[]; readonly files?: true };

/** What can stand at the cursor: `words` come after `kubectl`, `last` is what is already typed of the word. Asks the server for names. */
export async function completeKubectl(words: readonly string[], last: string, api: ApiClient, config: KubeConfig): Promise<Candidates> {
  const { path, rest } = commandWords(words);
  const name = path.join(' ');
  const verb = verbs.find((each) => each.name === name);
  const flags: Flags = { ...globalFlags, ...verb?.flags };
  const namespace = namespaceIn(words) ?? config.namespace;
  const previous = words.at(-1) ?? '';
  const wanting = last.startsWith('-') ? undefined : flagWanting(previous, flags);
  if (wanting) return await valuesOf(wanting, api, config, flags[wanting]);
  const equals = /^--([^=]+)=/.exec(last);
  if (equals) {
    const { matches, files } = await valuesOf(equals[1] ?? '', api, config, flags[equals[1] ?? '']);
    return { matches: matches.map((value) => `--${equals[1]}=${value}`), ...(files && { files }) };
  }
  if (last.startsWith('-')) return { matches: flagNames(flags) };
  const args = positional(rest, flags);
  if (!verb || (args.length === 0 && membersOf(name).length > 0)) {
    const members = path.length === 0 ? topLevel : membersOf(name).map((member) => member.name.slice(name.length + 1));
    if (!verb) return { matches: path[0] === 'help' ? topLevel : members };
    return { matches: [...members, ...(await argumentsOf(verb, args, last, namespace, api, config)).matches] };
  }
  return await argumentsOf(verb, args, last, namespace, api, config);
}

const topLevel: readonly string[] = [...new Set([...verbs, ...groups].map(({ name }) => name.split(' ')[0] ?? name))];

const flagNames = (flags: Flags): readonly string[] =>
  Object.entries(flags).filter(([, { hidden }]) => !hidden).flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]);

/** The flag whose value comes next, if the word before is one that takes a value. */
function flagWanting(word: string, flags: Flags): string | undefined {
  if (!/^--?[^=]+$/.test(word) || word === '--' || word === '-') return undefined;
  const found = Object.entries(flags).find(([name, { short }]) => word === `--${name}` || (short !== undefined && /^-[^-]/.test(word) && word.endsWith(short)));
  return found && found[1].bare === undefined ? found[0] : undefined;
}

function positional(words: readonly string[], flags: Flags): readonly string[] {
  return words.filter((word, index) => !word.startsWith('-') && !flagWanting(words[index - 1] ?? '', flags));
}

function namespaceIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '-n' || word === '--namespace');
  return (at >= 0 ? words[at + 1] : undefined) ?? words.map((word) => /^(?:--namespace=|-n=?)(.+)$/.exec(word)?.[1]).find((found) => found !== undefined);
}

const fileValues = new Set(['filename', 'patch-file', 'from-file', 'from-env-file', 'cert', 'key']);

async function valuesOf(flag: string, api: ApiClient, config: KubeConfig, known: AnyFlag | undefined): Promise<Candidates> {
  if (fileValues.has(flag)) return { matches: [], files: true };
  if (flag === 'namespace') return { matches: await names(api, stockResources.find('namespaces'), undefined) };
  if (flag === 'context') return { matches: config.data.contexts.map(({ name }) => name) };
  return { matches: known?.values ?? [] };
}

async function argumentsOf(
  { completes = 'none' }: Verb, args: readonly string[], last: string, namespace: string, api: ApiClient, config: KubeConfig,
): Promise<Candidates> {
  const resources = completes === 'none' || completes === 'contexts' ? stockResources : await discover(api);
  if (typeof completes !== 'string') return { matches: args.length === 0 ? completes : args.length === 1 ? typesOf(resources) : [] };
  switch (completes) {
    case 'none': return { matches: [] };
    case 'types': return { matches: args.length === 0 ? typesOf(resources) : [] };
    case 'contexts': return { matches: config.data.contexts.map(({ name }) => name) };
    case 'nodes': return { matches: args.length === 0 ? await names(api, resources.find('nodes'), undefined) : [] };
    case 'pods': return { matches: args.length === 0 ? [...await slashed(api, resources, last, namespace), ...await names(api, resources.find('pods'), namespace)] : [] };
    case 'resources':
      if (last.includes('/')) return { matches: await slashed(api, resources, last, namespace) };
      return { matches: args.length === 0 ? typesOf(resources) : await names(api, resources.find(args[0] ?? ''), namespace) };
  }
}

/** Names of kinds as people type them. */
const typesOf = (resources: Resources): readonly string[] =>
  resources.preferred.filter(({ verbs: can }) => can.includes('list')).map(({ plural, group, resource }) => (resources.find(plural)?.group === group ? plural : resource));

async function slashed(api: ApiClient, resources: Resources, last: string, namespace: string): Promise<readonly string[]> {
  const slash = last.indexOf('/');
  const type = last.slice(0, slash);
  return slash < 0 ? [] : (await names(api, resources.find(type), namespace)).map((name) => `${type}/${name}`);
}

/** What the server has of a kind; nothing when it cannot be asked. */
async function names(api: ApiClient, mapping: Mapping | undefined, namespace: string | undefined): Promise<readonly string[]> {
  if (!mapping) return [];
  try {
    const { body } = await api.call({
      verb: 'list', resource: mapping.resource, version: mapping.version, namespace: mapping.namespaced ? namespace : undefined, as: 'metadata',
    });
    return (body as ObjectList<KubeObject>).items.map(({ metadata }) => metadata.name);
  } catch (error) { if (error instanceof StatusError) return []; throw error; }
}
