import type { KubeObject, WriteCause } from '../../../src/api/types';
import type { Change } from '../../../src/store/history';
import type { World } from '../world';
import { deploymentBounds } from './deployments';
import type { Invariant, Seen } from './invariant';
import { Known } from './known';
import { budgets, jobCounts, owners, quotas } from './others';
import { daemons, jobPods, nodesHold, ordinals } from './pods';

const invariants: readonly Invariant[] = [deploymentBounds, nodesHold, ordinals, daemons, jobPods, budgets, quotas, jobCounts, owners];
/** Kinds that are looked at; what else there is owns nothing and is owned by nobody. */
const resources = [
  'pods', 'nodes', 'namespaces', 'services', 'endpoints', 'resourcequotas', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'daemonsets.apps', 'controllerrevisions.apps',
  'jobs.batch', 'cronjobs.batch', 'poddisruptionbudgets.policy', 'endpointslices.discovery.k8s.io',
];

const isCause = (cause: unknown): cause is WriteCause => typeof cause === 'object' && cause !== null && 'component' in cause;
const judges = new Map(resources.map((resource) => [resource, invariants.filter(({ of }) => of.includes(resource))]));

/** Looks at every change from the very first on; gives the list that violations come to. */
export function watchInvariants(world: World): readonly string[] {
  const violations: string[] = [];
  const known = new Known();
  const { store, clock } = world.cluster;
  const see = ({ key, value, previous, cause, revision }: Change): void => {
    const resource = key.slice(0, key.indexOf('/'));
    if (!judges.has(resource)) return;
    const seen: Seen = { resource, next: value as KubeObject | undefined, previous: previous as KubeObject | undefined, cause: isCause(cause) ? cause : undefined, now: clock.now() };
    known.take(seen);
    for (const { judge } of judges.get(resource) ?? []) for (const what of judge(seen, known, world)) violations.push(`revision ${revision}: ${what}`);
  };
  for (const change of store.history.since(0)) see(change);   // in order: a watch of each kind would tell them kind by kind
  for (const resource of resources) store.watch(`${resource}/`, store.revision).subscribe(see);
  return violations;
}
