import { isJsonObject, type Json, type JsonObject } from './recording';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>'],
  [/ResourceVersion in record \(\d+\)/g, 'ResourceVersion in record (<version>)'],
  [/, current: \d+/g, ', current: <version>'],
  [/(\\*"resourceVersion\\*":\\*")\d+/g, '$1<version>'],
  [/\?hash=[0-9A-F]+/g, '?hash=<hash>'],
  [/"[0-9A-F]{64,128}"/g, '"<hash>"'],
];
/** Addresses of the service range and node ports, as tables show them. */
const allocated = /\b10\.(?:9[6-9]|10\d|11[01])\.\d+\.\d+\b|(?<=:)3\d{4}(?=\/)/g;
const age = /(?<![\w.])(?:\d+[ydhms]){1,2}(?![\w.])/g;
const volatileByName: ReadonlySet<string> = new Set(['gitCommit', 'buildDate', 'goVersion', 'serverAddress', 'continue']);
const isAllocated = (key: string): boolean => key === 'clusterIP' || key === 'clusterIPs' || key === 'nodePort';

/** A value without what differs from run to run. `given` are the numbers and addresses of the request: those are not chosen by the server. */
export function stable(value: Json, given: ReadonlySet<string>, key = ''): Json {
  if (value !== null && typeof value !== 'object') return typeof value === 'boolean' ? value : stableText(value, given, key);
  if (Array.isArray(value)) return value.map((item: Json) => stable(item, given, key));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, member(value, name, each, given)]));
}

function member(parent: JsonObject, name: string, value: Json, given: ReadonlySet<string>): Json {
  if (name === 'name' && isGenerated(parent)) return '<generated>';
  // Which field stands before which is part of what a server says there.
  if (name === 'fieldsV1') return JSON.stringify(value);
  return stable(value, given, name);
}

function stableText(value: string | number, given: ReadonlySet<string>, key: string): Json {
  const text = String(value);
  if (isAllocated(key) && /^\d/.test(text) && !given.has(text)) return '<allocated>';
  if (typeof value === 'number') return value;
  if (volatileByName.has(key)) return `<${key}>`;
  if (key === 'resourceVersion' && /^\d+$/.test(value)) return '<version>';
  const settled = patterns.reduce((whole, [pattern, shown]) => whole.replace(pattern, shown), value);
  return key === 'cells' ? settled.replace(age, '<age>').replace(allocated, '<allocated>') : settled;
}

const isGenerated = (value: JsonObject): boolean => typeof value['generateName'] === 'string' && typeof value['name'] === 'string' && value['name'].startsWith(value['generateName']);
