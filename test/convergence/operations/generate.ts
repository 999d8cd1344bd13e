import { Random } from '../../../src/sim/random';
import { nodeOperations } from './nodes';
import { operation, type AnyOperation, type Planned, type Target, type WorkloadName } from './operation';
import { policyOperations } from './policies';
import { workloadOperations } from './workloads';

const kinds: readonly WorkloadName[] = ['Deployment', 'Deployment', 'Deployment', 'ReplicaSet', 'StatefulSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const castSize = 4;

/** Some actions of the clock: operations find reconciles at every stage. */
const fewSteps = operation({ name: 'some actions', weight: 5, draw: (random) => ({ count: 1 + random.below(25) }), play: (world, { count }) => world.step(count) });
/** Time of every length, from a moment to beyond what nodes may be silent and rollouts may take. */
const time = operation({
  name: 'time', weight: 6,
  draw: (random) => ({ ms: Math.round(random.pick([20, 200, 2_000, 2_000, 20_000, 20_000, 60_000, 400_000]) * (0.5 + random.next())) }),
  play: (world, { ms }) => world.pass(ms),
});
const passing = [fewSteps, time];
const doing = [...workloadOperations, ...nodeOperations, ...policyOperations];

function drawn(random: Random, from: readonly AnyOperation[]): AnyOperation {
  let left = random.below(from.reduce((sum, { weight }) => sum + weight, 0));
  return from.find(({ weight }) => (left -= weight) < 0) ?? fewSteps;
}

/** What a seed stands for. */
export function operationsOf(seed: number, count: number): readonly Planned[] {
  const random = new Random(seed).stream('operations');
  const cast: readonly Target[] = Array.from({ length: castSize },
    (_each, index) => ({ kind: random.pick(kinds), namespace: random.pick(['default', 'default', 'team']), name: 'abcd'.charAt(index) }));
  const planned: Planned[] = [];
  for (let index = 0; index < count; index++) {
    planned.push(drawn(random, doing).plan(random, cast));
    if (random.next() < 0.8) planned.push(drawn(random, passing).plan(random, cast));
  }
  return planned;
}
