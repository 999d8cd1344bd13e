import { throwAll } from './errors';
import type { Run } from './verb';

/**
 * Does the same for each thing of a list. What fails keeps no other from its turn: it is thrown at the end, after the errors there were before.
 * @throws what {@link throwAll} makes of them
 */
export async function* forEach<Thing>(things: readonly Thing[], errors: readonly unknown[], act: (each: Thing) => Run): Run {
  const failures = [...errors];
  for (const each of things) {
    try { yield* act(each); } catch (error) { failures.push(error); }
  }
  throwAll(failures);
}
