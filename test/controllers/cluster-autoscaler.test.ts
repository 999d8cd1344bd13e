import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { mayMove } from '../../src/controllers/cluster-autoscaler/scale-down';
import { bestOption, imaginedNode, packed } from '../../src/controllers/cluster-autoscaler/scale-up';
import { NodePools, type NodePool, type NodePoolSpec } from '../../src/kinds/add-ons/node-pool';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import type { ObjectMeta, Pod, PodDisruptionBudget } from '../../src/schema/types';

const place = { namespace: 'default', name: 'web' };
const web = (replicas: number, spec: object = {}, annotations: Readonly<Record<string, string>> = {}) => ({
  metadata: place,
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' }, annotations }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', resources: { requests: { cpu: '2' } } }], ...spec } },
  },
});
const small: NodePoolSpec = { replicas: 1, minReplicas: 1, maxReplicas: 5, template: { capacity: { cpu: '4', memory: '8Gi' } } };
const autoscalerUser = 'system:serviceaccount:kube-system:cluster-autoscaler';
const start = (pools: Readonly<Record<string, NodePoolSpec>>, latencyMs = 0): Cluster => {
  const cluster = createCluster({ nodes: 0, latencyMs: (user) => (user === autoscalerUser ? latencyMs : 0) }).boot();
  cluster.parts.enable(optional['node-pools']);
  cluster.parts.enable(optional['cluster-autoscaler']);
  cluster.clock.advanceBy(5_000);
  for (const [name, spec] of Object.entries(pools)) cluster.client.create(NodePools, { metadata: { name }, spec });
  cluster.clock.advanceBy(60_000);
  return cluster;
};
const sizeOf = ({ client }: Cluster, name = 'pool') => client.get(NodePools, { name }).spec.replicas;
const ready = ({ client }: Cluster) => client.list(Pods, 'default').items.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
const messages = ({ client }: Cluster, reason: string) => [...new Set(client.list(Events).items.filter((event) => event.reason === reason).map(({ message }) => message))];

function until(cluster: Cluster, what: string, done: () => boolean, limitMs: number, always: () => void = () => {}): void {
  const limit = cluster.clock.now() + limitMs;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error(`not within ${limitMs} ms of virtual time: ${what}`);
    cluster.clock.advanceBy(1_000);
    always();
  }
}

describe('the cluster autoscaler', () => {
  test('brings machines for pods that find no place, and takes them away when they idled for ten minutes', () => {
    const cluster = start({ pool: small });
    cluster.client.create(Deployments, web(4));
    until(cluster, 'all pods are Ready', () => ready(cluster) === 4, 120_000);
    expect(sizeOf(cluster)).toBeGreaterThan(1);
    expect(messages(cluster, 'TriggeredScaleUp')).toEqual([`pod triggered scale-up: [{pool 1->${sizeOf(cluster)} (max: 5)}]`]);
    const status = cluster.client.get(ConfigMaps, { namespace: 'kube-system', name: 'cluster-autoscaler-status' }).data?.['status'] ?? '';
    expect(status).toMatch(/^time: .*\nautoscalerStatus: Running\n/);
    expect(status).toMatch(/name: pool$/m);
    const most = sizeOf(cluster);
    cluster.client.patch(Deployments, place, { spec: { replicas: 1 } });
    const began = cluster.clock.now();
    until(cluster, 'one is taken away', () => sizeOf(cluster) !== most, 1_800_000);
    expect(cluster.clock.now() - began).toBeGreaterThanOrEqual(590_000);
    until(cluster, 'one is left', () => sizeOf(cluster) === 1 && cluster.machines.names.length === 2, 3_600_000);
    expect(messages(cluster, 'ScaleDown')).toEqual(expect.arrayContaining(['marked the node as toBeDeleted/unschedulable', 'node removed by cluster autoscaler']));
    expect(messages(cluster, 'ScaleDownEmpty')[0]).toMatch(/^Scale-down: removing empty node "pool-\w+"$/);
    expect(messages(cluster, 'ScaledUpGroup')).toEqual([`Scale-up: setting group pool size to ${most} instead of 1 (max: 5)`, `Scale-up: group pool size set to ${most} instead of 1 (max: 5)`]);
    expect(ready(cluster)).toBe(1);
  });

  test('says why it cannot help', () => {
    const cluster = start({ pool: { ...small, maxReplicas: 1 } });
    cluster.client.create(Deployments, web(4));
    cluster.clock.advanceBy(30_000);
    expect(messages(cluster, 'NotTriggerScaleUp')).toEqual(["pod didn't trigger scale-up: 1 max node group size reached"]);
    cluster.client.patch(Deployments, place, { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } });
    cluster.clock.advanceBy(60_000);
    expect(messages(cluster, 'NotTriggerScaleUp')).toContain("pod didn't trigger scale-up: 1 node(s) didn't match Pod's node affinity/selector");
    expect(sizeOf(cluster)).toBe(1);
  });

  test('drains nodes it takes away within the budget, and leaves those whose pods say so', () => {
    const cluster = start({ pool: { ...small, replicas: 3 } });
    cluster.client.create(Deployments, web(3, { containers: [{ name: 'nginx', image: 'nginx:1.27', resources: { requests: { cpu: '500m' } } }] },
      { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }));
    cluster.client.create(PodDisruptionBudgets, { metadata: place, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } });
    until(cluster, 'all are Ready', () => ready(cluster) === 3, 120_000);
    cluster.clock.advanceBy(1_500_000);
    expect(sizeOf(cluster)).toBe(3);
    cluster.client.patch(Deployments, place, { spec: { template: { metadata: { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } } } } });
    until(cluster, 'one node carries all', () => sizeOf(cluster) === 1 && cluster.machines.names.length === 2 && ready(cluster) === 3, 3_600_000,
      () => expect(ready(cluster)).toBeGreaterThanOrEqual(2));
  });
});

const light = (replicas: number, spec: object = {}) => web(replicas, { containers: [{ name: 'nginx', image: 'nginx:1.27', resources: { requests: { cpu: '500m' } } }], ...spec });
const nodesWith = ({ client }: Cluster, taint: string) => client.list(Nodes).items.filter(({ spec }) => spec.taints?.some(({ key }) => key === taint)).map(({ metadata }) => metadata.name);
const autoscaler = ({ client }: Cluster) => client.list(Pods, 'kube-system').items.find(({ metadata, status }) => metadata.labels?.['app'] === 'cluster-autoscaler' && status?.phase === 'Running');

describe('a node that idles', () => {
  test('is kept while a budget allows nothing, and taken away when it does', () => {
    const cluster = start({ pool: { ...small, replicas: 2 } });
    cluster.client.create(Deployments, light(2,
      { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'web' } } }] }));
    cluster.client.create(PodDisruptionBudgets, { metadata: place, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } });
    until(cluster, 'all are Ready', () => ready(cluster) === 2, 120_000);
    cluster.clock.advanceBy(1_500_000);
    expect(sizeOf(cluster)).toBe(2);
    expect(nodesWith(cluster, 'DeletionCandidateOfClusterAutoscaler')).toEqual([]);
    cluster.client.patch(PodDisruptionBudgets, place, { spec: { minAvailable: 1 } });
    until(cluster, 'one is a candidate', () => nodesWith(cluster, 'DeletionCandidateOfClusterAutoscaler').length > 0, 60_000);
    const began = cluster.clock.now();
    until(cluster, 'one carries all', () => cluster.machines.names.length === 2 && ready(cluster) === 2, 1_200_000, () => expect(ready(cluster)).toBeGreaterThanOrEqual(1));
    expect(cluster.clock.now() - began).toBeGreaterThanOrEqual(600_000);
    expect(messages(cluster, 'ScaleDown').filter((message) => message?.startsWith('Scale-down: removing node'))).toEqual([
      expect.stringMatching(/^Scale-down: removing node pool-\w+, utilization: \{0\.1\S* \S+ 0 0 cpu 0\.1\S*\}, pods to reschedule: web-\S+$/)]);
    expect(messages(cluster, 'ScaleDown')).toContain('deleting pod for node scale down');
  });

  test('is a candidate no more when pods come', () => {
    const cluster = start({ pool: { ...small, replicas: 2 } });
    until(cluster, 'one is a candidate', () => nodesWith(cluster, 'DeletionCandidateOfClusterAutoscaler').length > 0, 120_000);
    cluster.client.create(Deployments, web(4, { containers: [{ name: 'nginx', image: 'nginx:1.27', resources: { requests: { cpu: '1500m' } } }] }));
    until(cluster, 'all are Ready', () => ready(cluster) === 4, 120_000);
    until(cluster, 'none is', () => nodesWith(cluster, 'DeletionCandidateOfClusterAutoscaler').length === 0, 30_000);
    cluster.clock.advanceBy(1_200_000);
    expect(sizeOf(cluster)).toBe(2);
  });
});

test('a restart begins the ten minutes anew, and nothing is done twice', () => {
  const cluster = start({ pool: { ...small, replicas: 2 } });
  cluster.client.create(Deployments, light(1));
  cluster.clock.advanceBy(500_000);
  const found = autoscaler(cluster);
  if (!found) throw new Error('no autoscaler runs');
  cluster.kubelets.kill(found.metadata, 'cluster-autoscaler');
  until(cluster, 'it runs again', () => autoscaler(cluster)?.status?.containerStatuses?.[0]?.restartCount === 1, 60_000);
  const began = cluster.clock.now();
  until(cluster, 'one is taken away', () => sizeOf(cluster) === 1, 1_200_000);
  expect(cluster.clock.now() - began).toBeGreaterThanOrEqual(595_000);
  cluster.client.patch(Deployments, place, { spec: { replicas: 20 } });
  cluster.clock.advanceBy(12_000);
  const again = autoscaler(cluster);
  if (again) cluster.kubelets.kill(again.metadata, 'cluster-autoscaler');   // while its machines are on their way
  until(cluster, 'all are Ready', () => ready(cluster) === 20, 300_000);
  expect(sizeOf(cluster)).toBe(3);
});

test.each([2_000, 25_000])('caches that are %i ms late do not bring more machines than are needed, nor take away what is used', (latencyMs) => {
  const cluster = start({ pool: small }, latencyMs);
  cluster.client.create(Deployments, web(4));
  until(cluster, 'all pods are Ready', () => ready(cluster) === 4, 300_000, () => expect(sizeOf(cluster)).toBeLessThanOrEqual(4));
  cluster.clock.advanceBy(200_000);
  expect(sizeOf(cluster)).toBeLessThanOrEqual(4);
  const growths = cluster.client.list(Events).items.filter(({ reason }) => reason === 'ScaledUpGroup');
  expect(growths.map(({ count }) => count)).toEqual(growths.map(() => 1));   // none is asked for twice
  cluster.client.patch(Deployments, place, { spec: { replicas: 1 } });
  until(cluster, 'one is left', () => sizeOf(cluster) === 1 && cluster.machines.names.length === 2, 3_600_000);
  until(cluster, 'the pod is Ready', () => ready(cluster) === 1, 60_000);
});

describe('what may be moved', () => {
  const pod = (metadata: object, spec: object = {}): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }], ...metadata } as unknown as Pod['metadata'],
    spec: { containers: [], ...spec },
  });
  const budget = (disruptionsAllowed: number) => [{ status: { disruptionsAllowed } } as PodDisruptionBudget];
  const notes = (key: string, value: string) => ({ annotations: { [`cluster-autoscaler.kubernetes.io/${key}`]: value } });
  const disk = { volumes: [{ name: 'cache', emptyDir: {} }] };
  test.each([
    ['a replicated pod', pod({}), [], true],
    ['a pod of its own', pod({ ownerReferences: [] }), [], false],
    ['a pod of its own that says so', pod({ ownerReferences: [], ...notes('safe-to-evict', 'true') }), [], true],
    ['a pod that says no', pod(notes('safe-to-evict', 'false')), [], false],
    ['a pod with files', pod({}, disk), [], false],
    ['a pod with files that may be lost', pod(notes('safe-to-evict-local-volumes', 'logs, cache'), disk), [], true],
    ['a pod with files in memory', pod({}, { volumes: [{ name: 'cache', emptyDir: { medium: 'Memory' } }] }), [], true],
    ['a pod of the system', pod({ namespace: 'kube-system' }), [], false],
    ['a pod of the system with a budget', pod({ namespace: 'kube-system' }), budget(1), true],
    ['a pod whose budget is used up', pod(notes('safe-to-evict', 'true')), budget(0), false],
  ])('%s', (_, each, budgets, expected) => { expect(mayMove(each, () => budgets)).toBe(expected); });
});

describe('what a machine would take', () => {
  const pool = (name: string, spec: NodePoolSpec): NodePool => ({ apiVersion: 'podarium.dev/v1', kind: 'NodePool', metadata: { name } as ObjectMeta, spec });   // nothing else of it is looked at
  const pod = (name: string, cpu: string, spec: object = {}): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app: 'web' } } as unknown as Pod['metadata'],
      spec: { containers: [{ name: 'c', resources: { requests: { cpu, memory: '1Gi' } } }], ...spec },
  });

  test('least waste decides between pools', () => {
    const big = pool('big', { ...small, template: { capacity: { cpu: '32', memory: '64Gi' } } });
    expect(bestOption([big, pool('small', small)], [pod('a', '3')])?.pool.metadata.name).toBe('small');
    expect(bestOption([big, pool('small', small)], [pod('a', '8')])?.pool.metadata.name).toBe('big');
    expect(bestOption([pool('tainted', { ...small, template: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })], [pod('a', '1')])).toBeUndefined();
  });

  test('pods that repel each other get a machine each, as many as the pool may have', () => {
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }] } };
    const pods = ['a', 'b', 'c'].map((name) => pod(name, '100m', { affinity }));
    expect(packed(pods, (at) => imaginedNode(pool('p', small), at), 5)).toHaveLength(3);
    expect(packed(pods, (at) => imaginedNode(pool('p', small), at), 2)).toHaveLength(2);
  });
});
