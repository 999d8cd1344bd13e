import { formatDuration } from '../lib/durations';
import { formatMicroTime } from '../lib/time';
import { timestamp } from '../lib/timestamp';
import { parseJsonText } from './json-text';
import { ProtobufError, WireReader, type WireField, type WireType } from './protobuf-wire';

/** A scalar: how it stands on the wire, what it is in JSON, and what it is when it is not there. */
export type Scalar = { readonly wireType: WireType; read(field: Pick<WireField, 'value' | 'bytes'>): unknown; readonly zero: unknown };

const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const textOf = (bytes: Uint8Array): string => textDecoder.decode(bytes);

export const scalars: Readonly<Record<string, Scalar>> = {
  string: { wireType: 2, read: ({ bytes }) => textOf(bytes), zero: '' },
  bytes: { wireType: 2, read: ({ bytes }) => base64(bytes), zero: null },
  bool: { wireType: 0, read: ({ value }) => value !== 0n, zero: false },
  int32: { wireType: 0, read: ({ value }) => Number(BigInt.asIntN(32, value)), zero: 0 },
  int64: { wireType: 0, read: ({ value }) => Number(BigInt.asIntN(64, value)), zero: 0 },
  double: { wireType: 1, read: ({ value }) => doubleOf(value), zero: 0 },
};

/** A message whose JSON is not an object of its fields. `emptyIsNil`: Go counts an empty one as not there. */
export type Special = {
  read(bytes: Uint8Array): unknown;
  readonly emptyIsNil?: boolean;
};

const firstSecond = -62_135_596_800;
const lastSecond = 253_402_300_799;

/** The special messages that hold no other message; {@link Special}s that do are the decoder's own. */
export const specials: Readonly<Record<string, Special>> = {
  Time: { read: (bytes) => (bytes.length === 0 ? null : timestamp(secondsOf(fieldsOf(bytes, 'Timestamp')) * 1_000)) },
  MicroTime: { read: (bytes) => (bytes.length === 0 ? null : microTime(fieldsOf(bytes, 'Timestamp'))) },
  Duration: { read: (bytes) => formatDuration(Number(BigInt.asIntN(64, fieldsOf(bytes, 'Duration').get(1)?.value ?? 0n)) / 1e6) },
  Quantity: { read: (bytes) => textIn(fieldsOf(bytes, 'Quantity'), 1) || '0' },
  IntOrString: { read: (bytes) => intOrString(fieldsOf(bytes, 'IntOrString')) },
  FieldsV1: { read: (bytes) => rawJson(fieldsOf(bytes, 'FieldsV1').get(1)?.bytes) },
  JSON: { read: (bytes) => rawJson(fieldsOf(bytes, 'JSON').get(1)?.bytes) },
  StringList: { read: strings, emptyIsNil: true },
};

/** The last of each field, as a message with single fields has it. */
export function fieldsOf(bytes: Uint8Array, type: string): ReadonlyMap<number, WireField> {
  const reader = new WireReader(bytes, type);
  const fields = new Map<number, WireField>();
  while (!reader.done) {
    const field = reader.field();
    fields.set(field.number, field);
  }
  return fields;
}

const textIn = (fields: ReadonlyMap<number, WireField>, number: number): string => textOf(fields.get(number)?.bytes ?? new Uint8Array());

function strings(bytes: Uint8Array): string[] {
  const reader = new WireReader(bytes, 'StringList');
  const list: string[] = [];
  while (!reader.done) {
    const field = reader.field();
    if (field.number === 1) list.push(textOf(field.bytes));
  }
  return list;
}

function secondsOf(fields: ReadonlyMap<number, WireField>): number {
  const seconds = Number(BigInt.asIntN(64, fields.get(1)?.value ?? 0n));
  if (seconds < firstSecond || seconds > lastSecond) throw new ProtobufError('Time.MarshalJSON: year outside of range [0,9999]');
  return seconds;
}

function microTime(fields: ReadonlyMap<number, WireField>): string {
  const nanos = Number(BigInt.asIntN(32, fields.get(2)?.value ?? 0n));
  return formatMicroTime(secondsOf(fields) * 1_000 + Math.trunc(nanos / 1_000) / 1_000);
}

function intOrString(fields: ReadonlyMap<number, WireField>): number | string {
  if (fields.get(1)?.value === 1n) return textIn(fields, 3);
  return Number(BigInt.asIntN(32, fields.get(2)?.value ?? 0n));
}

/** JSON inside of protobuf; nothing is null. */
export function rawJson(bytes: Uint8Array | undefined): unknown {
  if (!bytes || bytes.length === 0) return null;
  try { return parseJsonText(textOf(bytes)).value; } catch { throw new ProtobufError('invalid JSON in a raw field'); }
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  if (!Number.isFinite(value)) throw new ProtobufError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  return value;
}

const chunkBytes = 8_192;
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) text += String.fromCharCode(...bytes.subarray(at, at + chunkBytes));
  return btoa(text);
}
