import { expect, test } from 'vitest';
import { Pods } from '../../src/kinds/core/pod';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import { refusal, startServer } from './start';

const place = { namespace: 'default', name: 'p' };

function start({ budgets = ['b'] }: { budgets?: string[] } = {}) {
  const server = startServer();
  const { client, call } = server;
  client.create(Pods, { metadata: { ...place, labels: { app: 'web' } }, spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }] } });
  client.patch(Pods, place, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }, 'merge', 'status');
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } };
  for (const name of budgets) client.create(PodDisruptionBudgets, { metadata: { namespace: 'default', name }, spec });
  const allow = (disruptionsAllowed: number) => {
    const status = { observedGeneration: 1, disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
    client.patch(PodDisruptionBudgets, { namespace: 'default', name: 'b' }, { status }, 'merge', 'status');
  };
  const evict = (body: object = {}) => call({ verb: 'create', resource: 'pods', subresource: 'eviction', ...place, body: { metadata: { name: 'p' }, ...body } });
  return { ...server, allow, evict, pod: () => client.get(Pods, place), budget: () => client.get(PodDisruptionBudgets, { namespace: 'default', name: 'b' }) };
}

test('without a budget the pod is marked and deleted with its own grace', () => {
  const { evict, pod } = start({ budgets: [] });
  expect(evict()).toEqual({ code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } });
  expect(pod().metadata.deletionGracePeriodSeconds).toBe(30);
  expect(pod().status?.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }));
});

test('a budget that was not looked at yet, or is used up, holds the pod', () => {
  const { evict, allow, pod } = start();
  const text = "Cannot evict pod as it would violate the pod's disruption budget.";
  const causes = (message: string) => [{ reason: 'DisruptionBudget', message }];
  expect(refusal(() => evict())).toMatchObject({
    code: 429, message: text, details: { causes: causes('The disruption budget b is still being processed by the server.'), retryAfterSeconds: 10 },
  });
  allow(0);
  expect(refusal(() => evict())).toMatchObject({ code: 429, message: text, causes: causes('The disruption budget b needs 1 healthy pods and has 1 currently') });
  expect(pod().metadata.deletionTimestamp).toBeUndefined();
});

test('an eviction uses up one disruption, also one whose precondition fails then', () => {
  const { evict, allow, budget, pod } = start();
  allow(2);
  expect(refusal(() => evict({ deleteOptions: { preconditions: { uid: 'x' } } })).code).toBe(409);
  expect([budget().status?.disruptionsAllowed, pod().metadata.deletionTimestamp]).toEqual([1, undefined]);
  evict();
  expect(budget().status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { p: expect.any(String) } });
  expect(pod().metadata.deletionTimestamp).toBeDefined();
});

test('two budgets are too many, and another name is another pod', () => {
  const { evict } = start({ budgets: ['b', 'b2'] });
  expect(refusal(() => evict())).toMatchObject({ code: 500, message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' });
  expect(refusal(() => evict({ metadata: { name: 'other' } }))).toMatchObject({ code: 400, message: 'name in URL does not match name in Eviction object' });
});

test('a dry run judges and changes nothing', () => {
  const { evict, allow, store } = start();
  allow(1);
  const { revision } = store;
  expect(evict({ deleteOptions: { dryRun: ['All'] } }).code).toBe(201);
  expect(store.revision).toBe(revision);
});
