import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitions } from '../../src/schema/facts';
import { decodeProtobuf, EnvelopeError, openEnvelope, ProtobufError } from '../../src/schema/protobuf';
import { messageOf, protobufKinds, protobufMessage, type ProtobufField } from '../../src/schema/protobuf-facts';
import { delimited, encodeProtobuf, varint } from './protobuf-encode';

const schemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const text = fc.string({ maxLength: 5 });
const someText = fc.string({ minLength: 1, maxLength: 5 });
const base64 = fc.uint8Array({ minLength: 1, maxLength: 5 }).map((bytes) => btoa(String.fromCharCode(...bytes)));
const firstYears = Date.UTC(1000, 0) / 1_000;
const time = fc.integer({ min: firstYears, max: 253_402_300_799 }).map((seconds) => `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`);
const recent = fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1_000).toISOString().slice(0, 19));
const micro = fc.tuple(recent, fc.integer({ min: 0, max: 999_999 })).map(([at, micros]) => `${at}.${String(micros).padStart(6, '0')}Z`);
const anyJson = fc.constantFrom<unknown>({ a: 1 }, [1, 'x'], 'text', 5, true);

/** Values of a type as Go writes them: never a value that JSON leaves out at its place. */
function values(type: string, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string': return text;
    case 'bytes': return base64;
    case 'bool': return fc.boolean();
    case 'int32': return fc.integer();
    case 'int64': return fc.maxSafeInteger();
    case 'double': return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
    case 'Time': return time;
    case 'MicroTime': return micro;
    case 'Duration': return fc.constantFrom('0s', '1m0s', '1.5s', '30ms');
    case 'Quantity': return fc.constantFrom('0', '1', '100m', '2Gi');
    case 'IntOrString': return fc.oneof(fc.integer(), text);
    case 'FieldsV1': case 'JSON': case 'RawExtension': return anyJson;
    case 'StringList': return fc.array(text, { minLength: 1, maxLength: 3 });
    case 'JSONSchemaPropsOrArray': return fc.oneof(message(schemaProps, depth + 1), fc.array(message(schemaProps, depth + 1), { minLength: 1, maxLength: 2 }));
    case 'JSONSchemaPropsOrBool': return fc.oneof(message(schemaProps, depth + 1), fc.boolean());
    case 'JSONSchemaPropsOrStringArray': return fc.oneof(message(schemaProps, depth + 1), fc.array(text, { minLength: 1, maxLength: 2 }));
    default: return message(type, depth + 1);
  }
}

const zeros: Readonly<Record<string, unknown>> = { string: '', bool: false, int32: 0, int64: 0, double: 0 };
const nilTypes: ReadonlySet<string> = new Set(['Time', 'MicroTime', 'bytes', 'StringList', 'RawExtension']);
/** Deeper than this, whatever may be left out is left out. */
const mostDepth = 4;

/** A field's value, or undefined where JSON has none. */
function field({ type, shape, pointer, omitEmpty, omitZero }: ProtobufField, depth: number): fc.Arbitrary<unknown> {
  const nil = omitEmpty ? undefined : null;
  const deep = depth >= mostDepth;
  if (shape !== 'one' || pointer) {
    if (deep) return fc.constant(nil);
    const value = values(type, depth);
    if (shape === 'list') return fc.option(fc.array(value, { minLength: 1, maxLength: 2 }), { nil, freq: 1 });
    if (shape === 'map') return fc.option(fc.dictionary(someText, value, { minKeys: 1, maxKeys: 2 }), { nil, freq: 1 });
    return fc.option(value, { nil, freq: 1 });
  }
  const zero = zeros[type];
  if (zero !== undefined) return values(type, depth).map((value) => (value === zero && omitEmpty ? undefined : value));
  if (!nilTypes.has(type)) return values(type, depth);
  const absent = type === 'Time' || type === 'MicroTime' || type === 'RawExtension' ? (omitZero ? undefined : null) : nil;
  return fc.option(values(type, depth), { nil: absent });
}

const known = new Map<string, fc.Arbitrary<Record<string, unknown>>>();
function message(name: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const key = `${name} ${Math.min(depth, mostDepth)}`;
  const before = known.get(key);
  if (before) return before;
  const { fields } = protobufMessage(name);
  const parts = fields.map((each) => (each.shape === 'inline'
    ? message(each.type, depth)
    : field(each, depth).map((value) => (value === undefined ? {} : { [each.name]: value }))));
  const made = fc.tuple(...parts).map((found) => Object.assign({}, ...found) as Record<string, unknown>);
  known.set(key, made);
  return made;
}

const decoded = (bytes: Uint8Array) => decodeProtobuf(openEnvelope(bytes));

describe('protobuf bodies', () => {
  test.each(protobufKinds.map((name) => name.split(' ') as [string, string]))('%s %s: what is encoded is decoded to the same', (apiVersion, kind) => {
    const name = messageOf(apiVersion, kind) ?? '';
    fc.assert(fc.property(message(name, 0), (object) => {
      expect(decoded(encodeProtobuf(apiVersion, kind, name, object))).toEqual({ kind, apiVersion, ...object });
    }), { numRuns: 10 });
  });

  test('every property of every message is one that the schema knows', () => {
    const unknown = protobufKinds.flatMap((name) => {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const definition = messageOf(apiVersion, kind) ?? '';
      const properties = definitions[definition]?.properties;
      return properties ? protobufMessage(definition).fields.filter((each) => !(each.name in properties)).map((each) => `${name} ${each.name}`) : [];
    });
    expect(unknown).toEqual([]);
  });

  test('an empty object has Go\'s zero values', () => {
    expect(decoded(encodeProtobuf('v1', 'ConfigMap', messageOf('v1', 'ConfigMap') ?? '', {}))).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: {} });
    const { raw: _raw, ...envelope } = openEnvelope(encodeProtobuf('apps/v1', 'Deployment', messageOf('apps/v1', 'Deployment') ?? '', {}));
    expect(decodeProtobuf({ ...envelope, raw: new Uint8Array() })).toEqual({
      kind: 'Deployment', apiVersion: 'apps/v1', metadata: {}, status: {},
      spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
    });
  });

  test('a pointer keeps its zero, a plain field drops it', () => {
    const name = messageOf('apps/v1', 'Deployment') ?? '';
    expect(decoded(encodeProtobuf('apps/v1', 'Deployment', name, { spec: { replicas: 0, minReadySeconds: 0, selector: null } }))).toMatchObject({ spec: { replicas: 0 } });
    expect(JSON.stringify(decoded(encodeProtobuf('apps/v1', 'Deployment', name, { spec: { minReadySeconds: 0 } })))).not.toContain('minReadySeconds');
  });

  test('numbers come packed and one by one; negative ones have ten bytes', () => {
    const user = (ids: number[]) => decodeProtobuf({ apiVersion: 'v1', kind: 'Pod', raw: Uint8Array.from(delimited(2, Uint8Array.from(delimited(14, Uint8Array.from(ids))))) });
    const one = user([...varint(4n * 8n), ...varint(7n), ...varint(4n * 8n), ...varint(-1n)]);
    const packed = user(delimited(4, Uint8Array.from([...varint(7n), ...varint(-1n)])));
    expect(one).toEqual(packed);
    expect(one).toMatchObject({ spec: { securityContext: { supplementalGroups: [7, -1] } } });
  });

  test('a message in two parts is one, unknown fields and groups are passed over', () => {
    const part = (key: number, value: string) => delimited(1, Uint8Array.from(delimited(key, new TextEncoder().encode(value))));
    const raw = Uint8Array.from([...part(1, 'a'), ...delimited(99, Uint8Array.of(1)), 0xa3, 6, 0xab, 6, 0x08, 1, 0xac, 6, 0xa4, 6, ...part(3, 'b')]);
    expect(decodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', raw })).toMatchObject({ metadata: { name: 'a', namespace: 'b' } });
  });

  test('an enveloped object inside of an object is opened', () => {
    const inner = encodeProtobuf('v1', 'ConfigMap', messageOf('v1', 'ConfigMap') ?? '', { data: { a: 'b' } });
    const raw = Uint8Array.from(delimited(2, Uint8Array.from(delimited(1, inner))));
    expect(decodeProtobuf({ apiVersion: 'apps/v1', kind: 'ControllerRevision', raw })).toMatchObject({ data: { kind: 'ConfigMap', data: { a: 'b' } }, revision: 0 });
  });

  test('a key named __proto__ is a key', () => {
    const name = messageOf('v1', 'ConfigMap') ?? '';
    const object = decoded(encodeProtobuf('v1', 'ConfigMap', name, { data: JSON.parse('{"__proto__":"x"}') as unknown }));
    expect(JSON.stringify(object)).toContain('"__proto__":"x"');
  });

  test.each([
    ['nothing', [], 'empty data'],
    ['JSON', [...new TextEncoder().encode('{"kind":"Pod"}')], 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['an envelope alone', [0x6b, 0x38, 0x73, 0], 'empty body'],
    ['a torn envelope', [0x6b, 0x38, 0x73, 0, 0x0a, 5, 1], 'unexpected EOF'],
  ])('%s is no envelope', (_what, bytes, error) => {
    expect(() => openEnvelope(Uint8Array.from(bytes))).toThrow(new EnvelopeError(error));
  });

  test.each([
    ['torn', [0x0a, 5, 1], 'unexpected EOF'],
    ['of another wire type', [0x08, 1], 'proto: wrong wireType = 0 for field Metadata'],
    ['with a field number of zero', [0x02, 0], 'proto: Pod: illegal tag 0 (wire type 2)'],
    ['ending a group that never began', [0x0c], 'proto: Pod: wiretype end group for non-group'],
    ['with an endless number', Array.from({ length: 11 }, () => 0xff), 'proto: integer overflow'],
    ['with a negative length', [0x0a, ...varint(-1n)], 'proto: negative length found during unmarshaling'],
  ])('a message %s is refused', (_what, bytes, error) => {
    expect(() => decodeProtobuf({ apiVersion: 'v1', kind: 'Pod', raw: Uint8Array.from(bytes) })).toThrow(new ProtobufError(error));
  });

  test('bytes of chance end in an object or a ProtobufError, whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...protobufKinds), (raw, name) => {
      const [apiVersion = '', kind = ''] = name.split(' ');
      try { decodeProtobuf({ apiVersion, kind, raw }); } catch (error) { expect(error).toBeInstanceOf(ProtobufError); }
    }), { numRuns: 2_000 });
  });

  test('messages in messages without end are refused, not followed', () => {
    let raw = Uint8Array.of();
    for (let depth = 0; depth < 3_000; depth++) raw = Uint8Array.from(delimited(27, raw));
    const spec = delimited(2, Uint8Array.from(delimited(7, Uint8Array.from(delimited(3, Uint8Array.from(delimited(1, raw)))))));
    expect(() => decodeProtobuf({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', raw: Uint8Array.from(spec) })).toThrow(ProtobufError);
  });
});
