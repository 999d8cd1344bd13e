import { map, type Observable } from 'rxjs';
import { textFromBytes } from '../../lib/byte-text';
import type { HttpRequest, HttpResponse } from '../../net/types';
import { hasProxy, type ProxyRequest } from '../proxy';
import type { ResourcePath } from './path';
import type { HttpAnswer, HttpCall, HttpLater } from './types';

/** A server that hands requests on. */
export type Proxying = { proxy(request: ProxyRequest): Observable<HttpResponse> };

const notPassedOn: ReadonlySet<string> = new Set(['host', 'connection', 'authorization', 'upgrade', 'transfer-encoding', 'content-length', 'keep-alive', 'audit-id']);
const setByTheHost: ReadonlySet<string> = new Set(['content-length', 'connection', 'transfer-encoding', 'content-type', 'date', 'keep-alive']);

/** A request to `/proxy`, with whatever path follows; undefined for all others. */
export function proxied(server: Proxying, { kind: { resource }, namespace, name, subresource }: ResourcePath, call: HttpCall): HttpLater | undefined {
  if (subresource !== 'proxy' || name === undefined || !hasProxy(resource)) return undefined;
  const response = server.proxy({ resource, name, request: requestTo(behindProxy(call.path), call), ...(namespace !== undefined && { namespace }) });
  return { later: response.pipe(map(answerOf)) };
}

const behindProxy = (path: string): string => /^.*?\/(?:pods|services|nodes)\/[^/]+\/proxy(\/.*)?$/.exec(path)?.[1] || '/';

/** A request as it is handed on to somebody else, at a path of his. */
export function requestTo(path: string, { method, query, headers, body }: HttpCall): HttpRequest {
  const text = typeof body === 'string' ? body : textFromBytes(body);
  return {
    method, path: `${path}${query ? `?${query}` : ''}`, body: text,
    headers: { ...Object.fromEntries(Object.entries(headers).filter(([header]) => !notPassedOn.has(header))), Host: headers['host'] ?? '', ...(text && { 'Content-Length': String(body.length) }) },
  };
}

/** His answer. */
export function answerOf({ status, headers, body }: HttpResponse): HttpAnswer {
  const own = Object.entries(headers);
  const contentType = own.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/plain; charset=utf-8';
  return { code: status, contentType, body, warnings: [], headers: Object.fromEntries(own.filter(([name]) => !setByTheHost.has(name.toLowerCase()))) };
}
