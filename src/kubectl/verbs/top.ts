import type { KubeObject } from '../../api/types';
import { nodeMetricsFacts, podMetricsFacts, type NodeMetrics, type PodMetrics, type ResourceUsage } from '../../kinds/metrics/metrics';
import { formatDuration } from '../../lib/durations';
import { milliValue, value } from '../../lib/quantity';
import type { Node } from '../../schema/types';
import { allNamespacesFlag, fieldSelectorFlag } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, text } from '../flags';
import { tabbed } from '../printers/tab-writer';
import { mappingFor, mappingOf } from '../resources';
import { textAt } from '../values';
import { defineVerb, raw, stderr, type Context } from '../verb';

const common = {
  selector: text('Selector (label query) to filter on, supports \'=\', \'==\', \'!=\', \'in\', \'notin\'.(e.g. -l key1=value1,key2=value2).', { short: 'l' }),
  'sort-by': text("If non-empty, sort list using specified field. The field can be either 'cpu' or 'memory'.", { values: ['cpu', 'memory'] }),
  'no-headers': bool('If present, print output without headers.'),
  'show-swap': bool('Print resources related to swap memory.'),
};

/** How young pods may be without metrics. */
const metricsDelayMs = 120_000;

type Amounts = { readonly cpuMilli: number; readonly memoryBytes: number; readonly swapBytes: number };
const nothing: Amounts = { cpuMilli: 0, memoryBytes: 0, swapBytes: 0 };
const amountsOf = (usage: ResourceUsage): Amounts => ({ cpuMilli: milliValue(usage.cpu), memoryBytes: value(usage.memory), swapBytes: value(textAt(usage, 'swap') || '0') });
const plus = (a: Amounts, b: Amounts): Amounts =>
  ({ cpuMilli: a.cpuMilli + b.cpuMilli, memoryBytes: a.memoryBytes + b.memoryBytes, swapBytes: a.swapBytes + b.swapBytes });
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1_048_576)}Mi`;
const cells = ({ cpuMilli, memoryBytes, swapBytes }: Amounts, swap: boolean): readonly string[] =>
  [`${cpuMilli}m`, mebibytes(memoryBytes), ...(swap ? [mebibytes(swapBytes)] : [])];
const sumOf = ({ containers }: PodMetrics): Amounts => containers.map(({ usage }) => amountsOf(usage)).reduce(plus, nothing);

/** By name, or the greatest consumer first. */
function sorted<T>(items: readonly T[], by: string, nameOf: (item: T) => string, amounts: (item: T) => Amounts): readonly T[] {
  const key = (item: T): number => (by === 'cpu' ? amounts(item).cpuMilli : by === 'memory' ? amounts(item).memoryBytes : 0);
  return items.toSorted((a, b) => key(b) - key(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
}
const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Every cell ends a column, the last one too. */
const rows = (lines: readonly (readonly string[])[]): string =>
  tabbed(lines.map((line) => `${line.map((text) => `${text}\t`).join('')}\n`).join(''), { minWidth: 6, padding: 3, rememberWidths: true });

/** @throws CommandError or UsageError in the order in which kubectl looks. */
function check({ resources }: Context, args: readonly string[], selectors: readonly string[], sortBy: string, { noun, selector }: { readonly noun: string; readonly selector: string }): void {
  if (args.length > 1) throw new UsageError(`${noun} [NAME | -l label]`);
  if (sortBy && sortBy !== 'cpu' && sortBy !== 'memory') throw new CommandError('--sort-by accepts only cpu or memory');
  if (args.length > 0 && selectors.some(Boolean)) throw new CommandError(`only one of NAME or ${selector} can be provided`);
  if (!resources.all.some(({ group }) => group === nodeMetricsFacts.group)) throw new CommandError('Metrics API not available');
}

type Selectors = { readonly labelSelector?: string; readonly fieldSelector?: string };
const selectorsOf = (labelSelector: string, fieldSelector = ''): Selectors => ({ ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) });

/** The metrics of one object, or of all that a selector names. */
async function measured<T extends KubeObject>({ connection }: Context, facts: typeof nodeMetricsFacts, namespace: string | undefined, name: string | undefined,
  selectors: Selectors): Promise<readonly T[]> {
  const mapping = mappingOf(facts);
  const found = name === undefined ? (await connection.list(mapping, namespace, selectors)).items : [await connection.get({ mapping, namespace, name })];
  return found as readonly KubeObject[] as readonly T[];   // what the API serves under these names
}

export const topNode = defineVerb({
  name: 'top node', usage: 'top node [NAME | -l label]', summary: 'Display resource (CPU/memory) usage of nodes', completes: 'nodes',
  flags: { ...common, 'show-capacity': bool('Print node resources based on Capacity instead of Allocatable(default) of the nodes.') },
  async *run(context, args, flags) {
    check(context, args, [flags.selector], flags['sort-by'], { noun: 'node', selector: '--selector' });
    const [name] = args;
    const selectors = selectorsOf(flags.selector);
    const metrics = await measured<NodeMetrics>(context, nodeMetricsFacts, undefined, name, selectors);
    if (metrics.length === 0) throw new CommandError('metrics not available yet');
    const mapping = mappingFor('nodes');
    const nodes = (name === undefined ? (await context.connection.list(mapping, undefined, selectors)).items : [await context.connection.get({ mapping, name })]) as readonly Node[];
    const header = ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', ...(flags['show-swap'] ? ['SWAP(bytes)', 'SWAP(%)'] : [])];
    const known = new Map(nodes.map((node) => [node.metadata.name, node]));
    const lines = sorted(metrics, flags['sort-by'], placeOf, ({ usage }) => amountsOf(usage))
      .map((each) => nodeCells(each, known.get(each.metadata.name), flags));
    const silent = nodes.filter(({ metadata }) => !metrics.some((each) => each.metadata.name === metadata.name))
      .map(({ metadata }) => [metadata.name, ...header.slice(1).map(() => unknown)]);
    yield raw(rows([...(flags['no-headers'] ? [] : [header]), ...lines, ...silent]));
  },
});

const unknown = '<unknown>';

/** What a node uses, and of what it has; there is no cell for a share of something that it does not tell of. */
function nodeCells({ metadata, usage }: NodeMetrics, node: Node | undefined, flags: { readonly 'show-capacity': boolean; readonly 'show-swap': boolean }): readonly string[] {
  const all = (flags['show-capacity'] ? node?.status?.capacity : node?.status?.allocatable) ?? {};
  const { cpuMilli, memoryBytes, swapBytes } = amountsOf(usage);
  const swap = textAt(usage, 'swap') ? [mebibytes(swapBytes), ...share(swapBytes, node?.status?.nodeInfo?.swap?.capacity)] : [unknown, unknown];
  return [
    metadata.name, `${cpuMilli}m`, ...share(cpuMilli, all['cpu'] === undefined ? undefined : milliValue(all['cpu'])),
    mebibytes(memoryBytes), ...share(memoryBytes, all['memory'] === undefined ? undefined : value(all['memory'])), ...(flags['show-swap'] ? swap : []),
  ];
}

const share = (used: number, all: number | undefined): readonly string[] => (all === undefined ? [] : [`${all > 0 ? Math.trunc((used / all) * 100) : 0}%`]);

export const topPod = defineVerb({
  name: 'top pod', usage: 'top pod [NAME | -l label]', summary: 'Display resource (CPU/memory) usage of pods', completes: 'pods',
  flags: {
    ...common, ...allNamespacesFlag, ...fieldSelectorFlag, containers: bool('If present, print usage of containers within a pod.'), sum: bool('Print the sum of the resource usage'),
  },
  async *run(context, args, flags) {
    check(context, args, [flags.selector, flags['field-selector']], flags['sort-by'], { noun: 'pod', selector: 'selector' });
    const everywhere = flags['all-namespaces'];
    const swap = flags['show-swap'];
    const namespace = everywhere ? undefined : context.namespace;
    const selectors = selectorsOf(flags.selector, flags['field-selector']);
    const metrics = await measured<PodMetrics>(context, podMetricsFacts, namespace, args[0], selectors);
    if (metrics.length === 0) {
      await explainNothing(context, namespace, selectors);
      yield stderr(everywhere ? 'No resources found' : `No resources found in ${context.namespace} namespace.`);
      return;
    }
    const header = [...(everywhere ? ['NAMESPACE'] : []), ...(flags.containers ? ['POD'] : []), 'NAME', 'CPU(cores)', 'MEMORY(bytes)', ...(swap ? ['SWAP(bytes)'] : [])];
    const lines = sorted(metrics, flags['sort-by'], placeOf, sumOf).flatMap((pod) => {
      const place = [...(everywhere ? [pod.metadata.namespace ?? ''] : []), pod.metadata.name];
      if (!flags.containers) return [[...place, ...cells(sumOf(pod), swap)]];
      return sorted(pod.containers, flags['sort-by'], ({ name }) => name, ({ usage }) => amountsOf(usage)).map(({ name, usage }) => [...place, name, ...cells(amountsOf(usage), swap)]);
    });
    const totals = flags.sum ? sumLines(cells(metrics.map(sumOf).reduce(plus, nothing), swap), flags['no-headers'] ? 3 : header.length) : [];
    yield raw(rows([...(flags['no-headers'] ? [] : [header]), ...lines, ...totals]));
  },
});

/**
 * The sums under a line. kubectl counts two columns of amounts and one for the name, and others only by its header: with swap, or with namespaces but without a header,
 * the sums stand where it puts them.
 */
function sumLines(sums: readonly string[], columns: number): readonly (readonly string[])[] {
  const before = Array.from({ length: columns - 2 }, () => '');
  return [[...before, '________', '________'], [...before, ...sums]];
}

/** There are no metrics: because there are no pods, because they are young, or for no reason. */
async function explainNothing({ connection }: Context, namespace: string | undefined, selectors: Selectors): Promise<void> {
  const { items } = await connection.list(mappingFor('pods'), namespace, selectors);
  for (const { metadata } of items) {
    const ageMs = connection.now() - Date.parse(metadata.creationTimestamp);
    if (ageMs > metricsDelayMs) throw new CommandError(`Metrics not available for pod ${metadata.namespace ?? ''}/${metadata.name}, age: ${formatDuration(ageMs)}`);
  }
  if (items.length > 0) throw new CommandError('metrics not available yet');
}
