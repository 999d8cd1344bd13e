import { everySecond } from '../lib/timestamp';
import type { HttpRequest, HttpResponse, Reply } from '../net/types';

const reasons: Readonly<Record<number, string>> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 304: 'Not Modified', 400: 'Bad Request', 401: 'Unauthorized',
  403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 408: 'Request Timeout', 409: 'Conflict', 412: 'Precondition Failed', 413: 'Content Too Large',
  418: "I'm a teapot", 429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};
/** The words behind a status code: `Not Found`. */
export const reasonPhrase = (status: number): string => reasons[status] ?? 'Unknown';

/** A whole answer. Content-Length is set from the body. */
export const httpReply = (status: number, contentType: string, body: string, headers: Readonly<Record<string, string>> = {}): Reply => {
  const response: HttpResponse = { status, headers: { ...headers, 'Content-Type': contentType, 'Content-Length': String(byteLength(body)) }, body };
  return { kind: 'http', response };
};
export const plainText = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => httpReply(status, 'text/plain; charset=utf-8', body, headers);
export const html = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => httpReply(status, 'text/html; charset=utf-8', body, headers);
export const json = (value: unknown, status = 200): Reply => httpReply(status, 'application/json', JSON.stringify(value));

/** What Go's http.NotFound answers. */
export const goNotFound = (): Reply => plainText('404 page not found\n', 404);

/** A request's target in its parts; `+` and percent signs are decoded in the query only. */
export const parseTarget = (path: string): { readonly pathname: string; readonly query: ReadonlyMap<string, string> } => {
  const question = path.indexOf('?');
  if (question < 0) return { pathname: path, query: noQuery };
  return { pathname: path.slice(0, question), query: parseForm(path.slice(question + 1)) };
};
const noQuery: ReadonlyMap<string, string> = new Map();

/** `a=1&b=x%20y` as names and values; of a repeated name the first counts. */
export const parseForm = (text: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const name = decodeFormText(equals < 0 ? pair : pair.slice(0, equals));
    if (name && !fields.has(name)) fields.set(name, equals < 0 ? '' : decodeFormText(pair.slice(equals + 1)));
  }
  return fields;
};

/** A malformed percent sign stands for itself. */
const decodeFormText = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  try { return decodeURIComponent(spaced); } catch { return spaced; }
};

/** A header by name, in whatever case it was written. */
export const header = (headers: HttpRequest['headers'], name: string): string | undefined => {
  const direct = headers[name];
  if (direct !== undefined) return direct;
  const lower = name.toLowerCase();
  for (const key in headers) if (key.length === name.length && key.toLowerCase() === lower) return headers[key];
  return undefined;
};

let measured = { text: '', bytes: 0 };

/** Bytes of a text in UTF-8. A server mostly sends the same page again. */
export const byteLength = (text: string): number => {
  if (measured.text !== text) measured = { text, bytes: measure(text) };
  return measured.bytes;
};

const measure = (text: string): number => {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) bytes++;
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
};

/** `Sat, 21 Nov 2026 09:00:00 GMT`. */
export const httpDate = everySecond((at) => new Date(at).toUTCString());
