import { keyOf } from '../../api/keys';
import { Pods } from '../../kinds/core/pod';
import { isPodReady, setCondition } from '../../kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../kinds/served';
import { equal } from '../../lib/equality';
import { matches, selectorOf } from '../../lib/selectors';
import { timestamp } from '../../lib/timestamp';
import { defineController, watched, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus, Time } from '../../schema/types';
import { expectedOf } from './expected';

/** How long an evicted pod may take to be deleted before its disruption is given back. */
const deletionTimeoutMs = 120_000;

/** Keeps each PodDisruptionBudget's status: how many of its pods may be evicted now. */
export const disruptionController = defineController<PodDisruptionBudget>({
  name: 'controllermanager',
  for: PodDisruptionBudgets,
  watches: [watched(Pods, budgetsOf, sameToBudgets)],
  ignores: (previous, next) => previous.metadata.generation === next.metadata.generation && previous.status?.disruptedPods === next.status?.disruptedPods,
  settleMs: 10,
  reconcile(key, context) {
    const budget = context.informer(PodDisruptionBudgets).get(key);
    if (!budget) return undefined;
    const pods = podsOf(budget, context);
    if (pods.length === 0) context.event({ object: budget, type: 'Normal', reason: 'NoPods', message: 'No matching pods found' });
    const { kept, recheckMs } = disruptedPods(budget, pods, context);
    const status = statusOf(budget, pods, kept, context);
    if (!equal(status, budget.status)) context.api.update(PodDisruptionBudgets, { ...budget, status }, 'status');
    return recheckMs === undefined ? undefined : { requeueAfterMs: recheckMs };
  },
});

function* budgetsOf(pod: Pod, informers: Informers): Generator<string> {
  for (const budget of informers.of(PodDisruptionBudgets).by(byNamespace, pod.metadata.namespace))
    if (budget.spec?.selector && matches(budget.spec.selector, pod.metadata.labels)) yield keyOf(budget);
}

function sameToBudgets(previous: Pod, next: Pod): boolean {
  const { labels, ownerReferences, deletionTimestamp } = previous.metadata;
  return labels === next.metadata.labels && ownerReferences === next.metadata.ownerReferences && deletionTimestamp === next.metadata.deletionTimestamp
    && isPodReady(previous) === isPodReady(next);
}

/** A budget without a selector is about no pods; an empty selector is about all of the namespace. */
function podsOf({ metadata, spec }: PodDisruptionBudget, { informer }: Context): readonly Pod[] {
  if (!spec?.selector) return [];
  const selector = selectorOf(spec.selector);
  return [...informer(Pods).by(byNamespace, metadata.namespace)].filter((pod) => selector.matches(pod.metadata.labels));
}

type Disrupted = { readonly kept: Readonly<Record<string, Time>>; readonly recheckMs: number | undefined };

/** Evictions under way: gone pods and those that were not deleted in time leave the list. */
function disruptedPods(budget: PodDisruptionBudget, pods: readonly Pod[], { now, event }: Context): Disrupted {
  const kept: Record<string, Time> = {};
  let recheckMs: number | undefined;
  for (const [name, time] of Object.entries(budget.status?.disruptedPods ?? {})) {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) continue;
    const leftMs = Date.parse(time) + deletionTimeoutMs - now();
    if (leftMs <= 0) {
      const { namespace, name: budgetName } = budget.metadata;
      event({ object: pod, type: 'Warning', reason: 'NotDeleted', message: `Pod ${namespace}/${name} was expected by PDB ${namespace}/${budgetName} to be deleted but it wasn't` });
      continue;
    }
    kept[name] = time;
    recheckMs = Math.min(leftMs, recheckMs ?? leftMs);
  }
  return { kept, recheckMs };
}

function statusOf(budget: PodDisruptionBudget, pods: readonly Pod[], disrupted: Disrupted['kept'], context: Context): PodDisruptionBudgetStatus {
  const { count, healthy: desiredHealthy, unmanaged } = expectedOf(budget, pods, context);
  if (unmanaged.length > 0) context.event({ object: budget, type: 'Warning', reason: 'UnmanagedPods', message: unmanagedMessage(budget, unmanaged) });
  const healthy = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined && isPodReady(pod)).length;
  const disruptionsAllowed = count > 0 ? Math.max(0, healthy - desiredHealthy) : 0;
  const generation = budget.metadata.generation ?? 0;
  const condition: Condition = {
    type: 'DisruptionAllowed', status: disruptionsAllowed > 0 ? 'True' : 'False', reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods', message: '',
    observedGeneration: generation, lastTransitionTime: timestamp(context.now()),
  };
  const { conditions } = setCondition<Condition, PodDisruptionBudgetStatus>({ conditions: budget.status?.conditions ?? [] }, condition);
  return {
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }), ...(conditions && { conditions }),
    observedGeneration: generation, disruptionsAllowed, currentHealthy: healthy, desiredHealthy, expectedPods: count,
  };
}

const unmanagedMessage = ({ spec }: PodDisruptionBudget, pods: readonly Pod[]): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${JSON.stringify(spec?.selector ?? {})}) were found to be unmanaged. As a result, the status of the PDB cannot be `
  + 'calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value. '
  + `Unmanaged pods: ${pods.map((pod) => keyOf(pod)).join(', ')}`;
