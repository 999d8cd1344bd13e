import { row, type Measurement } from '../row';
import { deletionMs } from './scale-deletion';
import { counted, filled, heapMebibytes, largest, nodesFor, processorSeconds } from './scale-cluster';

type Costs = { readonly pods: number; readonly fill: number; readonly idle: number; readonly deletion: number; readonly heap: number };

/** `emptyMebibytes` is the heap between clusters: what is left of the one before goes while the next one fills. */
function costs(pods: number, emptyMebibytes: number): Costs {
  const { cluster, counts, processorSeconds: fill } = filled({ nodes: nodesFor(pods), pods });
  const heap = heapMebibytes() - emptyMebibytes;
  const deletion = deletionMs(cluster, () => counts.ready === pods);
  const idle = processorSeconds(() => cluster.clock.advanceBy(60_000));
  console.error(`${counted(pods)} pods: ${fill.toFixed(2)} s to fill, ${idle.toFixed(2)} s for an idle minute, ${deletion.toFixed(3)} ms a deletion, ${heap.toFixed(0)} MiB`);
  return { pods, fill, idle, deletion, heap };
}

/** The exponent of N with which something grows: the slope of the line through the points, both axes logarithmic. */
function exponent(points: readonly Costs[], of: (costs: Costs) => number): number {
  const xs = points.map(({ pods }) => Math.log(pods));
  const ys = points.map((point) => Math.log(Math.max(of(point), 1e-6)));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const across = xs.reduce((sum, each, i) => sum + (each - x) * ((ys[i] ?? 0) - y), 0);
  return across / xs.reduce((sum, each) => sum + (each - x) ** 2, 0);
}

/** How costs grow with the number of pods, thirty to a node. */
export const scaleGrowth: Measurement = {
  name: 'scale-growth',
  run() {
    const { pods } = largest(0, 100_000);
    const sizes = [pods / 100, pods / 10, pods];
    costs(pods / 100, 0);   // warm
    const empty = heapMebibytes();
    const points = sizes.map((size) => costs(size, empty));
    const over = sizes.map(counted).join(', ');
    return [
      row(`scale: exponent of filling the cluster, N = ${over}`, exponent(points, ({ fill }) => fill), 'of N', 1.1, 'less'),
      row('scale: exponent of an idle minute', exponent(points, ({ idle }) => idle), 'of N', 1.1, 'less'),
      row('scale: exponent of one deletion', exponent(points, ({ deletion }) => deletion), 'of N', 0.1, 'less'),
      // Some of the warm-up's cluster is collected only while the smallest one fills: its heap says nothing.
      row('scale: exponent of the heap, the two larger', exponent(points.slice(1), ({ heap }) => heap), 'of N', 1.1, 'less'),
    ];
  },
};
