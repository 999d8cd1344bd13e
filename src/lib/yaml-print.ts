import { isList, isObject, type JsonObject } from './json';
import { byNaturalOrder, foldAt, literal, scalar } from './yaml-scalars';

/** A value as kubectl prints YAML: keys in natural order, lists at their key's indentation, long texts folded after column 80. */
export function printYaml(value: unknown): string {
  const lines: string[] = [];
  node(value, 0, '', lines);
  return `${lines.join('\n')}\n`;
}

/** Appends `value` after `lead`, which is the text already on its line (`  key:`, `  -`, or nothing). */
function node(value: unknown, indent: number, lead: string, lines: string[]): void {
  if (isList(value) && value.length > 0) {
    if (lead) lines.push(lead);
    for (const item of value) listItem(item, indent, lines);
    return;
  }
  const entries = isObject(value) ? entriesOf(value) : [];
  if (entries.length > 0) {
    if (lead) lines.push(lead);
    for (const [key, child] of entries) member(key, child, indent, ' '.repeat(indent), lines);
    return;
  }
  lines.push(...leaf(value, indent, lead));
}

const entriesOf = (value: JsonObject): [string, unknown][] =>
  Object.entries(value).filter(([, child]) => child !== undefined).sort(([a], [b]) => byNaturalOrder(a, b));

/** A list below a key starts in the key's own column. */
function member(key: string, value: unknown, indent: number, lead: string, lines: string[]): void {
  node(value, isList(value) ? indent : indent + 2, `${lead}${scalar(key, true)}:`, lines);
}

/** The first line of an item shares the line of its dash. */
function listItem(item: unknown, indent: number, lines: string[]): void {
  const dash = `${' '.repeat(indent)}-`;
  const inner = indent + 2;
  if (isList(item) && item.length > 0) {
    const nested: string[] = [];
    for (const child of item) listItem(child, inner, nested);
    lines.push(`${dash} ${nested.join('\n').slice(inner)}`);
    return;
  }
  const [first, ...rest] = isObject(item) ? entriesOf(item) : [];
  if (!first) return void lines.push(...leaf(item, inner, dash));
  member(first[0], first[1], inner, `${dash} `, lines);
  for (const [key, child] of rest) member(key, child, inner, ' '.repeat(inner), lines);
}

function leaf(value: unknown, indent: number, lead: string): string[] {
  const head = lead ? `${lead} ` : '';
  if (typeof value !== 'string') return [`${head}${plain(value)}`];
  const block = literal(value, indent);
  if (block) return [`${head}${block.header}`, ...block.lines];
  return foldAt(80, `${head}${scalar(value)}`, head.length, ' '.repeat(indent));
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (isList(value)) return '[]';
  return typeof value === 'object' ? '{}' : String(value);
}
