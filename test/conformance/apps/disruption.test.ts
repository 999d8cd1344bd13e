import { describe, expect } from 'vitest';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import { PodDisruptionBudgets } from '../../../src/kinds/policy/poddisruptionbudget';
import type { PodDisruptionBudget } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, refusal, startConformance, type Framework } from '../framework';
import { isReady, podsWith, webTemplate } from './support';

const name = 'foo';
const labels = { foo: 'bar' };
const budget = (namespace: string, minAvailable: number | string, more: object = {}, budgetName = name) =>
  ({ metadata: { name: budgetName, namespace, ...more }, spec: { minAvailable, selector: { matchLabels: labels } } });
const current = ({ api, namespace }: Framework): PodDisruptionBudget => api.get(PodDisruptionBudgets, { namespace, name });
const processed = (framework: Framework): PodDisruptionBudget => framework.until('the budget is processed', () => {
  const object = current(framework);
  return (object.status?.observedGeneration ?? 0) >= (object.metadata.generation ?? 0) && object;
});
const pods = (framework: Framework, count: number): void => {
  const { api, namespace } = framework;
  for (let i = 0; i < count; i++) api.create(Pods, { metadata: { name: `pod-${i}`, namespace, labels }, spec: webTemplate(labels).spec });
  framework.until('the pods are ready', () => podsWith(framework, 'foo=bar').filter(isReady).length === count);
};

describe('disruption budgets', () => {
  behaviour('apps-022', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const special = { labels: { 'special-label': 'foo_pdb' } };
    api.create(PodDisruptionBudgets, budget(namespace, 2, special));
    api.create(PodDisruptionBudgets, budget(namespace, 2, special, 'foo2'));
    api.create(Namespaces, { metadata: { name: 'other-tests' }, spec: {} });
    api.create(PodDisruptionBudgets, budget('other-tests', 2, special));
    const query = { labelSelector: 'special-label=foo_pdb' };
    expect([api.list(PodDisruptionBudgets, undefined, query).items.length, api.list(PodDisruptionBudgets, namespace, query).items.length]).toEqual([3, 2]);
    api.deleteCollection(PodDisruptionBudgets, namespace, query);
    until('they are gone', () => api.list(PodDisruptionBudgets, namespace, query).items.length === 0);
    expect(api.list(PodDisruptionBudgets, 'other-tests', query).items).toHaveLength(1);
  });

  behaviour('apps-023', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const template = webTemplate(labels);
    api.create(ReplicaSets, { metadata: { name: 'rs', namespace }, spec: { replicas: 3, selector: { matchLabels: labels }, template } });
    until('the pods are ready', () => podsWith(framework, 'foo=bar').filter(isReady).length === 3);
    api.create(PodDisruptionBudgets, budget(namespace, 3));
    processed(framework);
    const [pod] = podsWith(framework, 'foo=bar');
    const key = { namespace, name: pod?.metadata.name ?? '' };
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: key };
    const error = refusal(() => api.post(Pods, key, 'eviction', eviction));
    expect([error.reason, error.message, error.causes[0]?.reason]).toEqual(['TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", 'DisruptionBudget']);
    api.update(PodDisruptionBudgets, { ...current(framework), spec: { minAvailable: 2, selector: { matchLabels: labels } } });
    until('one may go', () => (processed(framework).status?.disruptionsAllowed ?? 0) === 1);
    api.post(Pods, key, 'eviction', eviction);
    until('the pod is gone', () => found(() => api.get(Pods, key)) === undefined);
    until('another one is ready', () => podsWith(framework, 'foo=bar').filter(isReady).length === 3);
    api.patch(PodDisruptionBudgets, { namespace, name }, { spec: { minAvailable: 3 } }, 'merge');
    until('none may go', () => (processed(framework).status?.disruptionsAllowed ?? 1) === 0);
    const [next] = podsWith(framework, 'foo=bar');
    const nextKey = { namespace, name: next?.metadata.name ?? '' };
    expect(refusal(() => api.post(Pods, nextKey, 'eviction', { ...eviction, metadata: nextKey })).reason).toBe('TooManyRequests');
    api.delete(PodDisruptionBudgets, { namespace, name });
    until('the budget is gone', () => found(() => current(framework)) === undefined);
    api.post(Pods, nextKey, 'eviction', { ...eviction, metadata: nextKey });
    until('that pod is gone', () => found(() => api.get(Pods, nextKey)) === undefined);
  });

  behaviour('apps-024', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(PodDisruptionBudgets, budget(namespace, '1%'));
    processed(framework);
    api.update(PodDisruptionBudgets, { ...current(framework), spec: { minAvailable: '2%', selector: { matchLabels: labels } } });
    expect(processed(framework).spec?.minAvailable).toBe('2%');
    api.patch(PodDisruptionBudgets, { namespace, name }, { spec: { minAvailable: '3%' } });
    expect(processed(framework).spec?.minAvailable).toBe('3%');
    api.delete(PodDisruptionBudgets, { namespace, name });
    until('it is gone', () => found(() => current(framework)) === undefined);
  });

  behaviour('apps-025', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(PodDisruptionBudgets, budget(namespace, 1));
    pods(framework, 3);
    const status = until('it knows three pods', () => { const { status: of } = current(framework); return of?.expectedPods === 3 && of.currentHealthy === 3 && of; });
    expect([status.disruptionsAllowed, status.desiredHealthy]).toEqual([2, 1]);
    expect(status.conditions?.map(({ type, status: state, reason }) => [type, state, reason])).toEqual([['DisruptionAllowed', 'True', 'SufficientPods']]);
  });

  behaviour('apps-026', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    api.create(PodDisruptionBudgets, budget(namespace, 1));
    pods(framework, 1);
    until('it knows its pod', () => current(framework).status?.currentHealthy === 1);
    const fresh = current(framework);
    const disrupted = { 'pod-0': '2026-01-01T09:00:00Z' };
    const updated = api.update(PodDisruptionBudgets, { ...fresh, status: { ...fresh.status, observedGeneration: fresh.metadata.generation ?? 1, disruptedPods: disrupted } }, 'status');
    expect(updated.status?.disruptedPods).toEqual(disrupted);
    const patched = api.patch(PodDisruptionBudgets, { namespace, name }, { status: { observedGeneration: -1, disruptedPods: null } }, 'merge', 'status');
    expect([patched.status?.observedGeneration, patched.status?.disruptedPods]).toEqual([-1, undefined]);
  });
});
