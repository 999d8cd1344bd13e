import { CommandError, UsageError } from '../errors';
import { bool, text } from '../flags';
import { mappingFor, type Mapping } from '../resources';
import { printerFor } from '../printers/output';
import { tabbed } from '../printers/tab-writer';
import { listAt, textAt } from '../values';
import { defineVerb, raw } from '../verb';
import { kubernetesVersion, versionInfo } from '../version';

const rows = (lines: readonly (readonly string[])[]): string => tabbed(lines.map((cells) => `${cells.join('\t')}\n`).join(''), { minWidth: 6, padding: 3 });

export const apiResources = defineVerb({
  name: 'api-resources', category: 'Other Commands', usage: 'api-resources [flags]', summary: 'Print the supported API resources on the server',
  completes: 'none',
  flags: {
    output: text('Output format. One of: (wide, name).', { short: 'o', values: ['wide', 'name'] }),
    'api-group': text('Limit to resources in the specified API group.'),
    namespaced: bool('If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.', { initial: true }),
    'no-headers': bool("When using the default or custom-column output format, don't print headers."),
    verbs: text('Limit to resources that support the specified verbs.'),
    categories: text('Limit to resources that belong to the specified categories.'),
    'sort-by': text('If non-empty, sort list of resources using specified field (name, kind).', { values: ['name', 'kind'] }),
    cached: bool('Use the cached list of resources if available.', { hidden: true }),
  },

  async *run({ changed, resources }, args, flags) {
    if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(' ')}]`);
    if (!['', 'wide', 'name'].includes(flags.output)) throw new CommandError(`--output ${flags.output} is not available`);
    const verbs = flags.verbs.split(',').filter(Boolean);
    const categories = flags.categories.split(',').filter(Boolean);
    const shown =
      [...resources.preferred].filter((mapping) => (!changed.has('api-group') || mapping.group === flags['api-group']) && (!changed.has('namespaced') || mapping.namespaced === flags.namespaced)
      && verbs.every((verb) => mapping.verbs.includes(verb))
        && categories.every((category) => mapping.categories.includes(category))).sort(orderOf(flags['sort-by']));
    if (flags.output === 'name') { for (const mapping of shown) yield mapping.resource; return; }
    const wide = flags.output === 'wide';
    const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
    yield raw(rows([...(flags['no-headers'] ? [] : [header]), ...shown.map(({ plural, shortNames, apiVersion, namespaced, kind, verbs: can, categories: of }) =>
      [plural, shortNames.join(','), apiVersion, String(namespaced), kind, ...(wide ? [[...can].sort().join(','), of.join(',')] : [])])]));
  },
});

const orderOf = (field: string) => (a: Mapping, b: Mapping): number => {
  const key = ({ group, plural, kind }: Mapping) => (field === 'name' ? plural : field === 'kind' ? kind : `${group}\0${plural}`);
  return key(a) < key(b) ? -1 : Number(key(a) > key(b));
};

export const apiVersions = defineVerb({
  name: 'api-versions', category: 'Other Commands', usage: 'api-versions',
  summary: 'Print the supported API versions on the server, in the form of "group/version"', flags: {}, completes: 'none',
  async *run({ resources }) { yield* [...new Set(resources.all.map(({ apiVersion }) => apiVersion))].sort(); },
});

export const version = defineVerb({
  name: 'version', category: 'Other Commands', usage: 'version [flags]', summary: 'Print the client and server version information', completes: 'none',
  flags: {
    client: bool('If true, shows client version only (no server required).'),
    output: text("One of 'yaml' or 'json'.", { short: 'o', values: ['yaml', 'json'] }),
  },
  async *run(_, __, flags) {
    if (!['', 'yaml', 'json'].includes(flags.output)) throw new CommandError(`--output must be 'yaml' or 'json'`);
    const printer = printerFor(flags.output);
    if (printer) yield raw(printer({ clientVersion: versionInfo, ...(!flags.client && { serverVersion: versionInfo }) }));
    else yield `Client Version: ${kubernetesVersion}${flags.client ? '' : `\nServer Version: ${kubernetesVersion}`}`;
  },
});

export const clusterInfo = defineVerb({
  name: 'cluster-info', category: 'Cluster Management Commands', usage: 'cluster-info [flags]', summary: 'Display cluster information', flags: {},
  completes: 'none',
  async *run({ connection, config }) {
    const { server } = config.data;
    yield `Kubernetes control plane is running at ${server}`;
    const { items } = await connection.list(mappingFor('services'), 'kube-system', { labelSelector: 'kubernetes.io/cluster-service=true' });
    for (const service of items) {
      const port = textAt(listAt(service, 'spec', 'ports')[0], 'name');
      const name = textAt(service, 'metadata', 'labels', 'kubernetes.io/name') || service.metadata.name;
      yield `${name} is running at ${server}/api/v1/namespaces/kube-system/services/${service.metadata.name}${port && `:${port}`}/proxy`;
    }
    yield "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.";
  },
});
