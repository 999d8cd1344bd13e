import { map, Observable } from 'rxjs';
import type { User } from '../../api/types';
import type { HttpRequest, HttpResponse } from '../../net/types';
import { answerOf, requestTo } from './proxied';
import type { HttpAnswer, HttpCall, HttpLater } from './types';

/** A server that other API servers stand behind. */
export type Aggregating = { forward(path: string, user: User, request: () => HttpRequest): HttpResponse | Observable<HttpResponse> | undefined };

/** The answer of another API server, whose group version the path is in; undefined for all other paths. */
export function aggregated(server: Aggregating, call: HttpCall): HttpAnswer | HttpLater | undefined {
  const response = server.forward(call.path, call.user, () => requestTo(call.path, call));
  if (!response) return undefined;
  return response instanceof Observable ? { later: response.pipe(map(answerOf)) } : answerOf(response);
}
