import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { parsePolicy } from '../../src/controllers/descheduler/policy';
import { Deployments } from '../../src/kinds/apps/deployment';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import type { PodSpec } from '../../src/schema/types';

const namespace = 'default';
const minutes = 60_000;
const workers = ['node-1', 'node-2', 'node-3'];

function start(policy?: { readonly deschedule?: Readonly<Record<string, object>>; readonly balance?: Readonly<Record<string, object>>; readonly evictor?: object;
  readonly more?: object }, latencyMs = 0): Cluster {
  const cluster = createCluster({ nodes: workers.length, latencyMs: (user) => (user === 'system:serviceaccount:kube-system:descheduler' ? latencyMs : 0) }).boot();
  for (const [i, name] of workers.entries()) cluster.client.patch(Nodes, { name }, { metadata: { labels: { 'topology.kubernetes.io/zone': `zone-${i}` } } });
  cluster.parts.enable(optional['descheduler']);
  cluster.clock.advanceBy(1_000);
  if (policy) {
    const { deschedule = {}, balance = {}, evictor = {}, more = {} } = policy;
    const pluginConfig = Object.entries({ ...deschedule, ...balance, DefaultEvictor: { nodeFit: true, ...evictor } }).map(([name, args]) => ({ name, args }));
    const plugins = { deschedule: { enabled: Object.keys(deschedule) }, balance: { enabled: Object.keys(balance) } };
    cluster.client.patch(ConfigMaps, { namespace: 'kube-system', name: 'descheduler' },
      { data: { 'policy.yaml': JSON.stringify({ apiVersion: 'descheduler/v1alpha2', kind: 'DeschedulerPolicy', ...more, profiles: [{ name: 'default', pluginConfig, plugins }] }) } });
  }
  cluster.clock.advanceBy(20_000);
  return cluster;
}
const deploy = ({ client, clock }: Cluster, replicas: number, spec: Partial<PodSpec> = {}, name = 'web'): void => {
  client.create(Deployments, { metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '500m' } } }], ...spec } } } });
  clock.advanceBy(10_000);
};
const pods = ({ client }: Cluster) => client.list(Pods, namespace).items.filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== 'Failed');
const spread = (cluster: Cluster) => workers.map((name) => pods(cluster).filter(({ spec }) => spec.nodeName === name).length);
const cordon = ({ client }: Cluster, unschedulable: boolean,
  ...names: readonly string[]) => { for (const name of names) client.patch(Nodes, { name }, { spec: { unschedulable: unschedulable || null } }); };
const evictions = ({ client }: Cluster) =>
  client.list(Events, namespace).items.filter(({ message }) => message?.endsWith('sigs.k8s.io/descheduler')).map(({ reason, message }) => `${reason}: ${message}`);
/** Six pods on the first of three nodes. */
function crowded(cluster: Cluster, spec: Partial<PodSpec> = {}): void {
  cordon(cluster, true, 'node-2', 'node-3');
  deploy(cluster, 6, spec);
  expect(spread(cluster)).toEqual([6, 0, 0]);
  cordon(cluster, false, 'node-2', 'node-3');
}

describe('the descheduler', () => {
  test('spreads duplicates with the policy of upstream\'s chart, and then leaves them', () => {
    const cluster = start();
    crowded(cluster);
    cluster.clock.advanceBy(6 * minutes);
    expect(spread(cluster)).toEqual([2, 2, 2]);
    expect(evictions(cluster)).toContain('RemoveDuplicates: pod eviction from node-1 node by sigs.k8s.io/descheduler');
    const before = pods(cluster).map(({ metadata }) => metadata.name).sort();
    cluster.clock.advanceBy(30 * minutes);
    expect(pods(cluster).map(({ metadata }) => metadata.name).sort()).toEqual(before);
  });

  test('heeds budgets and the policy\'s own limits', () => {
    const held = start();
    held.client.create(PodDisruptionBudgets, { metadata: { name: 'web', namespace }, spec: { minAvailable: 5, selector: { matchLabels: { app: 'web' } } } });
    crowded(held);
    let least = 6;
    for (let i = 0; i < 180; i++) { held.clock.advanceBy(2_000); least = Math.min(least, pods(held).filter(isPodReady).length); }
    expect(least).toBeGreaterThanOrEqual(5);
    expect(spread(held)[0]).toBe(5);
    const limited = start({ balance: { RemoveDuplicates: {} }, more: { maxNoOfPodsToEvictPerNode: 2 } });
    crowded(limited);
    limited.clock.advanceBy(5 * minutes);
    expect(spread(limited)[0]).toBe(4);
  });

  test('leaves pods of daemons, of nobody, with local storage and of the system, and those that fit nowhere else', () => {
    const cluster = start({ deschedule: { PodLifeTime: { maxPodLifeTimeSeconds: 60 } } });
    cluster.client.create(Pods, { metadata: { name: 'bare', namespace }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
    deploy(cluster, 1, { volumes: [{ name: 'files', emptyDir: {} }] }, 'files');
    deploy(cluster, 1, { priorityClassName: 'system-node-critical' }, 'critical');
    deploy(cluster, 1, { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }, 'fixed');
    const before = pods(cluster).map(({ metadata }) => metadata.name).sort();
    const system = cluster.client.list(Pods, 'kube-system').items.map(({ metadata }) => metadata.uid).sort();
    cluster.clock.advanceBy(12 * minutes);
    expect(pods(cluster).map(({ metadata }) => metadata.name).sort()).toEqual(before);
    expect(cluster.client.list(Pods, 'kube-system').items.map(({ metadata }) => metadata.uid).sort()).toEqual(system);
  });

  test('moves pods from nodes whose labels and taints are not theirs any more', () => {
    const cluster = start({ deschedule: { RemovePodsViolatingNodeAffinity: {}, RemovePodsViolatingNodeTaints: {} } });
    for (const name of ['node-1', 'node-2']) cluster.client.patch(Nodes, { name }, { metadata: { labels: { disk: name === 'node-1' ? 'fast' : 'slow' } } });
    deploy(cluster, 2, { nodeSelector: { disk: 'fast' } });
    expect(spread(cluster)).toEqual([2, 0, 0]);
    cluster.client.patch(Nodes, { name: 'node-1' }, { metadata: { labels: { disk: 'slow' } } });
    cluster.client.patch(Nodes, { name: 'node-2' }, { metadata: { labels: { disk: 'fast' } } });
    cluster.clock.advanceBy(6 * minutes);
    expect(spread(cluster)).toEqual([0, 2, 0]);
    cluster.client.patch(Nodes, { name: 'node-3' }, { metadata: { labels: { disk: 'fast' } } });
    cluster.client.patch(Nodes, { name: 'node-2' }, { spec: { taints: [{ key: 'special', effect: 'NoSchedule' }] } });
    cluster.clock.advanceBy(6 * minutes);
    expect(spread(cluster)).toEqual([0, 0, 2]);
    expect(evictions(cluster).map((text) => text.split(':')[0])).toEqual(expect.arrayContaining(['RemovePodsViolatingNodeAffinity', 'RemovePodsViolatingNodeTaints']));
  });

  test('parts pods that do not want to be together', () => {
    const cluster = start({ deschedule: { RemovePodsViolatingInterPodAntiAffinity: {} } });
    cordon(cluster, true, 'node-2', 'node-3');
    deploy(cluster, 1, { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: { noisy: 'yes' } } }] } } }, 'quiet');
    deploy(cluster, 1, {}, 'loud');
    const [loud] = pods(cluster).filter(({ metadata }) => metadata.labels?.['app'] === 'loud');
    if (loud) cluster.client.patch(Pods, loud.metadata, { metadata: { labels: { noisy: 'yes' } } });
    cordon(cluster, false, 'node-2', 'node-3');
    cluster.clock.advanceBy(6 * minutes);
    expect(pods(cluster).some(({ metadata }) => metadata.uid === loud?.metadata.uid)).toBe(false);
    expect(evictions(cluster)[0]).toMatch(/^RemovePodsViolatingInterPodAntiAffinity: /);
  });

  test('evens out topologies', () => {
    const cluster = start({ balance: { RemovePodsViolatingTopologySpreadConstraint: {} } });
    const constraint = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, nodeTaintsPolicy: 'Honor' };
    crowded(cluster, { topologySpreadConstraints: [constraint] });
    cluster.clock.advanceBy(6 * minutes);
    expect(spread(cluster)).toEqual([2, 2, 2]);
  });

  test('moves from full nodes to empty ones, or from empty ones to the others', () => {
    const low = start({ balance: { LowNodeUtilization: { thresholds: { cpu: 20, pods: 20 }, targetThresholds: { cpu: 50, pods: 50 } } } });
    crowded(low);
    low.clock.advanceBy(6 * minutes);
    expect(spread(low)[0]).toBe(4);   // of four cores, two are half
    const high = start({ balance: { HighNodeUtilization: { thresholds: { cpu: 30 } } } });
    deploy(high, 1, { nodeSelector: { 'kubernetes.io/hostname': 'node-1' }, containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '2' } } }] }, 'large');
    cordon(high, true, 'node-1', 'node-3');
    deploy(high, 2);
    cordon(high, false, 'node-1');
    cordon(high, true, 'node-2');
    high.clock.advanceBy(6 * minutes);
    expect(spread(high)).toEqual([3, 0, 0]);
  });

  test('ends what restarts too often, and what has failed', () => {
    const cluster = start({ deschedule: { RemovePodsHavingTooManyRestarts: { podRestartThreshold: 3 }, RemoveFailedPods: { minPodLifetimeSeconds: 60 } }, evictor: { evictFailedBarePods: true } });
    deploy(cluster, 1, { containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'exit 1'] }] });
    cluster.client.create(Pods, { metadata: { name: 'failed', namespace }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'exit 1'] }] } });
    const [first] = pods(cluster);
    cluster.clock.advanceBy(11 * minutes);
    expect(pods(cluster).some(({ metadata }) => metadata.uid === first?.metadata.uid)).toBe(false);
    expect(cluster.client.list(Pods, namespace).items.some(({ metadata }) => metadata.name === 'failed')).toBe(false);
  });

  test('says at its policy what it cannot follow, and goes on with a good one after a restart', () => {
    const cluster = start({ balance: { Nonsense: {} } });
    crowded(cluster);
    cluster.clock.advanceBy(6 * minutes);
    expect(cluster.client.list(Events, 'kube-system').items.find(({ reason }) => reason === 'InvalidPolicy')?.message)
      .toMatch(/^profile default: no balance plugin "Nonsense": there are RemoveDuplicates, /);
    expect(() => parsePolicy('{apiVersion: descheduler/v1alpha2, kind: DeschedulerPolicy, profiles: [{name: x, pluginConfig: [{name: LowNodeUtilization, args: {useDeviationThresholds: true}}], '
      + 'plugins: {balance: {enabled: [LowNodeUtilization]}}}]}', { deschedule: [], balance: ['LowNodeUtilization'] }))
        .toThrow('profile x: LowNodeUtilization: useDeviationThresholds is not emulated');
    cluster.client.patch(ConfigMaps, { namespace: 'kube-system', name: 'descheduler' }, { data: { 'policy.yaml': [
      'apiVersion: descheduler/v1alpha2', 'kind: DeschedulerPolicy', 'profiles:', '- name: x', '  plugins:', '    balance:', '      enabled: [RemoveDuplicates]'].join('\n') } });
    const [program] = cluster.client.list(Pods, 'kube-system', { labelSelector: 'app=descheduler' }).items;
    if (program) cluster.client.delete(Pods, program.metadata, { gracePeriodSeconds: 0 });
    cluster.clock.advanceBy(minutes);
    expect(spread(cluster)).toEqual([2, 2, 2]);
  });

  test('does no harm with caches that are behind, and others who scale meanwhile', () => {
    const cluster = start(undefined, 5_000);
    crowded(cluster);
    for (let i = 0; i < 8; i++) {
      cluster.clock.advanceBy(2 * minutes);
      cluster.client.patch(Deployments, { namespace, name: 'web' }, { spec: { replicas: 6 + (i % 2) * 3 } });
    }
    cluster.clock.advanceBy(12 * minutes);
    expect(spread(cluster)).toEqual([3, 3, 3]);
  });
});
