import { defer, type Observable } from 'rxjs';
import type { ApiRequest, ApiResponse, ApiServer, ConnectFrame, ConnectRequest, User, WatchEvent, WatchRequest } from '../api/types';

/** Requests as a client writes them: who asks is decided where they arrive, and only the cluster's own parts name a cause. */
export type ClientRequest = Omit<ApiRequest, 'user' | 'cause'>;
export type ClientWatch = Omit<WatchRequest, 'user'>;
export type ClientConnect = Omit<ConnectRequest, 'user'>;

/** The door as it looks from outside: answers may take time. Rejects and errors with StatusError. */
export interface ApiClient {
  call(request: ClientRequest): Promise<ApiResponse>;
  watch(request: ClientWatch): Observable<WatchEvent>;
  connect(request: ClientConnect): Observable<ConnectFrame>;
}

/** A client of a server in the same thread, always asking as `user`. */
export const clientOf = (server: ApiServer, user: User): ApiClient => ({
  call: async (request) => server.call({ ...request, user }),
  watch: (request) => defer(() => server.watch({ ...request, user })),
  connect: (request) => defer(() => server.connect({ ...request, user })),
});
