import type { Cluster } from '../../../src/cluster';
import { Pods } from '../../../src/kinds/core/pod';
import { row, type Measurement } from '../row';
import { counted, filled, largest, nodesFor, processorSeconds, until } from './scale-cluster';

const few = 1_000;

type Crash = { readonly pods: number; readonly virtualSeconds: number; readonly processorMs: number };

/** Switches a node off and waits until all its pods are replaced elsewhere. What heartbeats cost in so long a time is not counted. */
function crash(pods: number, nodes: number): Crash {
  const { cluster, counts } = filled({ nodes, pods }, true);
  const before = podsOn(cluster, 'node-2');
  counts.mark();
  let virtualSeconds = 0;
  const busy = processorSeconds(() => {
    cluster.machines.set('node-2', { power: 'Off' });
    virtualSeconds = until(cluster, () => counts.fewest <= pods - before && counts.ready === pods, 10_000);
  });
  const idle = processorSeconds(() => cluster.clock.advanceBy(virtualSeconds * 1_000));
  const processorMs = (busy - idle) * 1_000;
  console.error(`crash among ${counted(nodes)} nodes: ${before} pods, ${virtualSeconds} s virtual, ${processorMs.toFixed(0)} ms beyond the ${(idle * 1_000).toFixed(0)} ms of an idle cluster`);
  return { pods: before, virtualSeconds, processorMs };
}

const podsOn = (cluster: Cluster, node: string): number =>
  cluster.client.list(Pods, 'default').items.filter(({ spec }) => spec.nodeName === node).length;

/** One node of many is lost: 40 s until it is missed, 300 s that its pods tolerate, then all of them elsewhere. */
export const scaleCrash: Measurement = {
  name: 'scale-crash',
  run() {
    const { nodes, pods } = largest(5_000, 150_000);
    crash(few, nodesFor(few));   // warm
    const small = crash(few, nodesFor(few));
    const large = crash(pods, nodes);
    const perPod = ({ pods: lost, processorMs }: Crash): number => processorMs / lost;
    return [
      row(`scale: node crash among ${counted(nodes)} nodes, until all its pods are Ready elsewhere`, large.virtualSeconds, 's virtual', 400, 'less'),
      row('scale: the same, processor for each pod lost', perPod(large), 'ms', 5, 'less'),
      row(`scale: the same, against a crash among ${counted(nodesFor(few))} nodes`, perPod(large) / perPod(small), 'times', 1.5, 'less'),
    ];
  },
};
