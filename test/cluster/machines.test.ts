import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { planOf, type Member } from '../../src/controllers/node-pool/rolling';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Machines } from '../../src/kinds/add-ons/machine';
import { NodePools } from '../../src/kinds/add-ons/node-pool';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { isConditionTrue, isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import { drainNode, upgradeNode } from '../../src/cluster/maintenance';
import { nodeControl } from '../../src/shell/node-controls';

const place = { namespace: 'default', name: 'web' };
const web = (replicas: number) => ({
  metadata: place,
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } },
});
const budget = (minAvailable: number) => ({ metadata: place, spec: { minAvailable, selector: { matchLabels: { app: 'web' } } } });
const pods = (cluster: Cluster) => cluster.client.list(Pods, 'default').items;
const ready = (cluster: Cluster) => pods(cluster).filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
const nodeReady = (cluster: Cluster, name: string) => isConditionTrue(cluster.client.get(Nodes, { name }).status, 'Ready');
const nodeNames = (cluster: Cluster) => cluster.client.list(Nodes).items.map(({ metadata }) => metadata.name);

function until(cluster: Cluster, what: string, done: () => boolean, limitMs = 600_000, always: () => void = () => {}): void {
  const limit = cluster.clock.now() + limitMs;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error(`not within ${limitMs} ms of virtual time: ${what}`);
    cluster.clock.advanceBy(250);
    always();
  }
}

describe('a node that is cut off', () => {
  test('is called unknown, keeps its containers, and takes up what it missed when it is joined again', () => {
    const cluster = createCluster({ nodes: 2 }).boot();
    cluster.client.create(Deployments, web(4));
    until(cluster, 'four pods are Ready', () => ready(cluster).length === 4);
    cluster.machines.set('node-1', { network: 'Cut' });
    until(cluster, 'the node is unknown', () => !nodeReady(cluster, 'node-1'), 60_000);
    expect(cluster.client.get(Nodes, { name: 'node-1' }).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(cluster.kubelets.kubelet('node-1')).toBeUndefined();
    until(cluster, 'its pods were replaced', () => ready(cluster).length === 4 && ready(cluster).every(({ spec }) => spec.nodeName === 'node-2'), 600_000);
    expect(pods(cluster).filter(({ metadata }) => metadata.deletionTimestamp).every(({ spec }) => spec.nodeName === 'node-1')).toBe(true);   // nobody there to end them
    expect(pods(cluster).length).toBeGreaterThan(4);
    cluster.machines.set('node-1', { network: 'Joined' });
    until(cluster, 'it is back, and rid of them', () => nodeReady(cluster, 'node-1') && pods(cluster).length === 4, 120_000);
  });

  test('hears late when it is slow, in order', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    cluster.machines.set('node-1', { latencyMs: 20_000 });
    const began = cluster.clock.now();
    cluster.client.create(Deployments, web(1));
    until(cluster, 'the pod is Ready', () => ready(cluster).length === 1);
    expect(cluster.clock.now() - began).toBeGreaterThan(20_000);
    expect(nodeReady(cluster, 'node-1')).toBe(true);
  });

  test('goes for good with its Node when it is removed', () => {
    const cluster = createCluster({ nodes: 2 }).boot();
    cluster.machines.remove('node-2');
    cluster.clock.advanceBy(1_000);
    expect(nodeNames(cluster)).toEqual(['control-plane', 'node-1']);
    expect(cluster.addNode()).toBe('node-3');
    until(cluster, 'the new one is Ready', () => nodeNames(cluster).includes('node-3') && nodeReady(cluster, 'node-3'), 60_000);
  });
});

describe('maintenance of a node', () => {
  test('drains within the budget of its pods and tells each step', () => {
    const cluster = createCluster({ nodes: 2 }).boot();
    cluster.client.create(Deployments, web(4));
    cluster.client.create(PodDisruptionBudgets, budget(3));
    until(cluster, 'four pods are Ready', () => ready(cluster).length === 4);
    const lines: string[] = [];
    let over = false;
    drainNode({ client: cluster.client, machines: cluster.machines, clock: cluster.clock }, 'node-1').subscribe({ next: (line) => lines.push(line), complete: () => { over = true; } });
    until(cluster, 'it is drained', () => over, 600_000, () => expect(ready(cluster).length).toBeGreaterThanOrEqual(3));
    expect(lines[0]).toBe('node/node-1 cordoned');
    expect(lines.at(-1)).toBe('node/node-1 drained');
    expect(lines.join('\n')).toContain("will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.");
    expect(pods(cluster).every(({ spec }) => spec.nodeName === 'node-2')).toBe(true);
  });

  test('upgrades a kubelet: drained before, uncordoned after', () => {
    const cluster = createCluster({ nodes: 2 }).boot();
    cluster.client.create(Deployments, web(2));
    until(cluster, 'two pods are Ready', () => ready(cluster).length === 2);
    let over = false;
    upgradeNode({ client: cluster.client, machines: cluster.machines, clock: cluster.clock }, 'node-1', 'v1.36.3').subscribe({ complete: () => { over = true; } });
    until(cluster, 'it is done', () => over);
    const { spec, status } = cluster.client.get(Nodes, { name: 'node-1' });
    expect(status?.nodeInfo?.kubeletVersion).toBe('v1.36.3');
    expect(spec.unschedulable).toBeUndefined();
  });
});

const withPools = (nodes = 1): Cluster => {
  const cluster = createCluster({ nodes }).boot();
  cluster.parts.enable(optional['node-pools']);
  cluster.clock.advanceBy(5_000);
  return cluster;
};

describe('machines as objects', () => {
  test('are there for the workers, and make them be as they say', () => {
    const cluster = withPools(2);
    expect(cluster.client.list(Machines).items.map(({ metadata, status }) => [metadata.name, status?.phase])).toEqual([['node-1', 'Running'], ['node-2', 'Running']]);
    cluster.client.patch(Machines, { name: 'node-1' }, { spec: { power: 'Off' } });
    cluster.clock.advanceBy(100);
    expect(cluster.machines.state('node-1')?.power).toBe('Off');
    expect(cluster.client.get(Machines, { name: 'node-1' }).status).toMatchObject({ power: 'Off', phase: 'Off' });
    cluster.client.patch(Machines, { name: 'node-1' }, { spec: { power: 'On', network: 'Cut' } });
    cluster.clock.advanceBy(100);
    expect(cluster.machines.state('node-1')).toMatchObject({ power: 'On', network: 'Cut' });
  });

  test('follow what is done by hand', () => {
    const cluster = withPools(2);
    cluster.machines.set('node-1', { power: 'Off' });
    cluster.clock.advanceBy(60_000);
    expect(cluster.machines.state('node-1')?.power).toBe('Off');
    expect(cluster.client.get(Machines, { name: 'node-1' }).spec.power).toBe('Off');
    cluster.machines.remove('node-2');
    cluster.clock.advanceBy(1_000);
    expect(cluster.client.list(Machines).items.map(({ metadata }) => metadata.name)).toEqual(['node-1']);
    expect(nodeNames(cluster)).toEqual(['control-plane', 'node-1']);
    expect(cluster.machines.names).not.toContain('node-2');
  });

  test('upgrade in place when their version changes', () => {
    const cluster = withPools(2);
    cluster.client.create(Deployments, web(4));
    cluster.client.create(PodDisruptionBudgets, budget(3));
    until(cluster, 'four pods are Ready', () => ready(cluster).length === 4);
    cluster.client.patch(Machines, { name: 'node-1' }, { spec: { template: { version: 'v1.36.3' } } });
    until(cluster, 'it is upgraded', () => {
      const { spec, status, metadata } = cluster.client.get(Nodes, { name: 'node-1' });
      return status?.nodeInfo?.kubeletVersion === 'v1.36.3' && !spec.unschedulable && metadata.annotations?.['podarium.dev/upgrading'] === undefined;
    }, 600_000, () => expect(ready(cluster).length).toBeGreaterThanOrEqual(3));
  });
});

describe('a node pool', () => {
  test('brings machines, scales through its scale subresource, and takes them away drained', () => {
    const cluster = withPools();
    cluster.client.create(NodePools, { metadata: { name: 'big' }, spec: { replicas: 2, zone: 'zone-a', template: { capacity: { cpu: '16' }, labels: { tier: 'big' } } } });
    until(cluster, 'two are Ready', () => cluster.client.get(NodePools, { name: 'big' }).status?.readyReplicas === 2);
    const made = cluster.client.list(Nodes, undefined, { labelSelector: 'podarium.dev/node-pool=big' }).items;
    expect(made.map(({ metadata, status }) => [metadata.labels?.['topology.kubernetes.io/zone'], metadata.labels?.['tier'], status?.capacity?.['cpu']]))
      .toEqual([['zone-a', 'big', '16'], ['zone-a', 'big', '16']]);
    cluster.client.patch(NodePools, { name: 'big' }, { spec: { replicas: 0 } }, 'merge', 'scale');
    until(cluster, 'they are gone', () => nodeNames(cluster).length === 2 && cluster.client.list(Machines).items.length === 1);
    expect(cluster.client.get(NodePools, { name: 'big' }).status).toMatchObject({ replicas: 0, selector: 'podarium.dev/node-pool=big' });
  });

  test('replaces its machines when its template changes, and no budget is broken', () => {
    const cluster = withPools(0);
    cluster.client.create(NodePools, { metadata: { name: 'pool' }, spec: { replicas: 2 } });
    cluster.client.create(Deployments, web(4));
    cluster.client.create(PodDisruptionBudgets, budget(3));
    until(cluster, 'four pods are Ready', () => ready(cluster).length === 4);
    cluster.client.patch(NodePools, { name: 'pool' }, { spec: { template: { version: 'v1.36.3' } } });
    let most = 0;
    until(cluster, 'all run the new version', () => {
      const workers = cluster.client.list(Nodes, undefined, { labelSelector: 'podarium.dev/node-pool=pool' }).items;
      most = Math.max(most, workers.length);
      return workers.length === 2 && workers.every(({ status }) => status?.nodeInfo?.kubeletVersion === 'v1.36.3');
    }, 1_200_000, () => expect(ready(cluster).length).toBeGreaterThanOrEqual(3));
    expect(most).toBe(3);
  });

  test('goes with all of its machines', () => {
    const cluster = withPools();
    cluster.client.create(NodePools, { metadata: { name: 'pool' }, spec: { replicas: 2 } });
    until(cluster, 'they are Ready', () => cluster.client.get(NodePools, { name: 'pool' }).status?.readyReplicas === 2);
    cluster.client.delete(NodePools, { name: 'pool' });
    until(cluster, 'they are gone', () => nodeNames(cluster).length === 2);
  });

  test('never plans more than the surge allows, nor fewer Ready than promised', () => {
    const member = fc.record({ updated: fc.boolean(), ready: fc.boolean(), leaving: fc.boolean(), createdAt: fc.constantFrom('a', 'b') });
    fc.assert(fc.property(fc.array(member, { maxLength: 8 }), fc.nat(6), fc.nat(2), fc.nat(2), (drafts, replicas, maxSurge, maxUnavailable) => {
      const members: Member[] = drafts.map((each, at) => ({ ...each, name: `m-${at}` }));
      const { add, remove } = planOf(members, { replicas, maxSurge, maxUnavailable });
      if (add > 0) expect(members.filter(({ leaving }) => !leaving).length + add).toBeLessThanOrEqual(replicas + maxSurge);
      const gone = members.filter(({ name }) => remove.includes(name));
      expect(gone.every(({ leaving }) => !leaving)).toBe(true);
      const left = members.filter(({ name, leaving, ready: isReady }) => !leaving && isReady && !remove.includes(name)).length;
      if (gone.some(({ ready: isReady }) => isReady)) expect(left).toBeGreaterThanOrEqual(Math.max(0, replicas - maxUnavailable));
    }));
  });
});

test('disabling node pools takes their objects away, though nobody is left to take finalizers off, and leaves the machines', () => {
  const cluster = withPools(2);
  cluster.parts.disable('node-pools');
  cluster.clock.advanceBy(10_000);
  expect(() => cluster.client.list(Machines)).toThrow();
  expect(cluster.machines.names).toEqual(['control-plane', 'node-1', 'node-2']);
  cluster.parts.enable(optional['node-pools']);
  cluster.clock.advanceBy(5_000);
  expect(cluster.client.list(Machines).items.map(({ metadata, status }) => [metadata.name, status?.phase])).toEqual([['node-1', 'Running'], ['node-2', 'Running']]);
});

test('a node recovers from whatever ails it', () => {
  const cluster = createCluster({ nodes: 1 }).boot();
  for (const [action, argument] of [['crash', ''], ['partition', ''], ['slow', '9s'], ['stop-kubelet', '']] as const) nodeControl(cluster, action, 'node-1', argument);
  expect(nodeControl(cluster, 'recover', 'node-1', '')).toBe('node node-1 is well again');
  expect(cluster.machines.state('node-1')).toMatchObject({ power: 'On', kubelet: 'Running', network: 'Joined', latencyMs: 0 });
});

test('the same seed lives the same life, machines and all', () => {
  const life = (): string => {
    const cluster = createCluster({ nodes: 1, seed: 7, enable: ['node-pools', 'cluster-autoscaler'] }).boot();
    cluster.client.create(NodePools, { metadata: { name: 'pool' }, spec: { replicas: 1, maxReplicas: 3 } });
    cluster.client.create(Deployments, web(3));
    cluster.machines.set('node-1', { network: 'Cut' });
    cluster.clock.advanceBy(120_000);
    cluster.machines.set('node-1', { network: 'Joined' });
    cluster.clock.advanceBy(60_000);
    return cluster.log();
  };
  expect(life()).toBe(life());
});
