import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { isPodReady, isTerminal } from '../../../src/kinds/core/pod-conditions';
import { podRequests } from '../../../src/kinds/core/pod-resources';
import { ResourceQuotas } from '../../../src/kinds/core/resourcequota';
import { compareQuantities, milliValue } from '../../../src/lib/quantity';
import { parseTime } from '../../../src/lib/time';
import { matches } from '../../../src/lib/selectors';
import type { Job, Pod, PodDisruptionBudget, ResourceQuota } from '../../../src/schema/types';
import { invariant, type Invariant } from './invariant';

/** An eviction is paid for with a disruption that the budget had, and leaves enough healthy pods. */
export const budgets = invariant<PodDisruptionBudget>('poddisruptionbudgets.policy', function* ({ next, previous, now }, known, { lagMs }) {
  if (!next || !previous || next.metadata.uid !== previous.metadata.uid) return;
  const { name, namespace } = next.metadata;
  const { disruptedPods = {}, disruptionsAllowed = 0, desiredHealthy = 0 } = next.status ?? {};
  if (disruptionsAllowed < 0) yield `budget ${name}: allows ${disruptionsAllowed} disruptions`;
  const evicted = Object.keys(disruptedPods).filter((each) => previous.status?.disruptedPods?.[each] === undefined);
  if (evicted.length === 0) return;
  const before = previous.status?.disruptionsAllowed ?? 0;
  if (before - disruptionsAllowed !== evicted.length) yield `budget ${name}: ${evicted.join(', ')} evicted, and of ${before} disruptions ${disruptionsAllowed} are left`;
  if ((previous.status?.observedGeneration ?? 0) < (next.metadata.generation ?? 0)) yield `budget ${name}: ${evicted.join(', ')} evicted before its spec was looked at`;
  let healthy = 0;
  for (const pod of known.all(Pods)) {
    if (pod.metadata.namespace !== namespace || !matches(next.spec?.selector, pod.metadata.labels) || disruptedPods[pod.metadata.name] !== undefined) continue;
    if (known.recent(pod, Pods, now, lagMs).some((each) => isPodReady(each) && each.metadata.deletionTimestamp === undefined)) healthy++;
  }
  if (healthy < desiredHealthy) yield `budget ${name}: ${evicted.join(', ')} evicted, ${healthy} healthy pods are left of ${desiredHealthy} that must be`;
});

/** As upstream: a pod that should be gone long since, but for a node that does not answer, uses nothing any more. */
function isCounted(pod: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  const isLate = deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined && now > parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
  return !isTerminal(pod) && !isLate;
}

/** The sum of what a namespace's pods use of a resource that a quota names. */
function usedOf(resource: string, pods: Iterable<Pod>, now: number): number {
  let sum = 0;
  for (const pod of pods) if (isCounted(pod, now)) sum += resource === 'pods' ? 1 : podRequests(pod.spec).cpuMilli;
  return sum;
}

/** What admission lets in stays within the quota's limits. */
export const quotas: Invariant = {
  of: ['pods', 'resourcequotas'],
  *judge(seen, known, { stale, lagMs }) {
    const { resource, next, previous, now } = seen;
    if (!next) return;
    if (resource === 'resourcequotas') {
      const quota = next as ResourceQuota;
      const before = (previous as ResourceQuota | undefined)?.status;
      if (seen.cause?.component === 'resourcequota-controller' || quota.status === before) return;
      for (const [name, used] of Object.entries(quota.status?.used ?? {})) {
        const hard = quota.status?.hard?.[name];
        if (hard !== undefined && compareQuantities(used, hard) > 0 && compareQuantities(used, before?.used?.[name] ?? '0') > 0) yield `quota ${quota.metadata.name}: ${used} of ${hard} ${name} used`;
      }
      return;
    }
    if (previous || stale) return;
    const namespace = next.metadata.namespace ?? '';
    const quota = known.get(ResourceQuotas, namespace, 'quota');
    if (!quota?.status?.hard || known.recent(quota, ResourceQuotas, now, lagMs).some(({ status }) => JSON.stringify(status?.hard) !== JSON.stringify(quota.status?.hard))) return;
    const pods = [...known.all(Pods)].filter(({ metadata }) => metadata.namespace === namespace);
    for (const [name, hard] of Object.entries(quota.status.hard)) {
      const used = usedOf(name, pods, now);
      const limit = name === 'pods' ? Number(hard) : milliValue(hard);
      if (used > limit) yield `quota of ${namespace}: ${next.metadata.name} makes ${used} of ${limit} ${name}`;
    }
  },
};

/** What a Job has counted stays counted. */
export const jobCounts = invariant<Job>('jobs.batch', function* ({ next, previous }) {
  if (!next || !previous || next.metadata.uid !== previous.metadata.uid) return;
  for (const count of ['succeeded', 'failed'] as const)
    if ((next.status?.[count] ?? 0) < (previous.status?.[count] ?? 0)) yield `job ${next.metadata.name}: ${count} went from ${previous.status?.[count]} to ${next.status?.[count] ?? 0}`;
});

/** Nothing is owned by what is in another namespace, and nothing has two controllers. */
export const owners: Invariant = {
  of: ['pods', 'replicasets.apps', 'jobs.batch', 'controllerrevisions.apps', 'endpointslices.discovery.k8s.io', 'endpoints'],
  *judge({ next, previous }, known) {
    if (!next || next.metadata.ownerReferences === previous?.metadata.ownerReferences) return;
    const { namespace, name, ownerReferences = [] } = next.metadata;
    if (ownerReferences.filter(({ controller }) => controller).length > 1) yield `${next.kind} ${name} has two controllers`;
    for (const { uid, kind } of ownerReferences) {
      const owner = known.ofUid(uid);
      if (owner && kind !== Nodes.kind && owner.metadata.namespace !== namespace) yield `${next.kind} ${namespace}/${name} is owned by ${kind} ${owner.metadata.namespace}/${owner.metadata.name}`;
      if (!owner) yield `${next.kind} ${namespace}/${name} is owned by a ${kind} that never was`;
    }
  },
};
