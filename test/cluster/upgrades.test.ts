import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { upgradeNode } from '../../src/cluster/maintenance';
import { Machines } from '../../src/kinds/add-ons/machine';
import { NodePools } from '../../src/kinds/add-ons/node-pool';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';
import { isConditionTrue, isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import type { EndpointSlice, Pod } from '../../src/schema/types';

const place = { namespace: 'default', name: 'web' };
const replicas = 6;
const newest = 'v1.36.3';
const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

/** A service with readiness and a budget on machines that are to be upgraded. */
function start({ nodes, pool, minAvailable }: { readonly nodes: number; readonly pool?: number; readonly minAvailable: number }): Cluster {
  const cluster = createCluster({ nodes }).boot();
  cluster.parts.enable(optional['node-pools']);
  cluster.clock.advanceBy(5_000);
  if (pool !== undefined) cluster.client.create(NodePools, { metadata: { name: 'pool' }, spec: { replicas: pool } });
  cluster.client.create(Services, { metadata: place, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
  cluster.client.create(PodDisruptionBudgets, { metadata: place, spec: { minAvailable, selector: { matchLabels: { app: 'web' } } } });
  cluster.client.create(Deployments, {
    metadata: place,
    spec: {
      replicas, selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 3, periodSeconds: 2 } }] },
      },
    },
  });
  until(cluster, 'all are Ready', () => ready(cluster) === replicas);
  cluster.clock.advanceBy(5_000);
  return cluster;
}

const ready = ({ client }: Cluster) => client.list(Pods, 'default').items.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
const versions = ({ client }: Cluster) => client.list(Nodes).items.filter(({ metadata }) => metadata.name !== 'control-plane').map(({ status }) => status?.nodeInfo?.kubeletVersion);

function until(cluster: Cluster, what: string, done: () => boolean, limitMs = 900_000): void {
  const limit = cluster.clock.now() + limitMs;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error(`not within ${limitMs} ms of virtual time: ${what}`);
    cluster.clock.advanceBy(500);
  }
}

/** The fewest ready endpoints, and ready pods, there were after any revision since then. */
function fewestSince({ store }: Cluster, revision: number): { readonly endpoints: number; readonly pods: number } {
  const slices = new Map<string, number>();
  const pods = new Set<string>();
  const fewest = { endpoints: Infinity, pods: Infinity };
  for (const { revision: at, key, value } of store.history.since(0)) {
    if (key.startsWith('endpointslices.discovery.k8s.io/default/web-')) {
      const slice = value as EndpointSlice | undefined;
      slices.set(key, slice?.endpoints?.filter(({ conditions }) => conditions?.ready).length ?? 0);
    } else if (key.startsWith('pods/default/web-')) {
      const pod = value as Pod | undefined;
      if (pod && isPodReady(pod) && pod.metadata.deletionTimestamp === undefined) pods.add(key); else pods.delete(key);
    } else continue;
    if (at <= revision) continue;
    fewest.endpoints = Math.min(fewest.endpoints, [...slices.values()].reduce((sum, count) => sum + count, 0));
    fewest.pods = Math.min(fewest.pods, pods.size);
  }
  return fewest;
}

describe('an upgrade of all nodes without an outage', () => {
  test.each([5, 4])('by exchanging the machines of a pool: never fewer than %i of 6', (minAvailable) => {
    const cluster = start({ nodes: 0, pool: 3, minAvailable });
    const { revision } = cluster.store;
    cluster.client.patch(NodePools, { name: 'pool' }, { spec: { template: { version: newest } } });
    until(cluster, 'all are new', () => versions(cluster).join() === [newest, newest, newest].join() && ready(cluster) === replicas, 3_600_000);
    const fewest = fewestSince(cluster, revision);
    expect(fewest.endpoints).toBeGreaterThanOrEqual(minAvailable);
    expect(fewest.endpoints).toBeLessThan(replicas);   // or nothing was tried
    expect(fewest.pods).toBeGreaterThanOrEqual(minAvailable);
  });

  test('in place, machine by machine', () => {
    const cluster = start({ nodes: 3, minAvailable: 5 });
    const { revision } = cluster.store;
    for (const name of ['node-1', 'node-2', 'node-3']) {
      cluster.client.patch(Machines, { name }, { spec: { template: { version: newest } } });
      until(cluster, `${name} is new`, () => {
        const { spec, status, metadata } = cluster.client.get(Nodes, { name });
        return status?.nodeInfo?.kubeletVersion === newest && isConditionTrue(status, 'Ready') && !spec.unschedulable && metadata.annotations?.['podarium.dev/upgrading'] === undefined;
      });
    }
    until(cluster, 'all are Ready', () => ready(cluster) === replicas);
    const fewest = fewestSince(cluster, revision);
    expect(fewest).toEqual({ endpoints: 5, pods: 5 });
  });

  test('in place, all machines at once: the budget alone decides how fast', () => {
    const cluster = start({ nodes: 3, minAvailable: 5 });
    const { revision } = cluster.store;
    cluster.client.patch(Machines, { name: 'node-1' }, { spec: { template: { version: newest } } });
    cluster.client.patch(Machines, { name: 'node-2' }, { spec: { template: { version: newest } } });
    until(cluster, 'both are new', () => versions(cluster).filter((version) => version === newest).length === 2 && ready(cluster) === replicas);
    expect(fewestSince(cluster, revision)).toEqual({ endpoints: 5, pods: 5 });
  });

  test('by hand, with drain and uncordon', () => {
    const cluster = start({ nodes: 3, minAvailable: 5 });
    const { revision } = cluster.store;
    for (const name of ['node-1', 'node-2', 'node-3']) {
      let over = false;
      upgradeNode({ client: cluster.client, machines: cluster.machines, clock: cluster.clock }, name, newest).subscribe({ complete: () => { over = true; } });
      until(cluster, `${name} is new`, () => over);
    }
    until(cluster, 'all are Ready', () => ready(cluster) === replicas);
    expect(versions(cluster)).toEqual([newest, newest, newest]);
    expect(fewestSince(cluster, revision).endpoints).toBeGreaterThanOrEqual(5);
  });
});

describe('a budget that allows nothing', () => {
  const held = ({ client }: Cluster) => client.list(Events).items.filter(({ reason }) => reason === 'FailedDrain').map(({ message, involvedObject }) => `${involvedObject.kind} ${message}`);
  const told = new RegExp(`^Machine error when evicting pods/"web-\\S+" -n "default" \\(will retry after 5s\\): ${refusal.replace(/[.']/g, '.')}$`);

  test('holds up the exchange of a pool, visibly, until it allows more', () => {
    const cluster = start({ nodes: 0, pool: 2, minAvailable: replicas });
    const { revision } = cluster.store;
    cluster.client.patch(NodePools, { name: 'pool' }, { spec: { template: { version: newest } } });
    cluster.clock.advanceBy(600_000);
    expect(versions(cluster).toSorted()).toEqual(['v1.36.2', 'v1.36.2', newest]);
    expect(fewestSince(cluster, revision).endpoints).toBeGreaterThanOrEqual(replicas);
    const leaving = cluster.client.list(Machines).items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    expect(leaving.map(({ status }) => [status?.phase, status?.message]))
      .toEqual([['Deleting', expect.stringMatching(/^draining: \d pods left: Cannot evict pod as it would violate the pod's disruption budget\.$/)]]);
    expect(held(cluster)[0]).toMatch(told);
    cluster.client.patch(PodDisruptionBudgets, place, { spec: { minAvailable: replicas - 1 } });
    until(cluster, 'all are new', () => versions(cluster).join() === [newest, newest].join() && ready(cluster) === replicas, 3_600_000);
    expect(fewestSince(cluster, revision).endpoints).toBe(replicas - 1);
  });

  test('holds up the upgrade in place', () => {
    const cluster = start({ nodes: 2, minAvailable: replicas });
    cluster.client.patch(Machines, { name: 'node-1' }, { spec: { template: { version: newest } } });
    cluster.clock.advanceBy(300_000);
    expect(cluster.client.get(Machines, { name: 'node-1' }).status).toMatchObject({ phase: 'Upgrading', version: 'v1.36.2', message: expect.stringContaining(refusal) });
    expect(cluster.client.get(Nodes, { name: 'node-1' }).spec.unschedulable).toBe(true);
    expect(held(cluster)[0]).toMatch(told);
    expect(ready(cluster)).toBe(replicas);
    cluster.client.delete(PodDisruptionBudgets, place);
    until(cluster, 'it is new', () => cluster.client.get(Machines, { name: 'node-1' }).status?.version === newest);
  });
});
