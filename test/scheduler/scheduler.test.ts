import { describe, expect, test } from 'vitest';
import { LocalClient } from '../../src/api/local-client';
import { StatusError } from '../../src/api/status';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { EventRecorder } from '../../src/runtime/event-recorder';
import { Informers } from '../../src/runtime/informers';
import type { PodSpec } from '../../src/schema/types';
import type { KubeSchedulerConfiguration } from '../../src/scheduler/configuration';
import { createScheduler } from '../../src/scheduler/scheduler';
import { Random } from '../../src/sim/random';
import { startServer } from '../apiserver/start';

/** An API server and the scheduler, on one clock. */
function start({ latencyMs = () => 0, configuration = {} }: { latencyMs?: (user: string) => number; configuration?: KubeSchedulerConfiguration } = {}) {
  const server = startServer({ latencyMs });
  const { clock, client } = server;
  const user = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };
  const own = new LocalClient(server.server, user);
  const informers = new Informers(own, clock);
  const scheduler = createScheduler({ random: new Random(3), configuration });
  const recorder = new EventRecorder(own, Events, () => clock.now());
  const run = () => scheduler.run(informers, recorder).subscribe();
  const node = (name: string, cpu = '4') => {
    const made = client.create(Nodes, { metadata: { name }, spec: {} });
    client.patch(Nodes, made.metadata, { status: { allocatable: { cpu, memory: '8Gi', pods: '110' }, capacity: { cpu, memory: '8Gi', pods: '110' } } }, 'merge', 'status');
    const { taints = [] } = client.get(Nodes, { name }).spec;
    if (taints.length > 0) client.patch(Nodes, made.metadata, { spec: { taints: null } });   // a node begins as not ready; no controller is here to lift it
  };
  const pod = (name: string, cpu = '100m', spec: Partial<PodSpec> = {}) =>
    client.create(Pods, { metadata: { name, namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu } } }], ...spec } });
  const get = (name: string) => client.get(Pods, { namespace: 'default', name });
  const events = () => client.list(Events, 'default').items.map(({ reason, message, type, action, reportingComponent }) => ({ reason, message, type, action, reportingComponent }));
  return { ...server, scheduler, run, node, pod, get, events };
}

describe('the scheduler', () => {
  test('binds a pod, says so in an event, and keeps the decision', () => {
    const { clock, run, node, pod, get, events, scheduler } = start();
    node('n1');
    node('n2');
    run();
    pod('web');
    clock.advanceBy(100);
    const { spec, status } = get('web');
    expect(['n1', 'n2']).toContain(spec.nodeName);
    expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    expect(events()).toEqual([{ type: 'Normal', reason: 'Scheduled', action: 'Binding', reportingComponent: 'default-scheduler', message: `Successfully assigned default/web to ${spec.nodeName}` }]);
    expect(scheduler.decisions.get('default/web')).toMatchObject({ node: spec.nodeName, nodesFeasible: 2, attempt: 1, candidates: expect.arrayContaining(['n1', 'n2']) });
  });

  test('says why a pod stays pending, and tries again when a node comes that could take it', () => {
    const { clock, run, node, pod, get, events } = start();
    node('n1', '1');
    run();
    pod('big', '2');
    clock.advanceBy(100);
    const message = '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    expect(get('big').status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]);
    expect(events()).toMatchObject([{ type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message }]);
    node('n2', '4');
    clock.advanceBy(100);
    expect(get('big').spec.nodeName).toBe('n2');
    expect(get('big').status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  });

  test('gives a waiting pod the room that a deleted or finished one leaves', () => {
    const { clock, run, node, pod, get, client } = start();
    node('n1', '1');
    run();
    pod('first', '800m');
    clock.advanceBy(100);
    pod('second', '800m');
    clock.advanceBy(100);
    expect(get('second').spec.nodeName).toBeUndefined();
    client.delete(Pods, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 });
    clock.advanceBy(100);
    expect(get('second').spec.nodeName).toBe('n1');
    pod('third', '800m');
    clock.advanceBy(100);
    client.patch(Pods, { namespace: 'default', name: 'second' }, { status: { phase: 'Succeeded' } }, 'merge', 'status');
    clock.advanceBy(100);
    expect(get('third').spec.nodeName).toBe('n1');
  });

  test.each([0, 500, 5_000])('never overcommits a node, even when its caches are %i ms behind', (latencyMs) => {
    const { clock, run, node, pod, get } = start({ latencyMs: (user) => (user === 'system:kube-scheduler' ? latencyMs : 0) });
    for (const name of ['n1', 'n2', 'n3']) node(name, '1');
    run();
    for (let i = 0; i < 20; i++) pod(`p${i}`, '300m');
    clock.advanceBy(60_000);
    const nodes = Array.from({ length: 20 }, (_, i) => get(`p${i}`).spec.nodeName);
    for (const name of ['n1', 'n2', 'n3']) expect(nodes.filter((each) => each === name)).toHaveLength(3);
    expect(nodes.filter((each) => each === undefined)).toHaveLength(11);
  });

  test('is not misled by changes that are older than its own binding', () => {
    const { clock, run, node, pod, get, client, scheduler } = start({ latencyMs: (user) => (user === 'system:kube-scheduler' ? 500 : 0) });
    node('n1', '1');
    run();
    clock.advanceBy(1_000);
    const decided: string[] = [];
    scheduler.decisions.changes.subscribe((decision) => decided.push(`${decision.pod} ${decision.node}`));
    pod('first', '800m');
    clock.advanceBy(100);
    client.patch(Pods, { namespace: 'default', name: 'first' }, { metadata: { labels: { touched: 'yes' } } });
    pod('second', '800m');
    clock.advanceBy(10_000);
    expect(get('first').spec.nodeName).toBe('n1');
    expect(decided).toEqual(['default/first n1', 'default/second undefined']);
  });

  test('leaves alone pods of other schedulers and pods that name their node', () => {
    const { clock, run, node, pod, get, scheduler } = start();
    node('n1');
    run();
    pod('other', '100m', { schedulerName: 'mine' });
    pod('placed', '100m', { nodeName: 'n1' });
    clock.advanceBy(1_000);
    expect(get('other').spec.nodeName).toBeUndefined();
    expect(scheduler.decisions.list()).toEqual([]);
  });

  test('places pods of each profile with its own plugins, and speaks in its name', () => {
    const packing = { schedulerName: 'packing', pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }],
      plugins: { multiPoint: { disabled: [{ name: 'NodeResourcesBalancedAllocation' }] } } };
    const { clock, run, node, pod, get, events } = start({ configuration: { profiles: [{ schedulerName: 'default-scheduler' }, packing] } });
    node('busy');
    node('empty');
    run();
    pod('there', '2', { nodeName: 'busy' });
    clock.advanceBy(100);
    pod('spread', '1');
    pod('packed', '1', { schedulerName: 'packing' });
    pod('nobodys', '1', { schedulerName: 'another' });
    clock.advanceBy(100);
    expect([get('spread').spec.nodeName, get('packed').spec.nodeName, get('nobodys').spec.nodeName]).toEqual(['empty', 'busy', undefined]);
    expect(new Set(events().map(({ reportingComponent }) => reportingComponent))).toEqual(new Set(['default-scheduler', 'packing']));
  });

  test('waits for scheduling gates', () => {
    const { clock, run, node, pod, get, client } = start();
    node('n1');
    run();
    pod('gated', '100m', { schedulingGates: [{ name: 'example.com/wait' }] });
    clock.advanceBy(1_000);
    expect(get('gated').spec.nodeName).toBeUndefined();
    client.patch(Pods, { namespace: 'default', name: 'gated' }, { spec: { schedulingGates: [] } });
    clock.advanceBy(1_000);
    expect(get('gated').spec.nodeName).toBe('n1');
  });

  test('does nothing while stopped, and carries on when started again', () => {
    const { clock, run, node, pod, get } = start();
    node('n1', '1');
    const running = run();
    pod('a', '600m');
    clock.advanceBy(100);
    running.unsubscribe();
    pod('b', '600m');
    pod('c', '300m');
    clock.advanceBy(10_000);
    expect([get('b'), get('c')].map(({ spec }) => spec.nodeName)).toEqual([undefined, undefined]);
    run();
    clock.advanceBy(100);
    expect([get('b'), get('c')].map(({ spec }) => spec.nodeName)).toEqual([undefined, 'n1']);
  });

  test('tries again after a second when the server is away', () => {
    const { clock, run, node, pod, get, server } = start();
    node('n1');
    run();
    clock.advanceBy(10);
    pod('web');
    clock.step();   // the pod has reached the scheduler
    server.refuseWith(() => new StatusError('ServiceUnavailable', 'the server is down'));
    clock.advanceBy(500);
    server.refuseWith(undefined);
    expect(get('web').spec.nodeName).toBeUndefined();
    clock.advanceBy(5_000);
    expect(get('web').spec.nodeName).toBe('n1');
  });
});
