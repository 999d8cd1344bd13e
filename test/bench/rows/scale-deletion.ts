import { Pods } from '../../../src/kinds/core/pod';
import type { Cluster } from '../../../src/cluster';
import { row, type Measurement } from '../row';
import { counted, filled, largest, nodesFor, processorSeconds, until } from './scale-cluster';

const few = 1_000;
/** Deletions of one round, one every so many milliseconds: each is reacted to on its own. */
const deletions = 400;
const everyMs = 20;
/** Heartbeats come every ten seconds: a round is some whole number of them. */
const roundMs = 10_000;
const rounds = 3;

/** Milliseconds of processor time that one deleted pod costs: its end, its replacement, and everything that reacts. */
export function deletionMs(cluster: Cluster, isWhole: () => boolean): number {
  const { clock, client } = cluster;
  let next = 0;
  const names = client.list(Pods, 'default').items.map(({ metadata }) => metadata.name);
  const stride = Math.max(1, Math.floor(names.length / (deletions * rounds + 1)));
  const idleRound = (): void => clock.advanceBy(roundMs);
  const busyRound = (): void => {
    for (let i = 0; i < deletions; i++) {
      client.delete(Pods, { namespace: 'default', name: names[(next += stride) % names.length] ?? '' });
      clock.advanceBy(everyMs);
    }
    clock.advanceBy(roundMs - deletions * everyMs);
  };
  let least = Infinity;
  idleRound();
  for (let i = 0; i < rounds; i++) {
    const idle = Math.min(processorSeconds(idleRound), processorSeconds(idleRound));
    least = Math.min(least, ((processorSeconds(busyRound) - idle) * 1_000) / deletions);
    until(cluster, isWhole);
    names.splice(0, names.length, ...client.list(Pods, 'default').items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name));
  }
  return least;
}

function among(pods: number, nodes: number): number {
  const { cluster, counts } = filled({ nodes, pods }, true);
  const cost = deletionMs(cluster, () => counts.ready === pods);
  console.error(`one deletion among ${counted(pods)} pods on ${counted(nodes)} nodes: ${cost.toFixed(3)} ms of processor time`);
  return cost;
}

/** Cost follows the change: one pod less, in a small cluster and in a large one. Each pod is behind a Service. */
export const scaleDeletion: Measurement = {
  name: 'scale-deletion',
  run() {
    const { nodes, pods } = largest(5_000, 150_000);
    among(few, nodesFor(few));   // warm
    const small = among(few, nodesFor(few));
    const large = among(pods, nodes);
    return [
      row(`scale: one deletion among ${counted(few)} pods`, small, 'ms processor', 5, 'less'),
      row(`scale: one deletion among ${counted(pods)} pods`, large, 'ms processor', 5, 'less'),
      row(`scale: deletion among ${counted(pods)} against among ${counted(few)}`, large / small, 'times', 1.5, 'less'),
    ];
  },
};
