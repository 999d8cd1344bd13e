import type { WatchEvent } from '../../api/types';
import { isTable, type Table } from '../connection';
import { CommandError } from '../errors';
import type { Printer } from '../printers/output';
import { TablePrinter } from '../printers/table';
import { printYaml } from '../../lib/yaml';
import type { Mapping } from '../resources';
import { withKind, type Targets } from '../targets';
import { raw, type Context, type Run } from '../verb';
import { listOptions, tableScope, targetsOfGet, type GetRequest } from './get-once';

/** A kind, or one object of it. */
type Watched = { readonly mapping: Mapping; readonly namespace: string | undefined; readonly fieldSelector: string; readonly name?: string };

function watchedOf({ named, kinds }: Targets, context: Context, request: GetRequest): Watched {
  const [first] = [...named, ...kinds.map((mapping) => ({ mapping, name: undefined, namespace: request.allNamespaces ? undefined : context.namespace }))];
  if (!first || named.length + kinds.length > 1)
    throw new CommandError(`watch is only supported on individual resources and resource collections - more than 1 resource was found`);
  const byName = first.name === undefined ? '' : `metadata.name=${first.name}`;
  return {
    mapping: first.mapping, namespace: first.mapping.namespaced ? first.namespace : undefined,
    fieldSelector: [byName, request.fieldSelector].filter(Boolean).join(','), ...(first.name !== undefined && { name: first.name })
  };
}

const selectors = ({ fieldSelector }: Watched, request: GetRequest) => ({ ...listOptions(request), ...(fieldSelector && { fieldSelector }) });

/** Tables, row by row as changes come; ends only when interrupted. */
export async function* watchTables(context: Context, args: readonly string[], request: GetRequest): Run {
  const watched = watchedOf(await targetsOfGet(context, args, request), context, request);
  const { mapping, namespace } = watched;
  if (watched.name !== undefined) await context.connection.get({ mapping, namespace, name: watched.name }, 'metadata');
  const options = { ...request.table, ...tableScope(request, [watched]), withNamespace: request.allNamespaces && mapping.namespaced };
  const table = await context.connection.table(mapping, namespace, selectors(watched, request));
  const printers = new EventPrinter(mapping, options, request.watchEvents);
  if (!request.watchOnly && table.rows.length > 0) yield raw(printers.print('ADDED', table, table.columnDefinitions));
  let columns = table.columnDefinitions;
  for await (const { type, object: change } of context.connection.watch(
    mapping, { namespace, since: table.metadata?.resourceVersion ?? '', ...selectors(watched, request), as: 'table' },
  )) {
    if (type === 'BOOKMARK' || !isTable(change)) continue;
    if (change.columnDefinitions?.length > 0) columns = change.columnDefinitions;
    yield raw(printers.print(type, change, columns));
  }
}

/** One table for all events; the column EVENT says what happened to the row. */
class EventPrinter {
  readonly #printer: TablePrinter;
  #event = '';

  constructor(mapping: Mapping, options: ConstructorParameters<typeof TablePrinter>[1], withEvents: boolean) {
    const current = () => this.#event;
    this.#printer = new TablePrinter(mapping, withEvents ? { ...options, get event() { return current(); } } : options);
  }

  print(event: string, table: Table, columns: Table['columnDefinitions']): string {
    this.#event = event;
    this.#printer.add(table, columns);
    return this.#printer.flush();
  }
}

/** Whole objects as changes come, in the form of `-o`. */
export async function* watchObjects(context: Context, args: readonly string[], request: GetRequest, printer: Printer): Run {
  const watched = watchedOf(await targetsOfGet(context, args, request), context, request);
  const { mapping, namespace } = watched;
  if (watched.name !== undefined) await context.connection.get({ mapping, namespace, name: watched.name }, 'metadata');
  const { items, metadata } = await context.connection.list(mapping, namespace, selectors(watched, request));
  const print = separated(printer, request.watchEvents);
  if (!request.watchOnly) for (const item of items) yield raw(print({ type: 'ADDED', object: withKind(item, mapping) }));
  for await (const event of context.connection.watch(mapping, { namespace, since: metadata.resourceVersion, ...selectors(watched, request) }))
    if (event.type !== 'BOOKMARK') yield raw(print(event));
}

/** YAML documents are set apart by `---`. */
function separated(printer: Printer, withEvents: boolean): (event: WatchEvent) => string {
  const yaml = printer({ a: 1 }) === printYaml({ a: 1 });
  let first = true;
  return ({ type, object }) => {
    const text = printer(withEvents ? { type, object } : object);
    const separator = yaml && !first ? '---\n' : '';
    first = false;
    return separator + text;
  };
}
