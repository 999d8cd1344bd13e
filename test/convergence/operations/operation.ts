import type { Random } from '../../../src/sim/random';
import type { World } from '../world';

/** A workload that operations are about: the same few again and again, so that operations meet. */
export type Target = { readonly kind: WorkloadName; readonly namespace: string; readonly name: string };
export type WorkloadName = 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob';

/** What its pods are labelled with. */
export const appOf = ({ kind, name }: Target): string => `${kind.toLowerCase()}-${name}`;

/** One thing that is done, with all chance already in its arguments. */
export type Planned = { readonly text: string; play(world: World): void };

/** A thing that can be done: how its arguments are drawn, and what it does with them. */
export type Operation<A> = {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  draw(random: Random, cast: readonly Target[]): A;
  play(world: World, args: A): void;
};
export type AnyOperation = { readonly weight: number; plan(random: Random, cast: readonly Target[]): Planned };

export const operation = <A>({ name, weight, draw, play }: Operation<A>): AnyOperation => ({
  weight,
  plan(random, cast) {
    const args = draw(random, cast);
    return { text: `${name} ${JSON.stringify(args)}`, play: (world) => play(world, args) };
  },
});

/** One of the cast that is of one of these kinds; any of them when none is. */
export function targetOf(random: Random, cast: readonly Target[], kinds: readonly WorkloadName[]): Target {
  const fitting = cast.filter(({ kind }) => kinds.includes(kind));
  return fitting.length > 0 ? random.pick(fitting) : { kind: random.pick(kinds), namespace: 'default', name: 'a' };
}
