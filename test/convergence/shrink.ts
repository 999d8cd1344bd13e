import { play } from './play';
import type { Planned } from './operations/operation';
import type { Start } from './world';

/** A life has so many tries at most to become shorter. */
const mostTries = 120;

/** What a violation is about, without the names and numbers that differ from life to life. */
const essence = (violation: string): string => violation.replaceAll(/\b[\w.-]*\d[\w.-]*\b/g, '#').slice(0, 60);

/** Leaves out operations as long as the same thing still goes wrong: ever smaller parts, then each. */
export function shrunk(start: Start, operations: readonly Planned[], violation: string): readonly Planned[] {
  const wanted = essence(violation);
  let tries = 0;
  const fails = (candidate: readonly Planned[]): boolean => ++tries <= mostTries && play(start, candidate).violations.some((each) => essence(each) === wanted);
  let left = operations;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < left.length && tries < mostTries;) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (fails(without)) left = without; else from += size;
    }
  }
  return left;
}
