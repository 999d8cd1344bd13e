import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { Place, Table } from '../connection';
import { CommandError, throwAll } from '../errors';
import { listOf } from '../printers/output';
import { relaxed, valuesAt } from '../printers/json-path';
import { TablePrinter, type TableOptions } from '../printers/table';
import type { Mapping } from '../resources';
import { manifestTargets, targetsOf, withKind, type Targets } from '../targets';
import type { JsonRecord } from '../values';
import { raw, stderr, type Context, type Output, type Run } from '../verb';

/** What `kubectl get` was asked, beside its arguments. */
export type GetRequest = {
  readonly selector: string;
  readonly fieldSelector: string;
  readonly allNamespaces: boolean;
  readonly filenames: readonly string[];
  readonly recursive: boolean;
  readonly sortBy: string;
  readonly ignoreNotFound: boolean;
  readonly subresource: string;
  readonly table: TableOptions;
  readonly watchEvents: boolean;
  readonly watchOnly: boolean;
};

/** What the arguments and `-f` name; errors of single manifests stand beside. */
export async function targetsOfGet(context: Context, args: readonly string[], request: GetRequest): Promise<Targets & { readonly errors: readonly unknown[] }> {
  if (request.filenames.length > 0) {
    const { targets, errors } = await manifestTargets(context, request.filenames, request.recursive);
    return { named: targets, kinds: [], errors };
  }
  const targets = targetsOf(context.resources, args, context.namespace);
  if (targets.named.length > 0 && (request.selector || request.fieldSelector)) throw new CommandError('name cannot be provided when a selector is specified');
  if (targets.named.length > 0 && request.allNamespaces) throw new CommandError('a resource cannot be retrieved by name across all namespaces');
  return { ...targets, errors: [] };
}

export const listOptions = ({ selector, fieldSelector }: GetRequest) => ({
  ...(selector && { labelSelector: selector }), ...(fieldSelector && { fieldSelector })
});

/** One table with the kind it shows. */
export type MappedTable = { readonly mapping: Mapping; readonly table: Table };

/** Reads all that was asked for as tables; what failed stands beside. */
async function readTables(
  context: Context, { named, kinds }: Targets, request: GetRequest,
): Promise<{ readonly tables: readonly MappedTable[]; readonly errors: readonly unknown[] }> {
  const { connection } = context;
  const tables: MappedTable[] = [];
  const errors: unknown[] = [];
  for (const each of named) {
    try { tables.push({ mapping: each.mapping, table: await readTable(context, each, request) }); } catch (error) {
      if (!(request.ignoreNotFound && StatusError.is(error, 'NotFound'))) errors.push(error);
    }
  }
  for (const mapping of kinds) {
    try {
      const table = await connection.table(
        mapping, request.allNamespaces ? undefined : context.namespace, { ...listOptions(request), ...(request.sortBy && { includeObject: 'Object' }) },
      );
      tables.push({ mapping, table });
    } catch (error) { errors.push(error); }
  }
  return { tables, errors };
}

const readTable = async ({ connection }: Context, at: Place, { subresource, sortBy }: GetRequest): Promise<Table> =>
  await connection.call({
    verb: 'get', resource: at.mapping.resource, version: at.mapping.version, namespace: at.namespace, name: at.name, as: 'table',
    ...(subresource && { subresource }), ...(sortBy && { options: { includeObject: 'Object' } }),
  }) as Table;

/** The human form: tables, one block for each kind. */
export async function* printTables(context: Context, args: readonly string[], request: GetRequest): Run {
  const targets = await targetsOfGet(context, args, request);
  const { tables, errors } = await readTables(context, targets, request);
  const filled = tables.filter(({ table }) => table.rows.length > 0);
  yield* blocks(sorted(filled, request.sortBy), { ...request.table, ...tableScope(request, tables) });
  const all = [...targets.errors, ...errors];
  if (filled.length === 0 && all.length === 0 && !request.ignoreNotFound) yield stderr(nothingFound(context, tables.map(({ mapping }) => mapping), request));
  throwAll(all);
}

/** What only several kinds or all namespaces need to show. */
export const tableScope = (request: GetRequest, shown: readonly { readonly mapping: Mapping }[]): Pick<TableOptions, 'withKind' | 'withNamespace'> =>
  ({ withKind: request.table.withKind || new Set(shown.map(({ mapping }) => mapping.resource)).size > 1, withNamespace: request.allNamespaces });

const nothingFound = ({ namespace }: Context, mappings: readonly Mapping[], { allNamespaces }: GetRequest): string =>
  mappings.some(({ namespaced }) => namespaced) && !allNamespaces ? `No resources found in ${namespace} namespace.` : 'No resources found';

function* blocks(tables: readonly MappedTable[], options: TableOptions): Generator<Output> {
  let printer: TablePrinter | undefined;
  let last: Mapping | undefined;
  for (const { mapping, table } of tables) {
    if (!printer || mapping !== last) {
      if (printer) yield raw(`${printer.flush()}\n`);
      printer = new TablePrinter(mapping, { ...options, withNamespace: (options.withNamespace ?? false) && mapping.namespaced });
    }
    printer.add(table);
    last = mapping;
  }
  if (printer) yield raw(printer.flush());
}

/** Rows in the order of a field of their objects; rows of several kinds are sorted each for itself. */
function sorted(tables: readonly MappedTable[], sortBy: string): readonly MappedTable[] {
  if (!sortBy) return tables;
  return tables.map(({ mapping, table }) => ({ mapping, table: { ...table, rows: sortedBy(sortBy, table.rows, ({ object }) => object) } }));
}

/** Stable; throws CommandError when no object has the field. */
export function sortedBy<T>(sortBy: string, items: readonly T[], objectOf: (item: T) => unknown): readonly T[] {
  const path = relaxed(sortBy);
  const keyed = items.map((item) => ({ item, key: valuesAt(path, objectOf(item))[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new CommandError(`couldn't find any field with path "${relaxedText(sortBy)}" in the list of objects`);
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

const relaxedText = (path: string): string => (path.startsWith('{') ? path : `{${path.startsWith('.') ? '' : '.'}${path}}`);
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined ? 0 : -1) + Number(a === undefined ? 0 : 1);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

/** The objects themselves: one alone, or a List. `check` throws what failed, after the rest was printed. */
export async function printObjects(
  context: Context, args: readonly string[], request: GetRequest, output: string,
): Promise<{ readonly value?: JsonRecord; check(): void }> {
  const targets = await targetsOfGet(context, args, request);
  const errors: unknown[] = [...targets.errors];
  const objects: KubeObject[] = [];
  for (const each of targets.named) {
    try { objects.push(await context.connection.get(each, 'object', request.subresource)); } catch (error) {
      if (!(request.ignoreNotFound && StatusError.is(error, 'NotFound'))) errors.push(error);
    }
  }
  for (const mapping of targets.kinds) {
    const { items } = await context.connection.list(mapping, request.allNamespaces ? undefined : context.namespace, listOptions(request));
    objects.push(...items.map((item) => withKind(item, mapping)));
  }
  const check = () => throwAll(errors);
  const single = targets.kinds.length === 0 && targets.named.length === 1;
  const [first] = objects;
  if (single) return { ...(first && { value: first }), check };
  if (objects.length === 0 && (errors.length > 0 || output === 'name')) return { check };
  return { value: listOf(request.sortBy ? sortedBy(request.sortBy, objects, (object) => object) : objects), check };
}
