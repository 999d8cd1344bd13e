import { describe, expect, test } from 'vitest';
import { podGarbageCollector } from '../../src/controllers/pod-garbage-collector/controller';
import { terminated, tooMany } from '../../src/controllers/pod-garbage-collector/terminated';
import { taintEvictionController } from '../../src/controllers/taint-eviction/controller';
import { ReplicaSets } from '../../src/kinds/apps/replicaset';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { Index } from '../../src/runtime/index-by';
import type { Pod } from '../../src/schema/types';
import { startCluster, webSet, type Cluster } from './cluster';

const wrote = ({ store }: Cluster, name: string) =>
  [...store.history.since(0)].filter(({ key }) => key === `pods/default/${name}`).map(({ value }) => (value as Pod | undefined)?.status?.phase);
const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };

describe('the pod garbage collector', () => {
  test('ends pods of a node that is out of service, at once', () => {
    using cluster = startCluster();
    cluster.client.create(ReplicaSets, webSet(4));
    cluster.until('all are ready', () => cluster.ready().length === 4);
    cluster.fleet.silence('node-1');
    cluster.advance(100_000);
    const lost = cluster.pods().filter(({ spec }) => spec.nodeName === 'node-1').map(({ metadata }) => metadata.name);
    expect(lost).toHaveLength(2);
    const { spec } = cluster.client.get(Nodes, { name: 'node-1' });
    cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { taints: [...(spec.taints ?? []), outOfService] } });
    cluster.until('they are gone', () => lost.every((name) => !cluster.exists(Pods, name)), 21_000);
    cluster.until('others take their place', () => cluster.ready().length === 4);
    for (const name of lost) expect(wrote(cluster, name).at(-2)).toBe('Failed');
  });

  test('leaves pods of a ready node alone, whatever its taints', () => {
    using cluster = startCluster({ controllers: [podGarbageCollector] });
    cluster.client.create(Pods, { metadata: { name: 'kept', namespace: 'default', finalizers: ['example.com/keep'] }, spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }] } });
    cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { taints: [outOfService] } });
    cluster.client.delete(Pods, { namespace: 'default', name: 'kept' });
    cluster.advance(100_000);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'kept' }).status?.phase).not.toBe('Failed');
  });

  test('calls a pod failed that is being deleted and never got a node', () => {
    using cluster = startCluster({ nodes: [], controllers: [podGarbageCollector] });
    cluster.client.create(Pods, { metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/keep'] }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
    cluster.client.delete(Pods, { namespace: 'default', name: 'held' });
    cluster.advance(21_000);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'held' }).status).toMatchObject({ phase: 'Failed' });
    const steps = cluster.clock.steps;
    cluster.advance(200_000);
    expect(cluster.clock.steps - steps).toBeLessThan(40);   // it does not go on about it
  });

  test('removes what is over and too many: evicted pods first, then the oldest', () => {
    const pod = (name: string, at: number, status: Pod['status']): Pod =>
      ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', uid: name, creationTimestamp: `2026-01-01T00:00:0${at}Z` } as Pod['metadata'],
        spec: { containers: [] }, ...(status && { status }) });
    const index = new Index(terminated);
    for (const each of [pod('old', 1, { phase: 'Succeeded' }), pod('new', 3, { phase: 'Failed' }), pod('evicted', 4, { phase: 'Failed', reason: 'Evicted' }), pod('runs', 0, { phase: 'Running' })])
      index.update(each.metadata.name, undefined, each);
    const pods = { by: (_: unknown, value: string) => index.get(value).values(), count: (_: unknown, value: string) => index.get(value).size };
    const names = (threshold: number) => tooMany(pods, threshold).map(({ metadata }) => metadata.name);
    expect([names(3), names(2), names(1), names(0)]).toEqual([[], ['evicted'], ['evicted', 'old'], ['evicted', 'old', 'new']]);
  });
});

describe('a countdown to an eviction', () => {
  const tolerating = (seconds: Readonly<Record<string, number>>) => Object.entries(seconds).map(([key, tolerationSeconds]) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }));
  const start = (seconds: Readonly<Record<string, number>>) => {
    const cluster = startCluster({ controllers: [taintEvictionController] });
    cluster.client.create(Pods, { metadata: { name: 'p', namespace: 'default' }, spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }], tolerations: tolerating(seconds) } });
    cluster.advance(2_000);
    const taint = (...keys: readonly string[]) => { cluster.client.patch(Nodes, { name: 'node-1' }, { spec: { taints: keys.map((key) => ({ key, effect: 'NoExecute' })) } }); };
    const isGone = () => !cluster.exists(Pods, 'p');
    return { cluster, taint, isGone, [Symbol.dispose]: () => cluster[Symbol.dispose]() };
  };

  test('is as long as the shortest of its tolerations', () => {
    using run = start({ a: 100, b: 30 });
    run.taint('a', 'b');
    run.cluster.advance(29_000);
    expect(run.isGone()).toBe(false);
    run.cluster.advance(2_000);
    expect(run.isGone()).toBe(true);
  });

  test('goes on as it began when another taint comes, and is cut short by one that the pod does not bear', () => {
    using run = start({ a: 100, b: 5 });
    run.taint('a');
    run.cluster.advance(50_000);
    run.taint('a', 'b');
    run.cluster.advance(20_000);
    expect(run.isGone()).toBe(false);
    run.taint('a', 'b', 'c');
    run.cluster.advance(1_000);
    expect(run.isGone()).toBe(true);
    expect(run.cluster.events('TaintManagerEviction').map(({ message }) => message)).toEqual(['Cancelling deletion of Pod default/p', 'Marking for deletion Pod default/p']);
  });

  test('ends when the taint goes, and begins anew with the next', () => {
    using run = start({ a: 60 });
    run.taint('a');
    run.cluster.advance(50_000);
    run.taint();
    run.cluster.advance(1_000);
    run.taint('a');
    run.cluster.advance(50_000);
    expect(run.isGone()).toBe(false);
    expect(run.cluster.events('TaintManagerEviction').map(({ message }) => message)).toEqual(['Cancelling deletion of Pod default/p']);
    run.cluster.advance(11_000);
    expect(run.isGone()).toBe(true);
  });

  test('does not end because the node does', () => {
    using run = start({ a: 20 });
    run.taint('a');
    run.cluster.advance(5_000);
    run.cluster.client.delete(Nodes, { name: 'node-1' });
    run.cluster.advance(16_000);
    expect(run.cluster.events('TaintManagerEviction').map(({ message }) => message)).toEqual(['Marking for deletion Pod default/p']);
  });

  test('begins anew after a restart', () => {
    using run = start({ a: 60 });
    run.taint('a');
    run.cluster.advance(50_000);
    run.cluster.restart();
    run.cluster.advance(50_000);
    expect(run.isGone()).toBe(false);
    run.cluster.advance(11_000);
    expect(run.isGone()).toBe(true);
  });
});
