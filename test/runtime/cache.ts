import { LocalClient } from '../../src/api/local-client';
import type { User } from '../../src/api/types';
import { createApiServer } from '../../src/apiserver/create';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Informers } from '../../src/runtime/informers';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

export const startedAt = Date.UTC(2026, 0, 1);
const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };
const component: User = { name: 'system:kube-controller-manager', groups: [] };

/** A server, a client that writes, and caches that are `latencyMs()` behind it. */
export function startCaches(latencyMs: () => number = () => 0) {
  const clock = new VirtualClock(startedAt);
  const store = new Store();
  const server = createApiServer({ store, scheduler: clock, random: new Random(1), latencyMs: (user) => (user === component.name ? latencyMs() : 0) });
  const client = new LocalClient(server, admin);
  client.create(Namespaces, { metadata: { name: 'default' }, spec: {} });
  const informers = new Informers(new LocalClient(server, component), clock);
  return { clock, store, server, client, informers };
}
