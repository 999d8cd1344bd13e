import type { Row } from './row';

const number = (value: number): string => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 1_000) / 1_000));

/** The rows as a table, aim beside value. */
export function printTable(rows: readonly Row[]): void {
  const header = ['measured', 'value', 'unit', 'aim', 'met'];
  const body = rows.map(({ name, value, unit, aim, met }) => [name, number(value), unit, number(aim), met ? 'yes' : 'NO']);
  const widths = header.map((title, column) => Math.max(title.length, ...body.map((cells) => (cells[column] ?? '').length)));
  for (const cells of [header, ...body]) console.log(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
