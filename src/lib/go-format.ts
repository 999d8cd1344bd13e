import { byText, isList, isObject } from './json';

/** Go's `%v` of a JSON value: `map[a:1 b:[x y]]`, `<nil>`. */
export function formatGo(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (isList(value)) return `[${value.map(formatGo).join(' ')}]`;
  if (isObject(value)) return `map[${Object.keys(value).sort(byText).map((key) => `${key}:${formatGo(value[key])}`).join(' ')}]`;
  return typeof value === 'number' ? formatGoNumber(value) : String(value);
}

/** Whole numbers plainly; others as Go's shortest `%v` of a float64: exponents below -4 and from 21 up. */
export function formatGoNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e21) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Math.abs(Number(exponent));
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${power < 10 ? `0${power}` : power}`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };

/** Go's `%q`. */
export const quoteGo = (text: string): string => `"${text.replace(/[\\"\p{Cc}]/gu, (char) => escapes[char] ?? escaped(char.charCodeAt(0)))}"`;
const escaped = (code: number): string => (code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** Go's name for what a JSON value is, as in "cannot unmarshal string". */
export function jsonKind(value: unknown): 'null' | 'string' | 'number' | 'bool' | 'array' | 'object' {
  if (value === null || value === undefined) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : typeof value === 'number' || typeof value === 'bigint' ? 'number' : 'object';
}

/** Go's name for the type that a JSON value is decoded to when no type is asked: `map[string]interface {}`. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
