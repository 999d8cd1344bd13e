import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { bestOption, imaginedNode, packed } from '../../src/controllers/cluster-autoscaler/scale-up';
import { NodePools, type NodePool, type NodePoolSpec } from '../../src/kinds/add-ons/node-pool';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import type { ObjectMeta, Pod } from '../../src/schema/types';

const place = { namespace: 'default', name: 'web' };
const web = (replicas: number, spec: object = {}, annotations: Readonly<Record<string, string>> = {}) => ({
  metadata: place,
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' }, annotations }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', resources: { requests: { cpu: '2' } } }], ...spec } },
  },
});
const small: NodePoolSpec = { replicas: 1, minReplicas: 1, maxReplicas: 5, template: { capacity: { cpu: '4', memory: '8Gi' } } };
const start = (pools: Readonly<Record<string, NodePoolSpec>>): Cluster => {
  const cluster = createCluster({ nodes: 0 }).boot();
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
    expect(messages(cluster, 'ScaleDown')).toContain('node removed by cluster autoscaler');
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
