import { parseDuration } from '../lib/durations';
import { base64ErrorAt } from '../lib/base64';
import { CelRuntimeError } from './errors';
import { dynType, type CelType, type ObjectType } from './types';

/** A value while an expression runs: int is bigint, double is number. */
export type Value = null | boolean | bigint | number | string | Uint8Array | Uint | Duration | Timestamp | Optional | TypeValue | CelMap | Opaque | readonly Value[];

export class Uint { constructor(readonly value: bigint) {} }
export class Duration { constructor(readonly nanos: bigint) {} }
/** Nanoseconds since 1970. */
export class Timestamp { constructor(readonly nanos: bigint) {} }
export class TypeValue { constructor(readonly type: string) {} }
/** A value that may be absent. */
export class Optional {
  constructor(readonly value: Value | undefined) {}
  static readonly none = new Optional(undefined);
}

/** A value of a library's own type: a quantity, an address, a decision. */
export abstract class Opaque {
  abstract readonly typeName: string;
  /** Whether it equals another of its type. */
  abstract equals(other: Opaque): boolean;
}

/** A map or a struct; keys compare across the numeric types. */
export abstract class CelMap {
  abstract readonly typeName: string;
  abstract get(key: Value): Value | undefined;
  abstract keys(): readonly Value[];
  get size(): number { return this.keys().length; }
}

/** What a literal makes. */
export class LiteralMap extends CelMap {
  readonly #entries = new Map<string, readonly [Value, Value]>();
  constructor(entries: Iterable<readonly [Value, Value]>, readonly typeName = 'map') {
    super();
    for (const [key, value] of entries) {
      const text = keyText(key);
      if (this.#entries.has(text)) throw new CelRuntimeError(`insert failed: key ${display(key)} already exists`);
      this.#entries.set(text, [key, value]);
    }
  }
  get(key: Value): Value | undefined { return this.#entries.get(keyText(key))?.[1]; }
  keys(): readonly Value[] { return [...this.#entries.values()].map(([key]) => key); }
}

const keyText = (key: Value): string => {
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'bigint' || typeof key === 'number') return `n${key}`;
  return typeof key === 'string' ? `s${key}` : String(key);
};

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of JSON, read as its type says when it is asked for a part. */
export class JsonMap extends CelMap {
  constructor(readonly raw: Raw, readonly type: CelType) { super(); }
  get typeName(): string { return this.type.kind === 'object' ? this.type.name : 'map'; }
  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const found = this.type.kind === 'object' ? member(this.type, key) : { property: key, type: this.type.kind === 'map' ? this.type.value : dynType };
    if (!found || !Object.hasOwn(this.raw, found.property)) return undefined;
    const value = this.raw[found.property];
    return value === undefined ? undefined : fromJson(value, found.type);
  }
  keys(): readonly Value[] { return Object.keys(this.raw).filter((key) => this.raw[key] !== undefined); }
}

const member = (type: ObjectType, key: string) => type.field(key);

/** A JSON value, as its type reads it. A value that is one already stays. @throws CelRuntimeError for a time that is none */
export function fromJson(value: unknown, type: CelType): Value {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'boolean': case 'bigint': return value;
    case 'string': return fromText(value, type);
    case 'number': return type.kind === 'double' || !Number.isInteger(value) ? value : BigInt(value);
  }
  if (Array.isArray(value)) {
    const element = type.kind === 'list' ? type.element : dynType;
    return value.map((item: unknown) => fromJson(item, element));
  }
  if (isValue(value)) return value;
  return isRaw(value) ? new JsonMap(value, type) : null;
}

const isValue = (value: object): value is Uint | Duration | Timestamp | Optional | TypeValue | CelMap | Opaque | Uint8Array =>
  value instanceof CelMap || value instanceof Opaque || value instanceof Optional || value instanceof Timestamp || value instanceof Duration
    || value instanceof Uint8Array || value instanceof Uint || value instanceof TypeValue;

function fromText(text: string, type: CelType): Value {
  switch (type.kind) {
    case 'timestamp': return new Timestamp(parseTimestamp(text));
    case 'duration': return new Duration(durationNanos(text));
    case 'bytes': return bytesOfBase64(text);
    default: return text;
  }
}

/** @throws CelRuntimeError for text that is no base64 */
export function bytesOfBase64(text: string): Uint8Array {
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  const wrong = base64ErrorAt(padded);
  if (wrong !== undefined) throw new CelRuntimeError(`illegal base64 data at input byte ${wrong}`);
  return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
}

/** Nanoseconds of an RFC 3339 time, or of a date. @throws CelRuntimeError */
export function parseTimestamp(text: string): bigint {
  const match = /^(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|z|[-+]\d\d:\d\d))?$/.exec(text);
  const [, date = '', time = '00:00:00', fraction = '', zone = 'Z'] = match ?? [];
  const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (!match || Number.isNaN(milliseconds)) throw new CelRuntimeError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`);
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds of a Go duration. @throws CelRuntimeError */
export function durationNanos(text: string): bigint {
  try {
    return BigInt(Math.round(parseDuration(text) * 1e6));
  } catch (error) { throw new CelRuntimeError(error instanceof Error ? error.message : String(error)); }
}

/** What `type(value)` is called. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'bigint': return 'int';
    case 'number': return 'double';
    case 'boolean': return 'bool';
    case 'string': return 'string';
  }
  if (value === null) return 'null_type';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeValue) return 'type';
  return value instanceof CelMap || value instanceof Opaque ? value.typeName : 'list';
}

/** Array.isArray, which does not know readonly arrays. */
export const isListValue = (value: Value): value is readonly Value[] => Array.isArray(value);

const numeric = (value: Value): bigint | number | undefined => (value instanceof Uint ? value.value : typeof value === 'bigint' || typeof value === 'number' ? value : undefined);

/** 1n is 1.0, which === denies. */
function isSameNumber(a: bigint | number, b: bigint | number): boolean {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? a === b : Number.isInteger(b) && a === BigInt(b);
  return typeof b === 'bigint' ? isSameNumber(b, a) : a === b;
}

/** CEL's equality: across numeric types by value, otherwise only within one type. */
export function equals(a: Value, b: Value): boolean {
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== undefined || right !== undefined) return left !== undefined && right !== undefined && isSameNumber(left, right);
  if (a === b) return true;
  if (isListValue(a)) return isListValue(b) && a.length === b.length && a.every((item, i) => equals(item, itemOf(b, i)));
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.type === b.type;
  if (a instanceof Optional) return b instanceof Optional && (a.value === undefined || b.value === undefined ? a.value === b.value : equals(a.value, b.value));
  if (a instanceof CelMap) return b instanceof CelMap && a.size === b.size && a.keys().every((key) => equalAt(a, b, key));
  return a instanceof Opaque && b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
}

const itemOf = (list: readonly Value[], index: number): Value => list[index] ?? null;
function equalAt(a: CelMap, b: CelMap, key: Value): boolean {
  const [left, right] = [a.get(key), b.get(key)];
  return left !== undefined && right !== undefined && equals(left, right);
}

/** Less than, equal to or more than zero; undefined for values without an order between them. */
export function compare(a: Value, b: Value): number | undefined {
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if ((a instanceof Duration && b instanceof Duration) || (a instanceof Timestamp && b instanceof Timestamp)) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return undefined;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A value in a message. */
export const display = (value: Value): string => (value instanceof Uint ? String(value.value) : typeof value === 'string' ? value : String(value));
