import { StatusError } from '../../src/api/status';
import type { ApiRequest } from '../../src/api/types';
import { unlessGone } from '../../src/runtime/claim';
import { Died, type Interference } from './door';
import type { World } from './world';

/** Something that must not change where a controller gets to. `calmWrites` is how many writes it made undisturbed. */
export type Disturbance = {
  readonly name: string;
  readonly heartbeats?: boolean;
  /** No more pods come to be than undisturbed. */
  readonly frugal?: boolean;
  interference?(world: World, calmWrites: number): Interference;
};

export const calm: Disturbance = { name: 'undisturbed' };

/** So many writes are spoilt at most: whoever fails again and again waits longer and longer. */
const mostSpoilt = 24;

/** How far kinds are from those that own others: a Deployment, its ReplicaSet, the pods of that. */
const depths: Readonly<Record<string, number>> = { pods: 2, 'replicasets.apps': 1, 'jobs.batch': 1, 'controllerrevisions.apps': 1 };
const depthOf = (resource: string): number => depths[resource] ?? 0;

/** A controller that knows its own writes makes no more pods for it; one that does not know yet that its owner goes replaces what is deleted. */
const stale = (what: string, frugal: boolean, latencyMs: (resource: string) => number): Disturbance => ({ name: `caches are late, ${what}`, frugal, interference: () => ({ latencyMs }) });
const staleness = [
  stale('of owners most', false, (resource) => 3_000 - 1_400 * depthOf(resource)),
  stale('of what is owned most', true, (resource) => 200 + 1_400 * depthOf(resource)),
];

/** After a part of the writes that it takes undisturbed, at least one. */
const moment = (part: number, calmWrites: number): number => Math.max(1, Math.ceil(part * calmWrites));

const dies = (name: string, part: number): Disturbance => ({
  name: `the controller dies ${name}`,
  interference: (_, calmWrites) => ({ after: (_request, nth) => { if (nth === moment(part, calmWrites)) throw new Died(); } }),
});

/** What it did is done, and it does not know. A few times at most, or nothing would ever get done. */
const diesAgainAndAgain: Disturbance = {
  name: 'the controller dies after every third write',
  interference: () => ({ after: (_request, nth) => { if (nth % 3 === 0 && nth <= mostSpoilt) throw new Died(); } }),
};

const away: Disturbance = {
  name: 'the controller manager is away for a minute',
  interference: (world, calmWrites) => ({ after: (_request, nth) => { if (nth === moment(0.4, calmWrites)) world.pauseControllers(60_000); } }),
};

const crash = (minutes: number): Disturbance => ({
  name: `a node crashes for ${minutes} minutes`,
  heartbeats: true,
  interference: (world, calmWrites) => ({
    after: (_request, nth) => {
      if (nth !== moment(0.5, calmWrites)) return;
      world.clock.schedule(() => { world.machines.crash('node-1'); world.clock.schedule(() => world.machines.boot('node-1'), minutes * 60_000); }, 700);
    },
  }),
});

const fails = (what: string, every: number, error: () => StatusError): Disturbance => ({
  name: `every ${every}. write fails with ${what}`,
  interference: () => ({ before: (_request, nth) => { if (nth % every === 0 && nth <= mostSpoilt) throw error(); } }),
});

/** Nothing that is made anew can conflict. */
const conflicts: Disturbance = {
  name: 'every 2. change is refused for a conflict',
  interference: () => {
    let changes = 0;
    return { before: ({ verb }, nth) => { if (verb !== 'create' && nth <= mostSpoilt && ++changes % 2 === 0) throw conflict(); } };
  },
};
const conflict = (): StatusError =>
  new StatusError('Conflict', 'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again');

const timesOut: Disturbance = {
  name: 'every 3. write is done and its answer lost, and caches are late',
  interference: () => ({ latencyMs: () => 300, after: (_request, nth) => { if (nth % 3 === 1 && nth <= mostSpoilt) throw timeout(); } }),
};
const timeout = (): StatusError => new StatusError('Timeout', 'Timeout: request did not complete within requested timeout - context deadline exceeded');

/** Statuses that somebody else writes, of kinds whose controller works theirs out anew. */
const nonsense: Readonly<Record<string, object>> = {
  'deployments.apps': { readyReplicas: 77 },
  'replicasets.apps': { fullyLabeledReplicas: 77 },
  'replicationcontrollers': { fullyLabeledReplicas: 77 },
  'statefulsets.apps': { readyReplicas: 77 },
  'daemonsets.apps': { numberMisscheduled: 77 },
  'poddisruptionbudgets.policy': { currentHealthy: 77 },
};

const anotherWriter: Disturbance = {
  name: 'another writer is always a little faster',
  interference: (world) => {
    const touch = ({ resource, namespace, name }: ApiRequest, nth: number): void => {
      if (name === undefined || nth > mostSpoilt) return;
      const place = { verb: 'patch', resource, namespace, name, user: world.client.user, patchType: 'merge' } as const;
      unlessGone(() => world.server.call({ ...place, body: { metadata: { annotations: { 'example.com/touched': String(nth) } } } }));
      const status = nonsense[resource];
      if (status && nth % 3 === 0) unlessGone(() => world.server.call({ ...place, subresource: 'status', body: { status } }));
    };
    return {
      before: (request, nth) => { if (nth % 2 === 0) touch(request, nth); },
      after: (request, nth) => { if (nth % 5 === 0) touch(request, nth); },
    };
  },
};

const deaths = [
  dies('at its first write', 0), dies('after half of its writes', 0.5), dies('after a quarter of its writes', 0.25), dies('at its last write', 1),
  dies('after three quarters of its writes', 0.75),
];
const crashes = [crash(2), crash(10)];
const failures = [timesOut, fails('InternalError', 3, () => new StatusError('InternalError', 'Internal error occurred: etcdserver: leader changed'))];
const inTurn = <T>(all: readonly T[], turn: number): readonly T[] => all.slice(turn % all.length, turn % all.length + 1);

/** What is tried on a scenario: every kind of disturbance, but one moment, length or form of each; scenarios take turns in these. */
export const disturbancesFor = (turn: number): readonly Disturbance[] => [
  ...staleness, anotherWriter, ...inTurn(deaths, turn), diesAgainAndAgain, away, ...inTurn(crashes, turn), ...inTurn(failures, turn), conflicts,
];
