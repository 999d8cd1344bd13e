import type { RemoteClient } from '../../src/api/remote-client';

/** The API server as the page sees it, through a port: the same requests, answered later. Who asks is decided by the worker. */
export type Door = Pick<RemoteClient, 'call' | 'watch' | 'connect'>;
