import { mostDepth } from '../lib/json-depth';
import { put } from '../lib/json';
import { magic, messageFrom, messageOf, protobufMessage, type ProtobufField, type ProtobufMessage } from './protobuf-facts';
import { fieldsOf, rawJson, scalars, specials, textOf } from './protobuf-values';
import { ProtobufError, WireReader, type WireField } from './protobuf-wire';

export { ProtobufError } from './protobuf-wire';

/** Bytes that are no enveloped object at all: what they would be of is not known. */
export class EnvelopeError extends ProtobufError {}

/** What the envelope says of the object in it, and the object's own bytes. */
export type Envelope = { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array };

const none = new Uint8Array();
/** The zero of every type. */
const nothing = { value: 0n, bytes: none };
const unknown = messageFrom('Unknown', { 1: ['typeMeta', 'bytes'], 2: ['raw', 'bytes'], 3: ['contentEncoding', 'string'], 4: ['contentType', 'string'] });
const typeMeta = messageFrom('TypeMeta', { 1: ['aPIVersion', 'string'], 2: ['kind', 'string'] });

const isEnveloped = (bytes: Uint8Array): boolean => magic.every((byte, at) => bytes[at] === byte);

/** Takes the envelope off. Throws EnvelopeError in upstream's words. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new EnvelopeError('empty data');
  if (!isEnveloped(bytes)) throw new EnvelopeError(`provided data does not appear to be a protobuf message, expected prefix [${magic.join(' ')}]`);
  if (bytes.length === magic.length) throw new EnvelopeError('empty body');
  try {
    const fields = new Fields(unknown, [bytes.subarray(magic.length)]);
    const type = new Fields(typeMeta, [fields.last(1)?.bytes ?? none]);
    return { apiVersion: textOf(type.last(1)?.bytes ?? none), kind: textOf(type.last(2)?.bytes ?? none), raw: fields.last(2)?.bytes ?? none };
  } catch (error) {
    if (error instanceof ProtobufError) throw new EnvelopeError(error.message);
    throw error;
  }
}

/**
 * The JSON form of an object in an envelope, as Go would encode it. Of a kind that has no message only its type is known.
 * Throws ProtobufError in upstream's words.
 */
export const decodeProtobuf = (envelope: Envelope): Readonly<Record<string, unknown>> => objectJson(envelope, 0);

function objectJson({ apiVersion, kind, raw }: Envelope, depth: number): Readonly<Record<string, unknown>> {
  const message = messageOf(apiVersion, kind);
  const type = { ...(kind && { kind }), ...(apiVersion && { apiVersion }) };
  return message === undefined ? type : { ...type, ...messageJson(protobufMessage(message), [raw], depth) };
}

/** The fields of one message: all that was there, by number. A message that comes in several parts is one. */
class Fields {
  readonly #found = new Map<number, WireField[]>();

  constructor(message: ProtobufMessage, parts: readonly Uint8Array[]) {
    for (const part of parts) {
      const reader = new WireReader(part, message.goName);
      while (!reader.done) this.#add(message, reader.field());
    }
  }

  all(number: number): readonly WireField[] { return this.#found.get(number) ?? []; }
  last(number: number): WireField | undefined { return this.#found.get(number)?.at(-1); }

  #add({ byNumber }: ProtobufMessage, read: WireField): void {
    const field = byNumber.get(read.number);
    if (!field) return;
    const expected = field.shape === 'map' ? 2 : scalars[field.type]?.wireType ?? 2;
    const packed = field.shape === 'list' && read.wireType === 2;
    if (read.wireType !== expected && !packed) throw new ProtobufError(`proto: wrong wireType = ${read.wireType} for field ${field.goName}`);
    const list = this.#found.get(read.number);
    if (list) list.push(read); else this.#found.set(read.number, [read]);
  }
}

function messageJson(message: ProtobufMessage, parts: readonly Uint8Array[], depth: number): Record<string, unknown> {
  if (depth > mostDepth) throw new ProtobufError('exceeded max depth');
  const fields = new Fields(message, parts);
  const object: Record<string, unknown> = {};
  for (const field of message.fields) {
    const found = fields.all(field.number);
    if (field.shape === 'inline') Object.assign(object, messageJson(protobufMessage(field.type), found.map(({ bytes }) => bytes), depth + 1));
    else {
      const value = fieldJson(field, found, depth);
      if (value !== undefined) object[field.name] = value;
    }
  }
  return object;
}

/** The value JSON has for a field; undefined when it leaves it out. */
function fieldJson(field: ProtobufField, found: readonly WireField[], depth: number): unknown {
  const nil = field.omitEmpty ? undefined : null;
  switch (field.shape) {
    case 'list': {
      const items = listOf(field.type, found, depth);
      return items.length === 0 ? nil : items;
    }
    case 'map': return found.length === 0 ? nil : mapOf(field.type, found, depth);
    default: {
      if (field.pointer) return found.length === 0 ? nil : valueOf(field.type, found, depth);
      return plain(field, found, depth);
    }
  }
}

/** A field that is no pointer: its zero value is written, or left out if it says so and is no struct. */
function plain(field: ProtobufField, found: readonly WireField[], depth: number): unknown {
  const { type, omitEmpty, omitZero } = field;
  const scalar = scalars[type];
  if (scalar) {
    const last = found.at(-1);
    const value = last ? scalar.read(last) : scalar.zero;
    return omitEmpty && (value === scalar.zero || value === '') ? undefined : value;
  }
  const value = valueOf(type, found, depth);
  if (omitZero && value === null) return undefined;
  if (!specials[type]?.emptyIsNil || (Array.isArray(value) && value.length > 0)) return value;
  return omitEmpty ? undefined : null;
}

/** The value itself, of whatever type; nothing at all is the type's zero. */
function valueOf(type: string, found: readonly Pick<WireField, 'value' | 'bytes'>[], depth: number): unknown {
  const scalar = scalars[type];
  if (scalar) {
    const last = found.at(-1);
    return last ? scalar.read(last) : scalar.zero;
  }
  const special = specials[type];
  if (special) return special.read(joined(found));
  const parts = found.map(({ bytes }) => bytes);
  const holder = holders[type];
  return holder ? holder(joined(found), depth) : messageJson(protobufMessage(type), parts, depth + 1);
}

function joined(found: readonly Pick<WireField, 'bytes'>[]): Uint8Array {
  const [first] = found;
  if (!first) return none;
  if (found.length === 1) return first.bytes;
  const all = new Uint8Array(found.reduce((length, { bytes }) => length + bytes.length, 0));
  let at = 0;
  for (const { bytes } of found) { all.set(bytes, at); at += bytes.length; }
  return all;
}

function listOf(type: string, found: readonly WireField[], depth: number): unknown[] {
  const scalar = scalars[type];
  return found.flatMap((field) => (scalar && scalar.wireType !== field.wireType ? unpacked(type, field.bytes) : [valueOf(type, [field], depth)]));
}

/** Numbers one after the other in one field. */
function unpacked(type: string, bytes: Uint8Array): unknown[] {
  const reader = new WireReader(bytes, type);
  const list: unknown[] = [];
  while (!reader.done) list.push(valueOf(type, [{ value: reader.varint(), bytes: none }], 0));
  return list;
}

function mapOf(type: string, found: readonly WireField[], depth: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const { bytes } of found) {
    const entry = fieldsOf(bytes, 'Entry');
    const value = entry.get(2);
    // Keys are any text: one named __proto__ shall not become a prototype.
    put(map, textOf(entry.get(1)?.bytes ?? none), valueOf(type, [value ?? nothing], depth));
  }
  return map;
}

const schemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Special messages that hold others. */
const holders: Readonly<Record<string, (bytes: Uint8Array, depth: number) => unknown>> = {
  RawExtension: (bytes, depth) => {
    const raw = fieldsOf(bytes, 'RawExtension').get(1)?.bytes;
    return raw && isEnveloped(raw) ? objectJson(openEnvelope(raw), depth + 1) : rawJson(raw);
  },
  JSONSchemaPropsOrArray: (bytes, depth) => {
    const { list, one } = schemas(bytes, 2, 1, depth);
    return list.length > 0 ? list : one;
  },
  JSONSchemaPropsOrBool: (bytes, depth) => {
    const { one } = schemas(bytes, 0, 2, depth);
    return one ?? (fieldsOf(bytes, 'JSONSchemaPropsOrBool').get(1)?.value ?? 0n) !== 0n;
  },
  JSONSchemaPropsOrStringArray: (bytes, depth) => {
    const list = [...fieldsIn(bytes, 2)].map(({ bytes: text }) => textOf(text));
    return list.length > 0 ? list : schemas(bytes, 0, 1, depth).one;
  },
};

function schemas(bytes: Uint8Array, listNumber: number, oneNumber: number, depth: number): { readonly list: readonly unknown[]; readonly one: unknown } {
  const schema = (field: WireField): unknown => messageJson(protobufMessage(schemaProps), [field.bytes], depth + 1);
  const one = [...fieldsIn(bytes, oneNumber)].at(-1);
  return { list: [...fieldsIn(bytes, listNumber)].map(schema), one: one ? schema(one) : null };
}

function* fieldsIn(bytes: Uint8Array, number: number): Generator<WireField> {
  const reader = new WireReader(bytes, 'JSONSchemaProps');
  while (!reader.done) {
    const field = reader.field();
    if (field.number === number) yield field;
  }
}
