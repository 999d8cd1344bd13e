import { LocalClient } from '../../../src/api/local-client';
import { bootstrap } from '../../../src/apiserver/bootstrap';
import { createApiServer } from '../../../src/apiserver/create';
import { Events } from '../../../src/kinds/core/event';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { EventRecorder } from '../../../src/runtime/event-recorder';
import { Informers } from '../../../src/runtime/informers';
import type { PodSpec } from '../../../src/schema/types';
import { createScheduler } from '../../../src/scheduler/scheduler';
import { VirtualClock } from '../../../src/sim/clock';
import { Random } from '../../../src/sim/random';
import { Store } from '../../../src/store/store';
import { row, seconds, type Measurement } from '../row';

const nodes = 5_000;
const pods = 10_000;
const spec: PodSpec = { containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '100m', memory: '500Mi' } } }] };

/** An API server with nodes and pending pods, and a scheduler that has not begun. */
export function prepare(): { readonly clock: VirtualClock; bound(): number; run(): void } {
  const clock = new VirtualClock(0);
  const server = createApiServer({ store: new Store(), scheduler: clock, random: new Random(1) });
  const client = new LocalClient(server, { name: 'bench', groups: ['system:masters'] });
  bootstrap(client, '172.18.0.2');
  client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  const allocatable = { cpu: '4', memory: '32Gi', pods: '110' };
  for (let i = 0; i < nodes; i++) {
    const { metadata } = client.create(Nodes, { metadata: { name: `node-${i}` }, spec: {} });
    client.patch(Nodes, metadata, { status: { allocatable } }, 'merge', 'status');
    client.patch(Nodes, metadata, { spec: { taints: null } });
  }
  for (let i = 0; i < pods; i++) client.create(Pods, { metadata: { name: `pod-${i}`, namespace: 'default' }, spec });
  const informers = new Informers(client, clock);
  return {
    clock,
    bound: () => client.list(Pods, 'default').items.filter((pod) => pod.spec.nodeName).length,
    run: () => void createScheduler({ random: new Random(1) }).run(informers, new EventRecorder(client, Events, () => clock.now())).subscribe(),
  };
}

/** As upstream's SchedulingBasic: pending pods of one form on many nodes, each bound through the API, with its event. */
export const scheduling: Measurement = {
  name: 'scheduling',
  async run() {
    const cluster = prepare();
    const took = await seconds(() => { cluster.run(); cluster.clock.advanceBy(1_000); });
    if (cluster.bound() !== pods) throw new Error(`only ${cluster.bound()} of ${pods} pods were bound`);
    return [row('scheduling: 10,000 pods on 5,000 nodes', Math.round(pods / took), 'pods/s', 6_800, 'more')];
  },
};
