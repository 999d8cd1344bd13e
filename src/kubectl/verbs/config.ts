import { CommandError, UsageError } from '../errors';
import { bool, text } from '../flags';
import { printerFor } from '../printers/output';
import { tabbed } from '../printers/tab-writer';
import { defineVerb, raw, stderr, type Verb } from '../verb';
import type { ContextEntry } from '../config';

const currentContext = defineVerb({
  name: 'config current-context', usage: 'config current-context', summary: 'Display the current-context', flags: {}, completes: 'none',
  async *run({ config }) {
    if (!config.data.currentContext) throw new CommandError('current-context is not set');
    yield config.data.currentContext;
  },
});

const getContexts = defineVerb({
  name: 'config get-contexts', usage: 'config get-contexts [(-o|--output=)name)]', summary: 'Describe one or many contexts', completes: 'contexts',
  flags: { output: text('Output format. One of: (name).', { short: 'o', values: ['name'] }), 'no-headers': bool('Do not print headers.') },
  async *run({ config }, args, flags) {
    const { contexts, currentContext: current } = config.data;
    const missing = args.filter((name) => !contexts.some((entry) => entry.name === name));
    const shown = contexts.filter(({ name }) => args.length === 0 || args.includes(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (flags.output !== '' && flags.output !== 'name') throw new CommandError(`output must be one of '' or 'name': ${flags.output}`);
    if (flags.output === 'name') { for (const { name } of shown) yield name; } else {
      const rows = shown.map(({ name, cluster, user, namespace = '' }) => [name === current ? '*' : '', name, cluster, user, namespace]);
      yield raw(table([...(flags['no-headers'] ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']]), ...rows]));
    }
    if (missing.length > 0) throw new CommandError(`context ${missing[0]} not found`);
  },
});

const table = (rows: readonly (readonly string[])[]): string => tabbed(rows.map((cells) => `${cells.join('\t')}\n`).join(''), { minWidth: 6, padding: 3 });

const useContext = defineVerb({
  name: 'config use-context', usage: 'config use-context CONTEXT_NAME', summary: 'Set the current-context in a kubeconfig file', flags: {},
  completes: 'contexts',
  async *run({ config }, [name, ...more]) {
    if (name === undefined || more.length > 0) throw new UsageError(`Unexpected args: [${[name, ...more].filter(Boolean).join(' ')}]`);
    if (!config.data.contexts.some((entry) => entry.name === name)) throw new CommandError(`no context exists with the name: ${JSON.stringify(name)}`);
    config.data = { ...config.data, currentContext: name };
    yield `Switched to context ${JSON.stringify(name)}.`;
  },
});

const setContext = defineVerb({
  name: 'config set-context', usage: 'config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  summary: 'Set a context entry in kubeconfig', completes: 'contexts',
  flags: {
    current: bool('Modify the current context'), cluster: text('cluster for the context entry in kubeconfig'),
    user: text('user for the context entry in kubeconfig'),
  },
  async *run({ config, namespaceGiven, namespace }, [given, ...more], flags) {
    if (more.length > 0) throw new UsageError(`Unexpected args: [${[given, ...more].join(' ')}]`);
    if (flags.current && given !== undefined) throw new CommandError('you cannot specify both a context name and --current');
    if (flags.current && !config.data.currentContext) throw new CommandError('no current context is set');
    const name = flags.current ? config.data.currentContext : given;
    if (name === undefined) throw new CommandError('you must specify a non-empty context name or --current');
    const before: ContextEntry = config.data.contexts.find((entry) => entry.name === name) ?? { name, cluster: '', user: '' };
    const known = config.set({
      ...before, ...(flags.cluster && { cluster: flags.cluster }), ...(flags.user && { user: flags.user }), ...(namespaceGiven && { namespace })
    });
    yield `Context ${JSON.stringify(name)} ${known ? 'modified' : 'created'}.`;
  },
});

const view = defineVerb({
  name: 'config view', usage: 'config view [flags]', summary: 'Display merged kubeconfig settings or a specified kubeconfig file', completes: 'none',
  flags: {
    output: text('Output format. One of: (json, yaml, jsonpath).', { short: 'o', initial: 'yaml', values: ['yaml', 'json', 'jsonpath='] }),
    minify: bool('Remove all information not used by current-context from the output'),
    raw: bool('Display raw byte data and sensitive data', { hidden: true }),
  },
  async *run({ config }, _, flags) {
    const printer = printerFor(flags.output);
    if (printer) yield raw(printer(config.view(flags.minify)));
  },
});

const simpleList = (name: string, summary: string, entry: (config: { readonly cluster: string; readonly user: string }) => string): Verb =>
  defineVerb({ name: `config ${name}`, usage: `config ${name}`, summary, flags: {}, completes: 'none', async *run({ config }) { yield 'NAME'; yield entry(config.data); } });

const renameContext = defineVerb({
  name: 'config rename-context', usage: 'config rename-context CONTEXT_NAME NEW_NAME', summary: 'Rename a context from the kubeconfig file', flags: {},
  completes: 'contexts',
  async *run({ config }, [from, to, ...more]) {
    if (from === undefined || to === undefined || more.length > 0) throw new UsageError(`exactly two arguments are required`);
    const { contexts, currentContext: current } = config.data;
    if (!contexts.some(({ name }) => name === from)) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, it's not in the kubeconfig`);
    if (contexts.some(({ name }) => name === to))
      throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists`);
    config.data = {
      ...config.data, contexts: contexts.map((entry) => (entry.name === from ? { ...entry, name: to } : entry)),
      currentContext: current === from ? to : current,
    };
    yield `Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.`;
  },
});

const deleteContext = defineVerb({
  name: 'config delete-context', usage: 'config delete-context NAME', summary: 'Delete the specified context from the kubeconfig', flags: {},
  completes: 'contexts',
  async *run({ config }, [name]) {
    if (name === undefined) throw new UsageError('you must specify a context');
    const { contexts, currentContext: current } = config.data;
    if (!contexts.some((entry) => entry.name === name)) throw new CommandError(`cannot delete context ${name}, not in the kubeconfig`);
    if (current === name) yield stderr('warning: this removed your active context, use "kubectl config use-context" to select a different one');
    config.data = { ...config.data, contexts: contexts.filter((entry) => entry.name !== name) };
    yield `deleted context ${name} from the kubeconfig`;
  },
});

export const configVerbs: readonly Verb[] = [
  currentContext, deleteContext, simpleList('get-clusters', 'Display clusters defined in the kubeconfig', ({ cluster }) => cluster), getContexts,
  simpleList('get-users', 'Display users defined in the kubeconfig', ({ user }) => user), renameContext, setContext, useContext, view,
];
