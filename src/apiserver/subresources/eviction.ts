import { badRequest, StatusError } from '../../api/status';
import type { ApiResponse } from '../../api/types';
import { isPodReady, setCondition } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { PodDisruptionBudgets } from '../../kinds/policy/poddisruptionbudget';
import { isObject } from '../../lib/json';
import { matches } from '../../lib/selectors';
import { timestamp } from '../../lib/timestamp';
import type { Condition, Eviction, Pod, PodCondition, PodDisruptionBudget } from '../../schema/types';
import { nameOf, namespaceOf, type Scope } from '../context';
import { Ownership, ownershipOf } from '../ownership/record';
import { checkPreconditions, deleteObject, deleteOptions } from '../verbs/delete';
import { judgePosted } from './posted';

const evictions = { group: 'policy', version: 'v1', kind: 'Eviction' };

/** Deletes a pod unless a disruption budget forbids it; answers with a Status, as upstream. Throws TooManyRequests. */
export function evict(scope: Scope): ApiResponse {
  const { context: { storage }, request } = scope;
  const name = nameOf(scope);
  const eviction: Partial<Eviction> = isObject(request.body) ? request.body : {};
  if (eviction.metadata?.name && eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
  const options = deleteOptions({ request: { body: eviction.deleteOptions } });
  judgePosted(scope, 'eviction', evictions, eviction);
  const pod = storage.get(Pods, namespaceOf(scope), name) as Pod;   // stored under Pods, so it is one
  const dryRun = request.options?.dryRun === true || options.dryRun !== undefined;
  const budget = bypassesBudgets(pod) ? undefined : budgetOf(scope, pod);
  if (budget && isHeld(pod, budget)) spend(scope, budget, pod, dryRun);
  checkPreconditions(scope, pod, options);   // after the budget was charged, as upstream
  deleteObject(scope, dryRun || pod.metadata.deletionTimestamp ? pod : marked(scope, pod), options);
  return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

/** Pods that serve nobody, or no more, disrupt nothing. */
const bypassesBudgets = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? 'Pending');

function budgetOf({ context: { storage } }: Scope, { metadata: { namespace, labels } }: Pod): PodDisruptionBudget | undefined {
  const all = storage.list(PodDisruptionBudgets, namespace) as PodDisruptionBudget[];   // stored under their kind, so they are
  const covering = all.filter(({ spec }) => spec.selector !== undefined && matches(spec.selector, labels));
  if (covering.length > 1) throw new StatusError('', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  return covering[0];
}

/** An unhealthy pod may go when its budget says so, or when enough others are healthy. */
function isHeld(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return true;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return false;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return !(desiredHealthy > 0 && currentHealthy >= desiredHealthy);
}

/** The budget's condition when its last disruption is used up. */
function withNoneAllowed(conditions: readonly Condition[], observedGeneration: number | undefined, now: number): readonly Condition[] {
  const before = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const lastTransitionTime = before?.status === 'False' ? before.lastTransitionTime : timestamp(now);
  const condition: Condition = {
    message: '', ...before, type: 'DisruptionAllowed', status: 'False', ...(observedGeneration !== undefined && { observedGeneration }), lastTransitionTime, reason: 'InsufficientPods',
  };
  return before ? conditions.map((each) => (each === before ? condition : each)) : [...conditions, condition];
}

/** Uses up one disruption of the budget. */
function spend({ context: { storage, scheduler }, request }: Scope, budget: PodDisruptionBudget, { metadata: { name } }: Pod, dryRun: boolean): void {
  const { status } = budget;
  const about = `The disruption budget ${budget.metadata.name}`;
  if (!status || (status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) throw tooMany(`${about} is still being processed by the server.`, 10);
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status;
  if (disruptionsAllowed <= 0) throw tooMany(`${about} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`);
  if (dryRun) return;
  const disruptedPods = { ...status.disruptedPods, [name]: timestamp(scheduler.now()) };
  const left = disruptionsAllowed - 1;
  const conditions = left === 0 ? withNoneAllowed(status.conditions ?? [], status.observedGeneration, scheduler.now()) : status.conditions;
  const next: PodDisruptionBudget = { ...budget, status: { ...status, disruptedPods, disruptionsAllowed: left, ...(conditions && { conditions }) } };
  const writer = { manager: 'kube-apiserver', kind: PodDisruptionBudgets, subresource: 'status' };
  storage.replace(PodDisruptionBudgets, next, budget, request.cause, Ownership.written(writer, scheduler.now(), next, budget, ownershipOf(budget)));
}

const tooMany = (why: string, retryAfterSeconds?: number): StatusError => new StatusError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
  causes: [{ reason: 'DisruptionBudget', message: why }], ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** Says why the pod goes, for controllers that count disruptions apart from failures. */
function marked({ context: { storage, scheduler }, request }: Scope, pod: Pod): Pod {
  const condition: PodCondition = {
    type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting', lastTransitionTime: timestamp(scheduler.now()),
  };
  const next: Pod = { ...pod, status: setCondition(pod.status ?? {}, condition) };
  return storage.replace(Pods, next, pod, request.cause) as Pod;   // what was stored is a pod again
}
