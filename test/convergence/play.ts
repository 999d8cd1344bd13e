import { defects } from '../../src/cluster';
import { HorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler';
import type { Change } from '../../src/store/history';
import { unsettled } from './end-state';
import { operationsOf } from './operations/generate';
import type { Planned } from './operations/operation';
import { settle } from './settle';
import { watchInvariants } from './invariants/watch';
import { World, type Start } from './world';

/** What became of one life: what was wrong in it, and its history as text. */
export type Outcome = { readonly violations: readonly string[]; readonly taken: number; readonly refused: number; readonly log: () => string };

const operationCount = 26;
/** Some lives end with an idle hour, the others with minutes: time costs heartbeats. */
const idleMs = (seed: number): number => (seed % 10 === 0 ? 3_600_000 : 330_000);
/** An autoscaler looks back this long, and says so when there is nothing left to see. */
const stabilizationMs = 330_000;
/** What goes on in a cluster where nothing happens: heartbeats, and events that expire. */
const ordinary = /^(leases\.coordination\.k8s\.io|nodes|events)\//;

/** The operations of a seed. */
export const planned = (seed: number): readonly Planned[] => operationsOf(seed, operationCount);

/** Plays operations in a new cluster, lets the dust settle, and leaves it alone for an hour. */
export function play(start: Start, operations: readonly Planned[] = planned(start.seed)): Outcome {
  const unexpected: unknown[] = [];
  const listening = defects.subscribe((defect) => unexpected.push(defect));
  const world = new World(start);
  const seen = watchInvariants(world);
  const found: string[] = [];
  try {
    for (const { play: act } of operations) act(world);
    settle(world);
    found.push(...unsettled(world), ...hotLoops(world, idleMs(start.seed)));
  } catch (error) { unexpected.push(error); }
  listening.unsubscribe();
  const thrown = unexpected.map((error) => `defect: ${error instanceof Error ? error.stack?.split('\n').slice(0, 4).join(' ') : String(error)}`);
  return { violations: [...thrown, ...seen, ...found], taken: world.taken, refused: world.refused, log: () => world.cluster.log() };
}

/** Writes in a time in which nothing happens. */
function* hotLoops(world: World, durationMs: number): Generator<string> {
  const { store } = world.cluster;
  if (world.all(HorizontalPodAutoscalers).length > 0) world.pass(stabilizationMs);
  const before = store.revision;
  world.pass(durationMs);
  const writes = new Map<string, Change[]>();
  for (const change of store.history.since(before)) if (!ordinary.test(change.key)) writes.set(change.key, [...(writes.get(change.key) ?? []), change]);
  for (const [key, changes] of writes) yield `idle, and ${key} was written ${changes.length} times, at first for ${JSON.stringify(changes[0]?.cause)}`;
}
