import type { HttpAnswer } from '../../../src/apiserver/http/types';
import { isObject, type JsonObject } from '../../../src/lib/json';
import { sentAs, type Call } from './call';

/** Every reason that Kubernetes knows. */
const reasons: ReadonlySet<unknown> = new Set([
  undefined, 'Unauthorized', 'Forbidden', 'NotFound', 'AlreadyExists', 'Conflict', 'Gone', 'Invalid', 'ServerTimeout', 'StoreReadError', 'Timeout',
    'TooManyRequests', 'BadRequest', 'MethodNotAllowed', 'NotAcceptable', 'RequestEntityTooLarge', 'UnsupportedMediaType', 'InternalError', 'Expired', 'ServiceUnavailable',
]);
/** What has no kind of its own in JSON. */
const withoutKind = ['openapi', 'paths', 'gitVersion', 'issuer', 'keys', 'jwks_uri'];

/** What is answered as text by what is no resource. */
const textCodes: ReadonlySet<number> = new Set([200, 403, 404, 406, 500, 503]);

/** What is wrong with the form of an answer. */
export function* problemsOf({ code, contentType, body }: HttpAnswer): Generator<string> {
  if (!Number.isInteger(code) || code < 200 || code > 599) yield `code ${code}`;
  if (code === 304) { if (body !== '') yield 'a body with 304'; return; }
  if (contentType.startsWith('text/plain')) { if (!textCodes.has(code)) yield `text with code ${code}`; return; }
  if (contentType.startsWith('application/yaml')) { if (code >= 400) yield 'an error in YAML'; return; }
  let value: unknown;
  try { value = JSON.parse(body); } catch { yield `no JSON, but ${contentType}: ${body.slice(0, 80)}`; return; }
  if (!isObject(value)) yield `no object: ${body.slice(0, 80)}`;
  else if (code >= 400) yield* statusProblems(value, code);
  else yield* objectProblems(value);
}

function* statusProblems(status: JsonObject, code: number): Generator<string> {
  if (status['kind'] !== 'Status' || status['apiVersion'] !== 'v1' || status['status'] !== 'Failure') yield 'an error that is no Status';
  if (status['code'] !== code) yield `a Status of ${String(status['code'])} with code ${code}`;
  if (!reasons.has(status['reason'])) yield `a Status with reason ${String(status['reason'])}`;
  if (typeof status['message'] !== 'string' || status['message'] === '') yield 'a Status without message';
  if (code === 500 && status['reason'] === 'InternalError'
    && /TypeError|RangeError|Cannot read|is not a function/.test(String(status['message']))) yield `a defect as a Status: ${String(status['message']).slice(0, 200)}`;
}

function* objectProblems(object: JsonObject): Generator<string> {
  const { kind, apiVersion, metadata, items, rows, columnDefinitions } = object;
  if (typeof kind === 'string' && /^API(?:Versions|ResourceList|GroupList|Group)$/.test(kind)) return;   // discovery may leave its version out
  if (kind === undefined && withoutKind.some((name) => name in object)) return;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || kind === '' || apiVersion === '') { yield `an object without kind: ${JSON.stringify(object).slice(0, 120)}`; return; }
  if (kind === 'Table') { if (!Array.isArray(columnDefinitions) || !(rows === null || Array.isArray(rows))) yield 'a table that is none'; return; }
  if (kind === 'Status') { if (object['status'] !== 'Success') yield 'a failure with a code of success'; return; }
  if (kind.endsWith('List') && 'items' in object && !(items === null || Array.isArray(items))) yield 'a list without items';
  if (metadata !== undefined && !isObject(metadata)) yield 'metadata that is no object';
}

/** Whether a request says that nothing is to be stored. */
export const isDryRun = (call: Call): boolean => new URLSearchParams(sentAs(call).query).has('dryRun');
