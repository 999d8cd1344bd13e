import type { ChaosAction, ChaosSpec } from '../../kinds/add-ons/chaos';
import { Random } from '../../sim/random';

/** The luck of one round: it hangs on nothing but the seed and the round's number, so that a restart goes on as if nothing had been. */
export const luckOf = (seed: number, round: number, what: string): Random => new Random(seed).stream(`chaos round ${round}: ${what}`);

/** How long to wait before this round, in whole seconds of milliseconds. */
export function waitMs({ seed = 1, intervalSeconds = 30, jitterPercent = 0 }: ChaosSpec, round: number): number {
  const off = (luckOf(seed, round, 'when').next() * 2 - 1) * jitterPercent / 100;
  return Math.max(1, Math.round(intervalSeconds * (1 + off))) * 1_000;
}

/** What is done in this round, each as often as its weight says. @throws Error when there is nothing to choose from. */
export function actionOf({ seed = 1, actions }: ChaosSpec, round: number): ChaosAction {
  let left = luckOf(seed, round, 'what').below(actions.reduce((sum, { weight = 1 }) => sum + weight, 0));
  for (const action of actions) {
    left -= action.weight ?? 1;
    if (left < 0) return action;
  }
  throw new Error('a chaos without actions');
}
