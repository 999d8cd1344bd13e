import { CelRuntimeError } from '../errors';
import { durationText, timestampText } from '../time-text';
import { CelMap, Duration, isListValue, Timestamp, TypeValue, typeName, Uint, type Value } from '../values';

/** `'%s has %d'.format(['a', 1])`, as the strings extension. @throws CelRuntimeError */
export function formatted(template: string, args: readonly Value[]): string {
  let next = 0;
  const made = template.replace(/%(?:%|(\.\d+)?([a-zA-Z])|(.?))/g, (clause: string, precision: string | undefined, verb: string | undefined) => {
    if (clause === '%%') return '%';
    if (verb === undefined) throw new CelRuntimeError(`could not parse formatting clause: unexpected end of string`);
    const value = args[next];
    if (value === undefined) throw new CelRuntimeError(`index ${next} out of range`);
    next++;
    const write = verbs[verb];
    if (!write) throw new CelRuntimeError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
    return write(value, precision === undefined ? 6 : Number(precision.slice(1)), verb);
  });
  return made;
}

type Write = (value: Value, precision: number, verb: string) => string;

const wrongType = (clause: string, value: Value): CelRuntimeError =>
  new CelRuntimeError(`error during formatting: ${clause} can only be formatted from ${wanted[clause] ?? 'other types'}, was given ${typeName(value)}`);
const wanted: Readonly<Record<string, string>> = { decimal: 'integers and doubles', 'fixed-point': 'doubles', octal: 'integers', binary: 'integers and bools',
  hex: 'integers, bytes, and strings', scientific: 'doubles' };

const wholeOf = (value: Value): bigint | undefined => (typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined);

const inBase = (clause: string, base: number): Write => (value) => {
  const whole = typeof value === 'boolean' && base === 2 ? BigInt(value) : wholeOf(value);
  if (whole === undefined) throw wrongType(clause, value);
  return whole.toString(base);
};

const hexadecimal: Write = (value, _precision, verb) => {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const text = bytes instanceof Uint8Array ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('') : inBase('hex', 16)(value, 0, 'x');
  return verb === 'X' ? text.toUpperCase() : text;
};

const real = (clause: string, write: (value: number, precision: number) => string): Write => (value, precision) => {
  const number = typeof value === 'number' ? value : wholeOf(value) === undefined ? undefined : Number(wholeOf(value));
  if (number === undefined) throw wrongType(clause, value);
  return Number.isFinite(number) ? write(number, precision) : special(number);
};

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
const exponent = (value: number, precision: number): string => value.toExponential(precision).replace(/e([-+])(\d)$/, 'e$10$2');

const verbs: Readonly<Record<string, Write>> = {
  s: (value) => shown(value),
  d: (value) => (typeof value === 'number' ? (Number.isFinite(value) ? String(value) : special(value)) : inBase('decimal', 10)(value, 0, 'd')),
  f: real('fixed-point', (value, precision) => value.toFixed(precision)),
  e: real('scientific', exponent),
  b: inBase('binary', 2),
  o: inBase('octal', 8),
  x: hexadecimal,
  X: hexadecimal,
};

function shown(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : special(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Duration) return durationText(value.nanos);
  if (value instanceof Timestamp) return timestampText(value.nanos);
  if (value instanceof TypeValue) return value.type;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (isListValue(value)) return `[${value.map(shown).join(', ')}]`;
  if (!(value instanceof CelMap)) return typeof value === 'object' ? typeName(value) : String(value);
  return `{${value.keys().map((key) => `${shown(key)}: ${shown(value.get(key) ?? null)}`).sort().join(', ')}}`;
}
