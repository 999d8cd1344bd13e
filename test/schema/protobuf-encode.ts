import { magic, protobufMessage, type ProtobufField } from '../../src/schema/protobuf-facts';
import { scalars } from '../../src/schema/protobuf-values';
import { parseDuration } from '../../src/lib/durations';
import { parseMicroTime, parseTime } from '../../src/lib/time';

type Json = Readonly<Record<string, unknown>>;
const utf8 = new TextEncoder();
const schemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** An enveloped object, as Go clients send it: all zero values of fields that are no pointers are written. */
export function encodeProtobuf(apiVersion: string, kind: string, message: string, object: unknown): Uint8Array {
  const type = bytesOf([...delimited(1, utf8.encode(apiVersion)), ...delimited(2, utf8.encode(kind))]);
  return bytesOf([...magic, ...delimited(1, type), ...delimited(2, encodeMessage(message, object)), ...delimited(3, utf8.encode('')), ...delimited(4, utf8.encode(''))]);
}

export function encodeMessage(name: string, object: unknown): Uint8Array {
  const json = object as Json;
  return bytesOf(protobufMessage(name).fields.flatMap((field) => (field.shape === 'inline' ? delimited(field.number, encodeMessage(field.type, json)) : encodeField(field, json[field.name]))));
}

function encodeField({ number, type, shape, pointer }: ProtobufField, value: unknown): number[] {
  if (shape === 'list') return ((value ?? []) as unknown[]).flatMap((each) => encodeValue(number, type, each));
  if (shape === 'map') {
    return Object.entries((value ?? {}) as Json).flatMap(([key, each]) => delimited(number, bytesOf([...delimited(1, utf8.encode(key)), ...encodeValue(2, type, each)])));
  }
  if (value === undefined || value === null) {
    if (pointer || type === 'bytes') return [];
    if (type === 'Time' || type === 'MicroTime') return delimited(number, new Uint8Array());
    return encodeValue(number, type, scalars[type] ? scalars[type].zero : type === 'StringList' ? [] : type === 'Quantity' ? '0' : type === 'RawExtension' ? null : type === 'IntOrString' ? 0 : {});
  }
  return encodeValue(number, type, value);
}

function encodeValue(number: number, type: string, value: unknown): number[] {
  switch (type) {
    case 'string': return delimited(number, utf8.encode(String(value)));
    case 'bytes': return delimited(number, Uint8Array.from(atob(String(value)), (char) => char.charCodeAt(0)));
    case 'bool': return [...tag(number, 0), value ? 1 : 0];
    case 'int32': case 'int64': return [...tag(number, 0), ...varint(BigInt(Number(value)))];
    case 'double': return [...tag(number, 1), ...new Uint8Array(new Float64Array([Number(value)]).buffer)];
    default: return delimited(number, special(type, value) ?? encodeMessage(type, value));
  }
}

function special(type: string, value: unknown): Uint8Array | undefined {
  switch (type) {
    case 'Time': return moment(parseTime(String(value)) * 1_000);
    case 'MicroTime': return moment(Math.round(parseMicroTime(String(value)) * 1_000));
    case 'Duration': return bytesOf([...tag(1, 0), ...varint(BigInt(Math.round(parseDuration(String(value)) * 1e6)))]);
    case 'Quantity': return bytesOf(delimited(1, utf8.encode(String(value))));
    case 'IntOrString': {
      const [kind, number, text] = typeof value === 'string' ? [1n, 0n, value] : [0n, BigInt(Number(value)), ''];
      return bytesOf([...tag(1, 0), ...varint(kind), ...tag(2, 0), ...varint(number), ...delimited(3, utf8.encode(text))]);
    }
    case 'FieldsV1': case 'JSON': case 'RawExtension': return value === null ? new Uint8Array() : bytesOf(delimited(1, utf8.encode(JSON.stringify(value))));
    case 'StringList': return bytesOf((value as string[]).flatMap((each) => delimited(1, utf8.encode(each))));
    case 'JSONSchemaPropsOrArray':
      return Array.isArray(value) ? bytesOf(value.flatMap((each) => delimited(2, encodeMessage(schemaProps, each)))) : bytesOf(delimited(1, encodeMessage(schemaProps, value)));
    case 'JSONSchemaPropsOrBool':
      return typeof value === 'boolean' ? bytesOf([...tag(1, 0), value ? 1 : 0]) : bytesOf([...tag(1, 0), 1, ...delimited(2, encodeMessage(schemaProps, value))]);
    case 'JSONSchemaPropsOrStringArray':
      return Array.isArray(value) ? bytesOf(value.flatMap((each) => delimited(2, utf8.encode(String(each))))) : bytesOf(delimited(1, encodeMessage(schemaProps, value)));
    default: return undefined;
  }
}

const moment = (micros: number): Uint8Array => {
  const seconds = Math.floor(micros / 1e6);
  return bytesOf([...tag(1, 0), ...varint(BigInt(seconds)), ...tag(2, 0), ...varint(BigInt(micros - seconds * 1e6) * 1_000n)]);
};
const bytesOf = (list: readonly number[]): Uint8Array => Uint8Array.from(list);
const tag = (number: number, wireType: number): number[] => varint(BigInt(number * 8 + wireType));
export const delimited = (number: number, bytes: Uint8Array): number[] => [...tag(number, 2), ...varint(BigInt(bytes.length)), ...bytes];

export function varint(value: bigint): number[] {
  const list: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 0x80n) return [...list, Number(rest)];
    list.push(Number(rest & 0x7fn) | 0x80);
  }
}
