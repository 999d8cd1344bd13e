import type { Table } from '../connection';
import type { Mapping } from '../resources';
import { printedKind } from '../resources';
import { textsAt } from '../values';
import { TabWriter } from './tab-writer';

export type TableOptions = {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  readonly withNamespace?: boolean;
  /** `pod/` before each name: several kinds are shown. */
  readonly withKind?: boolean;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  /** What stands in a column EVENT before all others; none when undefined. */
  readonly event?: string;
};

/** Prints server-side tables as `kubectl get` does: columns at least six wide, three spaces between, headers once. */
export class TablePrinter {
  readonly #writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
  #headed = false;

  constructor(private readonly mapping: Mapping, private readonly options: TableOptions) {}

  /** Adds a table's rows. They come out with `flush`, so that all that is printed at once lines up. */
  add(table: Table, columns: Table['columnDefinitions'] = table.columnDefinitions): void {
    const shown = columns.map((column, index) => ({ column, index })).filter(({ column }) => this.options.wide || column.priority === 0);
    if (!this.#headed && !this.options.noHeaders) this.#line(this.#headers(shown.map(({ column }) => column.name.toUpperCase())));
    this.#headed = true;
    for (const row of table.rows) this.#line(this.#cells(
      shown.map(({ index }) => cellText(row.cells[index])), row, shown.findIndex(({ column }) => column.format === 'name'),
    ));
  }

  flush(): string { return this.#writer.flush(); }

  #line(cells: readonly string[]): void { this.#writer.write(`${cells.join('\t')}\n`); }

  #headers(names: readonly string[]): string[] {
    const { event, withNamespace, labelColumns = [], showLabels } = this.options;
    const last = (label: string) => (label.split('/').at(-1) ?? label).toUpperCase();
    return [
      ...(event === undefined ? [] : ['EVENT']), ...(withNamespace ? ['NAMESPACE'] : []), ...names, ...labelColumns.map(last),
      ...(showLabels ? ['LABELS'] : [])
    ];
  }

  #cells(cells: readonly string[], { object }: Table['rows'][number], nameAt: number): string[] {
    const { event, withNamespace, withKind, labelColumns = [], showLabels } = this.options;
    const labels = textsAt(object, 'metadata', 'labels');
    return [
      ...(event === undefined ? [] : [event]),
      ...(withNamespace ? [object?.metadata.namespace ?? ''] : []),
      ...cells.map((cell, index) => (withKind && index === nameAt ? `${printedKind(this.mapping)}/${cell}` : cell)),
      ...labelColumns.map((label) => labels[label] ?? '<none>'),
      ...(showLabels ? [formatLabels(labels)] : []),
    ];
  }
}

/** Only the first line of a cell is shown. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell);
  const end = text.search(/[\f\n\r]/);
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll('\t', ' ');
}

/** `a=b,c=d` in order of keys, or `<none>`. */
export const formatLabels = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
