import { bootstrap } from '../../src/apiserver/bootstrap';
import { createApiServer } from '../../src/apiserver/create';
import { LocalClient } from '../../src/api/local-client';
import { StatusError } from '../../src/api/status';
import type { ApiRequest, User } from '../../src/api/types';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

export const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };

/** An API server on its own: no controllers, no nodes. The namespace `default` has its ServiceAccount. */
export function startServer({ latencyMs = () => 0, seed = 1 }: { latencyMs?: (user: string) => number; seed?: number } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new Store();
  const server = createApiServer({ store, scheduler: clock, random: new Random(seed), latencyMs });
  const client = new LocalClient(server, admin);
  bootstrap(client, '172.18.0.2');
  client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  const call = (request: Omit<ApiRequest, 'user'>) => server.call({ ...request, user: admin });
  return { clock, store, server, client, call };
}

/** The StatusError that `work` ends with. */
export function refusal(work: () => unknown): StatusError {
  try { work(); } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
