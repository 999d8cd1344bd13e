import type { KubeObject } from '../../../src/api/types';
import type { WriteCause } from '../../../src/api/types';
import type { World } from '../world';
import type { Known } from './known';

/** One change of one object, as the store has it. */
export type Seen<T extends KubeObject = KubeObject> = {
  readonly resource: string;
  readonly next: T | undefined;
  readonly previous: T | undefined;
  readonly cause: WriteCause | undefined;
  readonly now: number;
};

/** What must hold at every revision: looks at one change, and what was known before it, and says what is wrong with it. Costs what the change costs. */
export type Invariant = {
  /** Resources whose changes it looks at. */
  readonly of: readonly string[];
  judge(seen: Seen, known: Known, world: World): Iterable<string>;
};

/** An invariant of one kind's changes. */
export const invariant = <T extends KubeObject>(resource: string, judge: (seen: Seen<T>, known: Known, world: World) => Iterable<string>): Invariant =>
  ({ of: [resource], judge: (seen, known, world) => judge(seen as Seen<T>, known, world) });   // what is stored under a resource is of its kind
