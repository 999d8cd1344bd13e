import type { Subscription } from 'rxjs';
import { drainNode } from '../../../src/cluster/maintenance';
import { StatusError } from '../../../src/api/status';
import { Nodes } from '../../../src/kinds/core/node';
import type { MachineState } from '../../../src/runtime/machines';
import type { World } from '../world';
import { operation, type AnyOperation } from './operation';

const index = (random: { below(below: number): number }): number => random.below(8);
/** Whether one of two: a machine is brought back more often than it is broken. */
const onWorker = (world: World, at: number, work: (name: string) => void): void => {
  const name = world.machine(at);
  if (name !== undefined) world.attempt(() => work(name));
};
const states: readonly Partial<MachineState>[] = [
  { power: 'Off' }, { power: 'On' }, { power: 'On' }, { network: 'Cut' }, { network: 'Joined' }, { network: 'Joined' },
  { kubelet: 'Stopped' }, { kubelet: 'Running' }, { kubelet: 'Running' }, { latencyMs: 3_000 }, { latencyMs: 0 },
];

const drains = new WeakMap<World, Set<Subscription>>();
/** Nobody goes on emptying nodes. */
export function stopDrains(world: World): void { for (const each of drains.get(world) ?? []) each.unsubscribe(); }

export const nodeOperations: readonly AnyOperation[] = [
  operation({ name: 'add node', weight: 2, draw: () => ({}), play: (world) => { if (world.workers.length < 5) world.addMachine(); } }),
  operation({ name: 'remove node', weight: 2, draw: (random) => ({ at: index(random) }), play: (world, { at }) => onWorker(world, at, (name) => world.cluster.machines.remove(name)) }),
  operation({
    name: 'machine', weight: 8,
    draw: (random) => ({ at: index(random), state: random.pick(states) }),
    play: (world, { at, state }) => onWorker(world, at, (name) => world.cluster.machines.set(name, state)),
  }),
  operation({
    name: 'delete Node object', weight: 1,
    draw: (random) => ({ at: index(random) }),
    play: (world, { at }) => onWorker(world, at, (name) => world.client.delete(Nodes, { name })),
  }),
  operation({
    name: 'cordon', weight: 3,
    draw: (random) => ({ at: index(random), unschedulable: random.next() < 0.5 }),
    play: (world, { at, unschedulable }) => onWorker(world, at, (name) => world.client.patch(Nodes, { name }, { spec: { unschedulable } })),
  }),
  operation({
    name: 'drain', weight: 3,
    draw: (random) => ({ at: index(random) }),
    play: (world, { at }) => onWorker(world, at, (name) => {
      const { client, cluster: { machines, clock } } = world;
      const running = drains.get(world) ?? new Set();
      drains.set(world, running);
      running.add(drainNode({ client, machines, clock }, name).subscribe({ error: (error: unknown) => { if (!(error instanceof StatusError)) throw error; } }));
    }),
  }),
  operation({
    name: 'taint', weight: 4,
    draw: (random) => ({ at: index(random), effect: random.pick(['NoSchedule', 'NoExecute', 'PreferNoSchedule', undefined, undefined]) }),
    play: (world, { at, effect }) => onWorker(world, at, (name) => {
      const node = world.client.get(Nodes, { name });
      const others = (node.spec.taints ?? []).filter(({ key }) => key !== 'maintenance');
      const taints = effect === undefined ? others : [...others, { key: 'maintenance', value: 'now', effect }];
      world.client.update(Nodes, { ...node, spec: { ...node.spec, taints } });
    }),
  }),
  operation({
    name: 'label node', weight: 2,
    draw: (random) => ({ at: index(random), pool: random.pick(['gold', 'iron', null]) }),
    play: (world, { at, pool }) => onWorker(world, at, (name) => world.client.patch(Nodes, { name }, { metadata: { labels: { pool } } })),
  }),
];
