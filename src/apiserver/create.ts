import { serverParts } from './all-parts';
import { authorizerOf, type AuthorizationMode } from './authorization/modes';
import { PodariumApiServer, type ApiServerOptions } from './server';

export type { PodariumApiServer } from './server';

/** `authorizationMode` is AlwaysAllow when absent. RBAC stands for `--authorization-mode=Node,RBAC`. */
export type WholeServerOptions = Omit<ApiServerOptions, 'authorizer'> & { readonly authorizationMode?: AuthorizationMode | undefined };

/** A server with all it has. */
export function createApiServer({ authorizationMode, ...options }: WholeServerOptions): PodariumApiServer {
  const server = new PodariumApiServer({ ...options, authorizer: authorizerOf(authorizationMode) });
  server.complete(serverParts);
  return server;
}
