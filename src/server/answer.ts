import type { ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { HttpAnswer } from '../apiserver/http/types';

/** Answers longer than this are compressed for those who can read it, as upstream does. */
const compressFromBytes = 128 * 1_024;
const fastest = { level: 1 };

/** What every answer carries. */
export function setCommonHeaders(response: ServerResponse, auditId: string): void {
  response.setHeader('Audit-Id', auditId);
  response.setHeader('Cache-Control', 'no-cache, private');
}

/** Sends a whole answer. */
export function sendAnswer(response: ServerResponse, { code, contentType, body, warnings, headers }: HttpAnswer, acceptEncoding = ''): void {
  response.statusCode = code;
  response.setHeader('Content-Type', contentType);
  if (warnings.length > 0) response.setHeader('Warning', warnings.flatMap(warningHeader));
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, latin(value));
  const bytes = Buffer.from(body);
  if (bytes.length <= compressFromBytes || !accepts(acceptEncoding, 'gzip')) return finish(response, bytes);
  gzip(bytes, fastest, (error, compressed) => {
    if (error) return finish(response, bytes);
    response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Vary', 'Accept-Encoding');
    finish(response, compressed);
  });
}

function finish(response: ServerResponse, bytes: Buffer): void {
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

const accepts = (header: string, encoding: string): boolean => header.split(',').some((part) => part.split(';', 1)[0]?.trim() === encoding);

/** `299 - "text"`; a text that no header can carry is left out. */
function warningHeader(text: string): string[] {
  if (/\p{Cc}/u.test(text)) return [];
  return [latin(`299 - "${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)];
}

/** Header values are bytes: UTF-8, as Go writes them. */
const latin = (text: string): string => Buffer.from(text).toString('latin1');
