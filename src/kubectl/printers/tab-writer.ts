export type TabWriterOptions = {
  /** The least width of a column, padding included. */
  readonly minWidth?: number;
  readonly padding: number;
  /** Columns keep the width they once had, so that rows printed later line up. */
  readonly rememberWidths?: boolean;
};

/**
 * Lines up text cells that end in a tab, as Go's text/tabwriter does: a column is a block of neighbouring lines that have a cell there,
 * and the last cell of a line belongs to no column.
 */
export class TabWriter {
  #text = '';
  readonly #seen: number[] = [];

  constructor(private readonly options: TabWriterOptions) {}

  write(text: string): void { this.#text += text; }

  /** What was written since the last flush, lined up. */
  flush(): string {
    if (this.#text === '') return '';
    const lines = this.#text.split('\n').map((line) => line.split('\t'));
    this.#text = '';
    const printed = lines.map(() => '');
    this.#format(lines, [], 0, lines.length, (index, line) => { printed[index] = line; });
    return printed.join('\n');
  }

  #format(lines: readonly string[][], widths: readonly number[], from: number, to: number, print: (index: number, line: string) => void): void {
    const column = widths.length;
    const hasCell = (index: number) => column < (lines[index]?.length ?? 0) - 1;
    for (let index = from; index < to;) {
      if (!hasCell(index)) {
        print(index, padded(lines[index] ?? [], widths));
        index++;
        continue;
      }
      let end = index;
      while (end < to && hasCell(end)) end++;
      this.#format(lines, [...widths, this.#width(lines.slice(index, end), column)], index, end, print);
      index = end;
    }
  }

  #width(block: readonly string[][], column: number): number {
    const { minWidth = 0, padding, rememberWidths } = this.options;
    const width = Math.max(minWidth, ...block.map((line) => [...(line[column] ?? '')].length + padding));
    if (!rememberWidths) return width;
    return (this.#seen[column] = Math.max(this.#seen[column] ?? 0, width));
  }
}

const padded = (cells: readonly string[], widths: readonly number[]): string =>
  cells.map((cell, column) => {
    const width = widths[column];
    return width === undefined || column === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, width - [...cell].length));
  }).join('');

/** Lines up one text: describe's two spaces. */
export function tabbed(text: string, options: TabWriterOptions = { padding: 2 }): string {
  const writer = new TabWriter(options);
  writer.write(text);
  return writer.flush();
}
