import { describe, expect } from 'vitest';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Pods } from '../../../src/kinds/core/pod';
import { PriorityClasses } from '../../../src/kinds/scheduling/priorityclass';
import type { Pod } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance, type Framework } from '../framework';
import { isPreempted, offer, onlyOn, pausePod, podOf, priorityClasses, runPod, workers } from './support';

const resource = 'scheduling.k8s.io/foo';
const levels = { 'sched-preemption-low-priority': 1, 'sched-preemption-medium-priority': 100, 'sched-preemption-high-priority': 1000 };
const [low, medium, high] = Object.keys(levels) as [string, string, string];

/** Every node offers three of a resource; a pod on each takes two, the first of them with low priority. */
function fill(framework: Framework): readonly Pod[] {
  priorityClasses(framework, levels);
  return workers(framework).map((node, i) => {
    offer(framework, node, resource, '3');
    return runPod(framework, pausePod(`pod${i}`, { [resource]: '2' }, { priorityClassName: i === 0 ? low : medium, ...onlyOn(node.metadata.name) }));
  });
}
function expectOnlyFirstPreempted(framework: Framework, [first, ...others]: readonly Pod[]): void {
  expect(isPreempted(podOf(framework, first?.metadata.name ?? ''))).toBe(true);
  for (const { metadata } of others) expect(podOf(framework, metadata.name)?.metadata.deletionTimestamp).toBeUndefined();
}

describe('preemption', () => {
  behaviour('scheduling-009', () => {
    const framework = startConformance();
    const pods = fill(framework);
    runPod(framework, pausePod('preemptor-pod', { [resource]: '2' }, { priorityClassName: high }));
    expectOnlyFirstPreempted(framework, pods);
  });

  behaviour('scheduling-010', () => {
    const framework = startConformance();
    const pods = fill(framework);
    runPod(framework, pausePod('critical-pod', { [resource]: '2' }, { priorityClassName: 'system-cluster-critical' }), 'kube-system');
    expectOnlyFirstPreempted(framework, pods);
  });

  behaviour('scheduling-011', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    priorityClasses(framework, levels);
    const [node] = workers(framework);
    if (!node) throw new Error('there is no node');
    offer(framework, node, resource, '1');
    const victim = pausePod('victim-pod', { [resource]: '1' }, { priorityClassName: low, ...onlyOn(node.metadata.name) });
    runPod(framework, { ...victim, metadata: { ...victim.metadata, finalizers: ['example.com/test-finalizer'] } as typeof victim.metadata });
    const preemptor = pausePod('preemptor-pod', { [resource]: '1' }, { priorityClassName: high, ...onlyOn(node.metadata.name) });
    api.create(Pods, { ...preemptor, metadata: { ...preemptor.metadata, namespace } });
    const preempted = until('the victim is being deleted', () => { const pod = podOf(framework, 'victim-pod'); return pod?.metadata.deletionTimestamp !== undefined && pod; });
    expect(preempted.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True', reason: 'PreemptionByScheduler', message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    api.patch(Pods, { namespace, name: 'victim-pod' }, { metadata: { finalizers: null } });
    until('the victim is gone', () => podOf(framework, 'victim-pod') === undefined);
    until('the preemptor runs', () => podOf(framework, 'preemptor-pod')?.status?.phase === 'Running');
  });

  behaviour('scheduling-007', () => {
    const framework = startConformance();
    const { api, namespace, until, wait } = framework;
    const fake = 'example.com/fakecpu';
    const [node] = workers(framework);
    if (!node) throw new Error('there is no node');
    offer(framework, node, fake, '1k');
    priorityClasses(framework, { p1: 1, p2: 2, p3: 3, p4: 4 });
    const nodeSelector = { 'kubernetes.io/hostname': node.metadata.labels?.['kubernetes.io/hostname'] ?? '' };
    const watched = api.watch(Pods, namespace);
    const seen = (): readonly number[] =>
      ['rs-pod1', 'rs-pod2', 'rs-pod3'].map((prefix) => watched.events.filter(({ type, object }) => type === 'ADDED' && object.metadata.name.startsWith(prefix)).length);
    [['pod1', '200', 'p1'], ['pod2', '300', 'p2'], ['pod3', '450', 'p3']].forEach(([name = '', amount = '', priorityClassName = '']) => {
      const { metadata, spec } = pausePod(name, { [fake]: amount }, { priorityClassName, nodeSelector });
      const template = { metadata: { labels: metadata.labels }, spec };
      api.create(ReplicaSets, { metadata: { name: `rs-${name}`, namespace }, spec: { replicas: 1, selector: { matchLabels: metadata.labels }, template } });
      until(`rs-${name} is available`, () => api.get(ReplicaSets, { namespace, name: `rs-${name}` }).status?.availableReplicas === 1);
    });
    const preemptor = pausePod('pod4', { [fake]: '500' }, { priorityClassName: 'p4', nodeSelector });
    api.create(Pods, { ...preemptor, metadata: { ...preemptor.metadata, namespace } });
    until('the preemptor has a node', () => !!podOf(framework, 'pod4')?.spec.nodeName);
    until('two ReplicaSets made a pod again', () => seen().join() === '2,2,1');
    wait(5_000);
    expect(seen()).toEqual([2, 2, 1]);   // no pod was preempted twice, and none too many
    watched.subscription.unsubscribe();
  });

  behaviour('scheduling-008', () => {
    const framework = startConformance();
    const { api } = framework;
    priorityClasses(framework, { p1: 1, p2: 2 });
    const second = api.get(PriorityClasses, { name: 'p2' });
    expect(refusal(() => api.patch(PriorityClasses, { name: 'p1' }, { value: 10 })).reason).toBe('Invalid');
    expect(refusal(() => api.update(PriorityClasses, { ...second, value: 20 })).reason).toBe('Invalid');
    const description = 'updated description';
    api.patch(PriorityClasses, { name: 'p1' }, { description });
    api.update(PriorityClasses, { ...second, description });
    expect(api.list(PriorityClasses).items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['p1', 'p2']));
    expect(['p1', 'p2'].map((name) => api.get(PriorityClasses, { name })).map((each) => [each.value, each.description])).toEqual([[1, description], [2, description]]);
  });
});
