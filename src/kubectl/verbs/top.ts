import type { KubeObject } from '../../api/types';
import { nodeMetricsFacts, podMetricsFacts, type NodeMetrics, type PodMetrics, type ResourceUsage } from '../../kinds/metrics/metrics';
import { formatDuration } from '../../lib/durations';
import { milliValue, value } from '../../lib/quantity';
import type { Node } from '../../schema/types';
import { allNamespacesFlag } from '../common-flags';
import { CommandError } from '../errors';
import { bool, text } from '../flags';
import { tabbed } from '../printers/tab-writer';
import { mappingFor, mappingOf } from '../resources';
import { defineVerb, raw, stderr, type Context } from '../verb';

const common = {
  selector: text('Selector (label query) to filter on, supports \'=\', \'==\', \'!=\', \'in\', \'notin\'.(e.g. -l key1=value1,key2=value2).', { short: 'l' }),
  'sort-by': text("If non-empty, sort list using specified field. The field can be either 'cpu' or 'memory'.", { values: ['cpu', 'memory'] }),
  'no-headers': bool('If present, print output without headers.'),
};

/** How young pods may be without metrics. */
const metricsDelayMs = 120_000;

type Amounts = { readonly cpuMilli: number; readonly memoryBytes: number };
const amountsOf = ({ cpu, memory }: ResourceUsage): Amounts => ({ cpuMilli: milliValue(cpu), memoryBytes: value(memory) });
const cells = ({ cpuMilli, memoryBytes }: Amounts): readonly string[] => [`${cpuMilli}m`, `${Math.floor(memoryBytes / 1_048_576)}Mi`];
const sumOf = ({ containers }: PodMetrics): Amounts => containers.map(({ usage }) => amountsOf(usage))
  .reduce((sum, { cpuMilli, memoryBytes }) => ({ cpuMilli: sum.cpuMilli + cpuMilli, memoryBytes: sum.memoryBytes + memoryBytes }), { cpuMilli: 0, memoryBytes: 0 });

/** By name, or the greatest consumer first. */
function sorted<T extends KubeObject>(items: readonly T[], by: string, amounts: (item: T) => Amounts): readonly T[] {
  const key = (item: T): number => (by === 'cpu' ? amounts(item).cpuMilli : by === 'memory' ? amounts(item).memoryBytes : 0);
  const place = ({ metadata }: T): string => `${metadata.namespace ?? ''}/${metadata.name}`;
  return items.toSorted((a, b) => key(b) - key(a) || (place(a) < place(b) ? -1 : 1));
}

const rows = (lines: readonly (readonly string[])[]): string => tabbed(lines.map((line) => `${line.join('\t')}\n`).join(''), { minWidth: 10, padding: 3 });

function check({ resources }: Context, args: readonly string[], selector: string, sortBy: string): void {
  if (args.length > 1) throw new CommandError(`unexpected arguments: ${args.slice(1).join(' ')}`);
  if (args.length > 0 && selector) throw new CommandError('only one of NAME or --selector can be provided');
  if (sortBy && sortBy !== 'cpu' && sortBy !== 'memory') throw new CommandError('--sort-by accepts only cpu or memory');
  if (!resources.all.some(({ group }) => group === nodeMetricsFacts.group)) throw new CommandError('Metrics API not available');
}

/** The metrics of one object, or of all that a selector names. */
async function measured<T extends KubeObject>({ connection }: Context, facts: typeof nodeMetricsFacts, namespace: string | undefined, name: string | undefined,
  labelSelector: string): Promise<readonly T[]> {
  const mapping = mappingOf(facts);
  const found = name === undefined ? (await connection.list(mapping, namespace, labelSelector ? { labelSelector } : {})).items : [await connection.get({ mapping, namespace, name })];
  return found as readonly KubeObject[] as readonly T[];   // what the API serves under these names
}

export const topNode = defineVerb({
  name: 'top node', usage: 'top node [NAME | -l label]', summary: 'Display resource (CPU/memory) usage of nodes', completes: 'nodes',
  flags: { ...common, 'show-capacity': bool('Print node resources based on Capacity instead of Allocatable(default) of the nodes.') },
  async *run(context, args, flags) {
    check(context, args, flags.selector, flags['sort-by']);
    const [name] = args;
    const metrics = await measured<NodeMetrics>(context, nodeMetricsFacts, undefined, name, flags.selector);
    const mapping = mappingFor('nodes');
    const nodes = (name === undefined
      ? (await context.connection.list(mapping, undefined, flags.selector ? { labelSelector: flags.selector } : {})).items : [await context.connection.get({ mapping, name })]) as readonly Node[];
    if (metrics.length === 0) throw new CommandError('metrics not available yet');
    const available = new Map(nodes.map((node) => [node.metadata.name, (flags['show-capacity'] ? node.status?.capacity : node.status?.allocatable) ?? {}]));
    const lines = sorted(metrics, flags['sort-by'], ({ usage }) => amountsOf(usage)).map(({ metadata, usage }) => {
      const all = available.get(metadata.name);
      const used = amountsOf(usage);
      const [cpu = '', memory = ''] = cells(used);
      return [metadata.name, cpu, percent(used.cpuMilli, milliValue(all?.['cpu'] ?? '0')), memory, percent(used.memoryBytes, value(all?.['memory'] ?? '0'))];
    });
    const silent = nodes.filter(({ metadata }) => !metrics.some((each) => each.metadata.name === metadata.name))
      .map(({ metadata }) => [metadata.name, ...Array.from({ length: 4 }, () => '<unknown>')]);
    yield raw(rows([...(flags['no-headers'] ? [] : [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']]), ...lines, ...silent]));
  },
});

const percent = (used: number, all: number): string => (all > 0 ? `${Math.trunc((used / all) * 100)}%` : '<unknown>');

export const topPod = defineVerb({
  name: 'top pod', usage: 'top pod [NAME | -l label]', summary: 'Display resource (CPU/memory) usage of pods', completes: 'pods',
  flags: { ...common, ...allNamespacesFlag, containers: bool('If present, print usage of containers within a pod.') },
  async *run(context, args, flags) {
    check(context, args, flags.selector, flags['sort-by']);
    const everywhere = flags['all-namespaces'];
    if (everywhere && args.length > 0) throw new CommandError('a resource cannot be retrieved by name across all namespaces');
    const namespace = everywhere ? undefined : context.namespace;
    const metrics = await measured<PodMetrics>(context, podMetricsFacts, namespace, args[0], flags.selector);
    if (metrics.length === 0) {
      await explainNothing(context, namespace, flags.selector);
      yield stderr(everywhere ? 'No resources found' : `No resources found in ${context.namespace} namespace.`);
      return;
    }
    const header = [...(everywhere ? ['NAMESPACE'] : []), ...(flags.containers ? ['POD'] : []), 'NAME', 'CPU(cores)', 'MEMORY(bytes)'];
    const lines = sorted(metrics, flags['sort-by'], sumOf).flatMap((pod) => {
      const { metadata, containers } = pod;
      const place = [...(everywhere ? [metadata.namespace ?? ''] : []), metadata.name];
      return flags.containers ? containers.map(({ name, usage }) => [...place, name, ...cells(amountsOf(usage))]) : [[...place, ...cells(sumOf(pod))]];
    });
    yield raw(rows([...(flags['no-headers'] ? [] : [header]), ...lines]));
  },
});

/** There are no metrics: because there are no pods, because they are young, or for no reason. */
async function explainNothing({ connection }: Context, namespace: string | undefined, labelSelector: string): Promise<void> {
  const { items } = await connection.list(mappingFor('pods'), namespace, labelSelector ? { labelSelector } : {});
  for (const { metadata } of items) {
    const ageMs = connection.now() - Date.parse(metadata.creationTimestamp);
    if (ageMs > metricsDelayMs) throw new CommandError(`Metrics not available for pod ${metadata.namespace ?? ''}/${metadata.name}, age: ${formatDuration(ageMs)}`);
  }
  if (items.length > 0) throw new CommandError('metrics not available yet');
}
