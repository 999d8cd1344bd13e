import type { CoreV1Event } from '../../schema/types';
import { age } from '../../kinds/columns';
import { allNamespacesFlag } from '../common-flags';
import { interval } from '../describe/events';
import { CommandError } from '../errors';
import { bool, list, text } from '../flags';
import { listOf, printerFor } from '../printers/output';
import { TabWriter } from '../printers/tab-writer';
import { mappingFor } from '../resources';
import { targetsOf, withKind } from '../targets';
import { defineVerb, raw, stderr, type Context } from '../verb';

const eventTypes = new Set(['Normal', 'Warning']);
const timeOf = ({ lastTimestamp, series, eventTime, metadata }: CoreV1Event): number =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp) || 0;

export const events = defineVerb({
  name: 'events',
  category: 'Troubleshooting and Debugging Commands',
  usage: 'events [(-o|--output=)json|yaml] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  summary: 'List events',
  examples: ['# What happened to a pod', 'kubectl events --for pod/web-1', '', '# Only warnings, as they come', 'kubectl events --types=Warning --watch'],
  completes: 'none',
  flags: {
    ...allNamespacesFlag,
    output: text('Output format. One of: (json, yaml, name, jsonpath).', { short: 'o', values: ['json', 'yaml', 'name'] }),
    for: text('Filter events to only those pertaining to the specified resource.'),
    types: list('Output only events of given types.', {}),
    watch: bool('After listing the requested events, watch for more events.', { short: 'w' }),
    'no-headers': bool("When using the default output format, don't print headers."),
  },

  async *run(context, _, flags) {
    const wrong = flags.types.find((type) => !eventTypes.has(capitalised(type)));
    if (wrong !== undefined) throw new CommandError('valid --types are Normal or Warning');
    const mapping = mappingFor('events');
    const namespace = flags['all-namespaces'] ? undefined : context.namespace;
    const selector = flags.for ? selectorFor(context, flags.for) : '';
    const types = new Set(flags.types.map(capitalised));
    const wanted = (event: CoreV1Event) => types.size === 0 || types.has(event.type ?? '');
    const printer = printerFor(flags.output);
    const { items, metadata } = await context.connection.list(mapping, namespace, selector ? { fieldSelector: selector } : {});
    const found = (items as readonly CoreV1Event[]).filter(wanted).sort((a, b) => timeOf(a) - timeOf(b));
    const rows = new Rows(flags['all-namespaces'], flags['no-headers'], () => context.connection.now());
    if (printer) yield raw(printer(listOf(found.map((event) => withKind(event, mapping)))));
    else if (found.length > 0) yield raw(rows.print(found));
    else if (!flags.watch) yield stderr(flags['all-namespaces'] ? 'No events found.' : `No events found in ${context.namespace} namespace.`);
    if (!flags.watch) return;
    for await (const { type, object } of context.connection.watch(
      mapping, { namespace, since: metadata.resourceVersion, ...(selector && { fieldSelector: selector }) },
    )) {
      const event = object as CoreV1Event;
      if (type === 'DELETED' || type === 'BOOKMARK' || !wanted(event)) continue;
      yield raw(printer ? printer(object) : rows.print([event]));
    }
  },
});

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

function selectorFor({ resources, namespace }: Context, word: string): string {
  const [target] = targetsOf(resources, [word], namespace).named;
  if (!target) throw new CommandError('--for must be in resource/name form');
  return `involvedObject.kind=${target.mapping.kind},involvedObject.apiVersion=${target.mapping.apiVersion},involvedObject.name=${target.name}`;
}

class Rows {
  readonly #writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
  #headed: boolean;
  constructor(private readonly withNamespace: boolean, noHeaders: boolean, private readonly now: () => number) { this.#headed = noHeaders; }

  print(found: readonly CoreV1Event[]): string {
    if (!this.#headed) this.#line([...(this.withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
    this.#headed = true;
    for (const event of found) this.#line([
      ...(this.withNamespace ? [event.metadata.namespace] : []), lastSeen(event, this.now()), event.type ?? '', event.reason ?? '',
      `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`, (event.message ?? '').trim(),
    ]);
    return this.#writer.flush();
  }

  #line(cells: readonly string[]): void { this.#writer.write(`${cells.join('\t')}\n`); }
}

const lastSeen = (event: CoreV1Event, now: number): string => (event.series || (event.count ?? 0) > 1 ? interval(event, now) : age(
  event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp, now,
));
