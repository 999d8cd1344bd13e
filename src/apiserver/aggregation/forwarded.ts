import { Observable } from 'rxjs';
import { internalError, StatusError } from '../../api/status';
import type { ApiRequest, ApiResponse } from '../../api/types';
import { isObject } from '../../lib/json';
import type { HttpResponse } from '../../net/types';
import type { Aggregator } from './aggregator';

/**
 * What another API server answers to a reader beside this one; undefined for a path that none is registered for. Who asks in process waits for
 * nobody: an answer that takes its time has not come. Throws StatusError.
 */
export function forwarded(aggregator: Aggregator, { path, query, user }: ApiRequest & { readonly path: string }): ApiResponse | undefined {
  const target = query ? `${path}?${query}` : path;
  const response = aggregator.forward(path, user, () => ({ method: 'GET', path: target, headers: { Accept: 'application/json' }, body: '' }));
  if (response instanceof Observable) throw new StatusError('Timeout', 'context deadline exceeded', {}, 504);
  return response && answerOf(response);
}

function answerOf({ status, headers, body }: HttpResponse): ApiResponse {
  const contentType = headers['Content-Type'] ?? 'text/plain; charset=utf-8';
  if (!contentType.startsWith('application/json')) {
    if (status >= 400) throw new StatusError('', body.trimEnd(), {}, status);
    return { code: status, contentType, body };
  }
  const said = parsed(body);
  if (status >= 400) throw isObject(said) && said['kind'] === 'Status' ? StatusError.from(said) : new StatusError('', body, {}, status);
  return { code: status, body: said };
}

function parsed(body: string): unknown {
  try { return JSON.parse(body); } catch (error) { throw internalError(error instanceof Error ? error.message : body); }
}
