import { catchError, map, of, throwError, type Observable } from 'rxjs';
import { StatusError } from '../../api/status';
import type { ApiServer, KubeObject, User, WatchEvent, WatchRequest } from '../../api/types';
import type { Kind } from '../../kinds/define';
import type { Accepted } from './accept';
import type { ResourcePath } from './path';
import { flag, integer, optionsOf } from './query';
import { onTheWire } from './representation';
import type { HttpStream, WatchLine } from './types';

/** A server whose watches can be refused before they begin. */
export type Watching = ApiServer & { checkWatch(request: WatchRequest): void };

/** Whether a GET is a watch: of a collection that says so, or below the old prefix. */
export const isWatch = (method: string, { name, watching }: ResourcePath, query: URLSearchParams): boolean =>
  method === 'GET' && (watching || (name === undefined && flag(query.get('watch'))));

/** A watch as it goes over the wire. What can be refused is refused before the first byte; later failures are events. Throws StatusError. */
export function streamOf(server: Watching, user: User, path: ResourcePath, query: URLSearchParams, accepted: Accepted): HttpStream {
  const request = requestOf(user, path, query, accepted);
  server.checkWatch(request);
  const events = server.watch(request).pipe(map((event) => eventOnTheWire(path.kind, event, accepted)), catchError(asEvent));
  const { timeoutSeconds } = request;
  return { code: 200, contentType: 'application/json', events, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
}

function requestOf(user: User, { kind: { resource, version }, namespace, name }: ResourcePath, query: URLSearchParams, { representation }: Accepted): WatchRequest {
  const { labelSelector, fieldSelector, includeObject, resourceVersionMatch, sendInitialEvents } = optionsOf(query, 'ListOptions');
  const timeoutSeconds = integer(query.get('timeoutSeconds') ?? '');
  return {
    managedFields: true,
    resource, version, as: representation, user, since: query.get('resourceVersion') ?? '', allowBookmarks: flag(query.get('allowWatchBookmarks')),
    ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }),
    ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }),
    ...(includeObject !== undefined && { includeObject }), ...(resourceVersionMatch && { resourceVersionMatch }),
    ...(sendInitialEvents !== undefined && { sendInitialEvents }), ...(timeoutSeconds > 0 && { timeoutSeconds }),
  };
}

function eventOnTheWire(kind: Kind, event: WatchEvent, accepted: Accepted): WatchLine {
  if (accepted.representation === 'object') return event;
  return { type: event.type, object: onTheWire(kind, event.object, accepted) as KubeObject };   // what stands for an object in such a watch
}

/** The last line of a watch that cannot go on. */
const asEvent = (error: unknown): Observable<WatchLine> => (error instanceof StatusError ? of({ type: 'ERROR', object: error.toStatus() }) : throwError(() => error));
