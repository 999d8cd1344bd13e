import { isRecord } from '../values';

/** JSON as Go's encoding/json writes a map: keys in byte order, `<`, `>` and `&` escaped. With `indent` on several lines. */
export const toJson = (value: unknown, indent = ''): string => write(value, indent, '');

function write(value: unknown, indent: string, margin: string): string {
  if (Array.isArray(value)) return enclosed('[', value.map((item) => write(item, indent, margin + indent)), ']', indent, margin);
  if (!isRecord(value)) return quoted(value);
  const members = Object.entries(value).filter(([, child]) => child !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => `${quoted(key)}:${indent && ' '}${write(child, indent, margin + indent)}`);
  return enclosed('{', members, '}', indent, margin);
}

const enclosed = (open: string, parts: readonly string[], close: string, indent: string, margin: string): string =>
  parts.length === 0 ? open + close
    : indent ? `${open}\n${parts.map((part) => margin + indent + part).join(',\n')}\n${margin}${close}` : `${open}${parts.join(',')}${close}`;

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };
const quoted = (value: unknown): string => (JSON.stringify(value) ?? 'null').replace(/[<>&\u2028\u2029]/g, (letter) => escapes[letter] ?? letter);
