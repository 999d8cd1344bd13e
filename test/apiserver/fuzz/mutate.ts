import { isObject } from '../../../src/lib/json';
import { printYaml } from '../../../src/lib/yaml';
import { messageOf } from '../../../src/schema/protobuf-facts';
import type { Random } from '../../../src/sim/random';
import { encodeProtobuf } from '../../schema/protobuf-encode';
import { bytesOf, namespace, recorded, sentAs, type Call } from './call';
import { fieldNames, headerValues, oddities, parameters, segments } from './words';

type Mutation = (call: Call, random: Random) => Call;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'FOO', 'get', ''];
const patchTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];
const deep = 12_000;

const without = <T>(list: readonly T[], index: number): readonly T[] => list.filter((_each, at) => at !== index);
const withText = (call: Call, text: string | Uint8Array): Call => ({ ...call, body: { text } });
const withType = (call: Call, type: string): Call => ({ ...call, headers: { ...call.headers, 'content-type': type } });
const textOf = (call: Call): string => { const { body } = sentAs(call); return typeof body === 'string' ? body : ''; };

/** The same value but for one place in it, found by going down at random. */
function changed(value: unknown, random: Random, depth = 0): unknown {
  const entries = Array.isArray(value) ? value.map((each, index) => [String(index), each] as const) : isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0 || depth > 40 || random.next() < 0.15) return replaced(value, random);
  const [key, inner] = random.pick(entries);
  const other = random.next() < 0.25 ? undefined : { value: changed(inner, random, depth + 1) };
  if (Array.isArray(value)) {
    const index = Number(key);
    if (!other) return random.next() < 0.5 ? without(value, index) : [...value, inner];
    return value.map((each: unknown, at) => (at === index ? other.value : each));
  }
  const renamed = random.next() < 0.1 ? random.pick(fieldNames) : key;
  return Object.fromEntries(entries.flatMap(([name, each]) => (name !== key ? [[name, each]] : other ? [[renamed, other.value]] : [])));
}

function replaced(value: unknown, random: Random): unknown {
  const odd = random.pick(oddities);
  if (isObject(value) && random.next() < 0.7) return Object.fromEntries([...Object.entries(value), [random.pick(fieldNames), odd]]);
  if (Array.isArray(value) && random.next() < 0.5) return [...value as unknown[], odd];
  if (typeof value === 'number' && random.next() < 0.3) return -value;
  if (typeof value === 'string' && random.next() < 0.3) return `${value}${String(odd)}`.slice(0, 6_000);
  return random.next() < 0.2 ? borrowed(random) : odd;
}

/** A piece of another request's body. */
function borrowed(random: Random): unknown {
  const { body } = random.pick(recorded);
  let value: unknown = 'value' in body ? body.value : body.text;
  for (let steps = random.below(5); steps > 0 && isObject(value); steps--) {
    const inner = Object.values(value);
    if (inner.length === 0) break;
    value = random.pick(inner);
  }
  return value;
}

const inValue: Mutation = (call, random) => ('value' in call.body ? { ...call, body: { value: changed(call.body.value, random) } } : { ...call, body: { value: random.pick(oddities) } });
const inText: Mutation = (call, random) => {
  const text = textOf(call);
  const at = random.below(text.length + 1);
  const piece = random.pick(['{', '}', '[', ']', '"', ',', ':', '\\', '\\u12', '\u0000', '-', '.', 'e', '\n', '\t', '  ', '&a ', '*a', '!!binary ', '<<: ', '? ',
    '| ', '---\n', '#', '%', 'null', '1e999', '\ufeff', '"a":1,', "'"]);
  switch (random.below(4)) {
    case 0: return withText(call, text.slice(0, at));
    case 1: return withText(call, text.slice(0, at) + piece + text.slice(at));
    case 2: return withText(call, text.slice(0, at) + piece + text.slice(at + 1 + random.below(9)));
    default: { const end = at + random.below(60); return withText(call, text.slice(0, end) + text.slice(at)); }
  }
};

const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}{}${close.repeat(depth)}`;
/** As deep as is taken, in kinds that keep what they know nothing of. */
const deepObjects: readonly ((depth: number) => string)[] = [
  (depth) => `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"x"},"revision":1,"data":${nested('{"a":', '}', depth)}}`,
  (depth) => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","managedFields":[{"manager":"x","operation":"Apply","apiVersion":"v1",`
    + `"fieldsType":"FieldsV1","fieldsV1":${nested('{"f:a":', '}', depth)}}]}}`,
  (depth) => `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"deeps.rec.example.org"},`
    + `"spec":{"group":"rec.example.org","scope":"Namespaced","names":{"plural":"deeps","kind":"Deep"},`
    + `"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",`
    + `"properties":{"a":${'{"type":"object","properties":{"a":'.repeat(depth >> 1)}{"type":"string"}${'}}'.repeat(depth >> 1)}}}}}]}}`,
];

/** Bodies made to take long or to go deep. */
const heavy: readonly ((random: Random) => string)[] = [
  ...[...Array(3).keys()].map((index) => (random: Random): string => deepObjects[index]?.(100 + random.below(110)) ?? ''),
  () => JSON.stringify(Array.from({ length: 40 }, (_each, index) => ({ op: 'copy', from: '', path: `/metadata/annotations/${index}` }))),
  () => JSON.stringify(Array.from({ length: 300 }, () => ({ op: 'copy', from: '/metadata', path: '/metadata/x' }))),
  () => `${Array.from({ length: 900 }, (_each, index) => `a${index}: &a${index} [${index === 0 ? 'x' : `*a${index - 1}`}]`).join('\n')}`,
  () => '['.repeat(deep), () => '{"a":'.repeat(deep), () => `${'['.repeat(deep)}${']'.repeat(deep)}`,
  () => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  () => '- '.repeat(3_000), () => `${Array.from({ length: 500 }, (_each, index) => `${' '.repeat(index)}a:`).join('\n')}`,
  () => `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${String.fromCharCode(97 + index)}`).join(',')}]`).join('\n')}`,
  () => 'a: &a\n  b: *a\n', () => `{"a":"${'\\u0041'.repeat(20_000)}"}`, () => `[${'0,'.repeat(20_000)}0]`, () => `{${Array.from({ length: 3_000 }, (_each, index) => `"k${index}":1`).join()}}`,
  () => `[${Array.from({ length: 200 }, () => '{"op":"copy","from":"","path":"/metadata/annotations"}').join()}]`,
  () => `[${Array.from({ length: 30 }, () => '{"op":"copy","from":"/data","path":"/data/a"}').join()}]`,
    () => `[${'{"op":"test","path":"/a","value":1},'.repeat(500)}{}]`, () => `"${'x'.repeat(100_000)}"`, () => '1'.repeat(10_000), () => `{"a":1e${'9'.repeat(300)}}`,
];
const overloaded: Mutation = (call, random) => {
  const text = random.pick(heavy)(random);
  const kind = /"kind":"(ControllerRevision|ConfigMap|CustomResourceDefinition)"/.exec(text)?.[1];
  const path = kind === undefined || random.next() < 0.2 ? call.path : deepPaths[kind] ?? call.path;
  return withText(path === call.path ? call : { ...call, method: 'POST', path, headers: {} }, text);
};
const deepPaths: Readonly<Record<string, string>> = {
  ControllerRevision: `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`, ConfigMap: `/api/v1/namespaces/${namespace}/configmaps`,
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};

const asYaml: Mutation = (call) => {
  if (!('value' in call.body)) return call;
  return withType(withText(call, printYaml(JSON.parse(JSON.stringify(call.body.value) ?? 'null'))), call.method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/yaml');
};

const asProtobuf: Mutation = (call, random) => {
  const value: unknown = 'value' in call.body ? call.body.value : undefined;
  if (!isObject(value)) return call;
  const [apiVersion, kind] = [String(value['apiVersion']), String(value['kind'])];
  const message = messageOf(apiVersion, kind);
  if (message === undefined) return call;
  let bytes: Uint8Array;
  try { bytes = encodeProtobuf(apiVersion, kind, message, value); } catch { return call; }   // what no encoder could send
  const sent = withType(withText(call, bytes), 'application/vnd.kubernetes.protobuf');
  return random.next() < 0.6 ? torn(sent, random) : sent;
};

/** Bytes changed, lost, or come twice. */
const torn: Mutation = (call, random) => {
  const bytes = [...bytesOf(sentAs(call).body).subarray(0, 20_000)];
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    if (random.next() < 0.7) bytes[at] = random.below(256);
    else if (random.next() < 0.5) bytes.splice(at, random.below(10));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.below(40)));
  }
  return withText(call, Uint8Array.from(bytes));
};

const inPath: Mutation = (call, random) => {
  const parts = call.path.split('/');
  const at = random.below(parts.length + 1);
  const segment = random.pick(segments);
  const next = [without(parts, at), [...parts.slice(0, at), segment, ...parts.slice(at)], [...parts.slice(0, at), segment, ...parts.slice(at + 1)], [...parts, segment]][random.below(4)] ?? parts;
  return { ...call, path: next.join('/') };
};

const elsewhere: Mutation = (call, random) => ({ ...call, path: random.pick(recorded).path });
const otherMethod: Mutation = (call, random) => ({ ...call, method: random.pick(methods) });
const inQuery: Mutation = (call, random) => {
  const name = random.pick(Object.keys(parameters));
  const added: readonly [string, string] = [name, random.pick(parameters[name] ?? [''])];
  return { ...call, query: random.next() < 0.15 ? without(call.query, random.below(call.query.length)) : random.next() < 0.2 ? [added, ...call.query]
    : [...call.query.filter(([known]) => known !== name), added] };
};
const dry: Mutation = (call) => ({ ...call, query: [...call.query, ['dryRun', 'All']] });
const inHeaders: Mutation = (call, random) => {
  const name = random.pick(Object.keys(headerValues));
  return { ...call, headers: { ...call.headers, [name]: random.pick(headerValues[name] ?? ['']) } };
};

/** The body sent as a patch of another kind, or as a patch at all. */
const asPatch: Mutation = (call, random) => {
  const patch = withType({ ...call, method: 'PATCH' }, random.pick(patchTypes));
  const manager: Call = random.next() < 0.7 ? { ...patch, query: [...patch.query, ['fieldManager', random.pick(['one', 'two', 'three'])]] } : patch;
  if (call.method !== 'POST') return manager;
  const value: unknown = 'value' in call.body ? call.body.value : undefined;
  const name = isObject(value) && isObject(value['metadata']) ? value['metadata']['name'] : undefined;
  return { ...manager, path: `${call.path}/${typeof name === 'string' ? encodeURIComponent(name.replace(/[\ud800-\udfff]/g, '')) : 'x'}` };
};

const pointer = (random: Random): string => Array.from({ length: random.below(5) }, () => `/${random.pick([...fieldNames, '-', '0', '99', '~1', '~', '-1', '01'])}`).join('');
/** A JSON patch about anything. */
const asJsonPatch: Mutation = (call, random) => {
  const value = Array.from({ length: random.below(6) }, () => ({
    op: random.pick(['add', 'remove', 'replace', 'copy', 'move', 'test', 'odd']), path: pointer(random),
    ...(random.next() < 0.7 && { value: random.pick(oddities) }), ...(random.next() < 0.4 && { from: pointer(random) }),
  }));
  return withType({ ...call, method: 'PATCH', body: { value } }, 'application/json-patch+json');
};

/** Each as often as its weight says. */
const weighted: readonly (readonly [number, Mutation])[] = [
  [30, inValue], [6, inText], [0.4, overloaded], [4, asYaml], [5, asProtobuf], [1, torn], [6, inPath], [4, elsewhere], [4, otherMethod], [10, inQuery], [4, dry],
    [6, inHeaders], [6, asPatch], [3, asJsonPatch],
];
const total = weighted.reduce((sum, [weight]) => sum + weight, 0);

function chosen(random: Random): Mutation {
  let left = random.next() * total;
  for (const [weight, mutation] of weighted) if ((left -= weight) < 0) return mutation;
  return inValue;
}

/** The call with one to five things about it changed. */
export function mutated(call: Call, random: Random): Call {
  let next = call;
  for (let times = 1 + random.below(2) + random.below(2) + random.below(3); times > 0; times--) next = chosen(random)(next, random);
  return next;
}
