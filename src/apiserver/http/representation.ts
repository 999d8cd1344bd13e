import { StatusError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import type { Kind } from '../../kinds/define';
import { isObject, type JsonObject } from '../../lib/json';
import { printYaml } from '../../lib/yaml';
import { isBuiltInGroup } from '../non-resource/groups';
import type { Accepted } from './accept';
import { flag } from './query';
import type { HttpAnswer } from './types';

const browsers = /^(curl|Wget|Mozilla)\//;

/** Whether a body is to be read by people: they say so, or use a program for people. */
export function isPretty(query: URLSearchParams, userAgent = ''): boolean {
  return query.has('pretty') ? flag(query.get('pretty')) : browsers.test(userAgent);
}

/** A response about a kind as it is sent. Throws NotAcceptable when one object was asked for as a list, or the other way round. */
export function written(kind: Kind, { code, body, warnings = [] }: ApiResponse, accepted: Accepted, pretty: boolean): HttpAnswer {
  checkShape(kind, body, accepted.as);
  const value = onTheWire(kind, body, accepted);
  if (accepted.yaml) return { code, contentType: 'application/yaml', body: printYaml(value), warnings };
  return { code, contentType: 'application/json', body: pretty ? JSON.stringify(value, null, 2) : JSON.stringify(value), warnings };
}

/** What Go's JSON of an answer has and ours has not. */
export function onTheWire(kind: Kind, body: unknown, { representation, metaVersion }: Pick<Accepted, 'representation' | 'metaVersion'>): unknown {
  if (!isObject(body)) return body;
  if (kind.computed && isObject(body['metadata']) && body['metadata']['resourceVersion'] === '') return onTheWire(kind, { ...body, metadata: {} }, { representation, metaVersion });
  if (representation === 'table') return versioned(tableOnTheWire(kind, body), metaVersion);
  if (representation === 'metadata') return versioned(Array.isArray(body['items']) && body['items'].length === 0 ? { ...body, items: null } : body, metaVersion);
  return kind.definition === undefined ? body : typedList(body);
}

/** Items of a typed list do not repeat the kind their list already names. */
function typedList(body: JsonObject): JsonObject {
  const { items } = body;
  if (!Array.isArray(items)) return body;
  return { ...body, items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }: Partial<KubeObject>) => rest) };
}

/** Rows without an object say so; the table of a kind without columns of its own has no list of rows when it is empty. */
function tableOnTheWire(kind: Kind, table: JsonObject): JsonObject {
  const { rows } = table;
  if (!Array.isArray(rows)) return table;
  if (rows.length === 0 && kind.columns === undefined) return { ...table, rows: null };
  return { ...table, rows: rows.map((row: object) => ('object' in row ? row : { ...row, object: null })) };
}

/** The old name of the version under which tables and metadata alone are given too. */
function versioned(body: JsonObject, metaVersion: string): JsonObject {
  if (metaVersion === 'v1') return body;
  const apiVersion = `meta.k8s.io/${metaVersion}`;
  const renamed = (value: unknown): unknown => (isObject(value) && value['kind'] === 'PartialObjectMetadata' ? { ...value, apiVersion } : value);
  const { items, rows } = body;
  return {
    ...body, ...(body['apiVersion'] === 'meta.k8s.io/v1' && { apiVersion }),
    ...(Array.isArray(items) && { items: items.map(renamed) }),
    ...(Array.isArray(rows) && { rows: rows.map((row: JsonObject) => ({ ...row, object: renamed(row['object']) })) }),
  };
}

function checkShape(kind: Kind, body: unknown, as: string): void {
  if (isObject(body) && body['kind'] !== 'Status') checkForm(kind, Array.isArray(body['items']), as);
}

/** Throws NotAcceptable when one object was asked for as a list, or the other way round. Known before anything is written. */
export function checkForm(kind: Kind, isList: boolean, as: string): void {
  if (!as.startsWith('PartialObjectMetadata') || isList === (as === 'PartialObjectMetadataList')) return;
  throw new StatusError('NotAcceptable', `you requested ${as}, but the requested object is ${isList ? 'a list' : 'not a list'} (${goTypeOf(kind, isList)})`);
}

/** How Go names the type of a kind's objects inside the server. */
function goTypeOf({ group, kind }: Kind, isList: boolean): string {
  const list = isList ? 'List' : '';
  if (!isBuiltInGroup(group)) return `*unstructured.Unstructured${list}`;
  const [first = ''] = group.split('.');
  return `*${first === '' || first === 'events' ? 'core' : first}.${kind}${list}`;
}
