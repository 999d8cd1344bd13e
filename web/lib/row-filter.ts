import type { Row } from './table-feed';

/** A filter as it is typed: text, `/regular expression/`, `key=value` for a label, and `!` before any of them for the opposite. */
export function rowFilter(typed: string): (row: Row) => boolean {
  const text = typed.trim();
  if (text === '') return () => true;
  if (text.startsWith('!')) { const inner = rowFilter(text.slice(1)); return text.length === 1 ? () => true : (row) => !inner(row); }
  const [, key, value] = /^([\w./-]+)=([\w.-]*)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return ({ metadata }) => metadata.labels?.[key]?.startsWith(value) ?? false;
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  const expression = pattern === undefined ? undefined : compile(pattern);
  const matches = expression ? (each: string) => expression.test(each) : (each: string) => each.toLowerCase().includes(text.toLowerCase());
  return ({ cells, metadata }) => matches(metadata.namespace ?? '') || cells.some((cell) => matches(String(cell ?? '')));
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'i');
  } catch {
    return undefined;   // half typed: until it is whole it is plain text
  }
}
