import { describe, expect, test } from 'vitest';
import { calm, disturbancesFor, type Disturbance } from './disturbances';
import { projectionOf, type Projection } from './projection';
import type { Step } from './steps';
import { World } from './world';

/** One story about a controller: what is done, and what the cluster comes to, whatever happens on the way. */
export type Scenario = {
  readonly name: string;
  readonly steps: readonly Step[];
  /** As {@link projectionOf} tells it. */
  readonly end: Projection;
  /** Disturbances after which upstream's end is another one, by the beginning of their name, and why that is so. */
  readonly except?: Readonly<Record<string, string>>;
};

/** What is told of some controllers: those that are disturbed. */
export type Scenarios = { readonly controllers: readonly string[]; readonly scenarios: readonly Scenario[] };

const settleMs = 15 * 60_000;
const hourMs = 60 * 60_000;
/** The same where machines tell every half minute that they live. */
const shortMs = 10 * 60_000;
/** More runs than this in an hour with nothing to do is a loop: the busiest that is right looks every fifteen seconds. */
const mostIdleRuns = 300;

type Played = { readonly end: Projection; readonly pods: number; readonly writes: number; readonly idleWrites: number; readonly idleRuns: number };

function play(subjects: readonly string[], { steps }: Scenario, { interference, heartbeats }: Disturbance, seed: number, calmWrites: number): Played {
  using world = new World({ seed, subjects, ...(heartbeats && { heartbeats }), interference: (made) => interference?.(made, calmWrites) ?? {} });
  world.advance(1_000);
  for (const step of steps) step.run(world);
  world.advance(settleMs);
  const { writes } = world.door;
  const { runs } = world;
  const end = projectionOf(world.client);
  world.advance(heartbeats ? shortMs : hourMs);
  return { end: [...new Set([...end, ...projectionOf(world.client)])].sort(), pods: world.machines.pods, writes, idleWrites: world.door.writes - writes, idleRuns: world.runs - runs };
}

/** Plays every scenario undisturbed and disturbed; each time it must come to its end, and then be quiet. */
export function playAll({ controllers, scenarios }: Scenarios): void {
  for (const [turn, scenario] of scenarios.entries()) describe(scenario.name, () => {
    let undisturbed: Played | undefined;
    const calmly = (): Played => (undisturbed ??= play(controllers, scenario, calm, 1, 0));
    const exceptions = Object.keys(scenario.except ?? {});

    test(calm.name, () => expect(calmly()).toMatchObject({ end: [...scenario.end].sort(), idleWrites: 0 }));

    for (const [index, disturbance] of disturbancesFor(turn).entries()) test(`${disturbance.name} (seed ${index + 2})`, () => {
      const { end, pods, idleWrites, idleRuns } = play(controllers, scenario, disturbance, index + 2, calmly().writes);
      const isElsewhere = exceptions.some((beginning) => disturbance.name.startsWith(beginning));
      if (!isElsewhere) expect(end).toEqual(calmly().end);
      if (disturbance.frugal && !isElsewhere) expect(pods).toBeLessThanOrEqual(calmly().pods);
      expect(idleWrites).toBe(0);
      expect(idleRuns).toBeLessThan(mostIdleRuns);
    });
  });
}
