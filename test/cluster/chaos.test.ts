import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { actionOf, waitMs } from '../../src/controllers/chaos/plan';
import { Chaoses, type ChaosSpec } from '../../src/kinds/add-ons/chaos';
import { CustomResourceDefinitions } from '../../src/kinds/apiextensions/customresourcedefinition';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Events } from '../../src/kinds/core/event';
import { Nodes } from '../../src/kinds/core/node';
import { Pods } from '../../src/kinds/core/pod';
import { isConditionTrue, isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';

const place = { namespace: 'default', name: 'web' };
const web = (replicas: number) => ({
  metadata: place,
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } },
});
const start = (nodes = 3, seed = 1): Cluster => {
  const cluster = createCluster({ nodes, seed }).boot();
  cluster.parts.enable(optional.chaos);
  cluster.clock.advanceBy(5_000);
  return cluster;
};
const create = (cluster: Cluster, spec: ChaosSpec, name = 'monkey') => cluster.client.create(Chaoses, { metadata: { name }, spec });
const chaosOf = ({ client }: Cluster, name = 'monkey') => client.get(Chaoses, { name });
const historyOf = (cluster: Cluster) => (chaosOf(cluster).status?.history ?? []).map(({ type, target, outcome }) => `${type} ${target ?? ''} ${outcome}`);
const ready = ({ client }: Cluster) => client.list(Pods, 'default').items.filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
const messages = ({ client }: Cluster, reason: string) => client.list(Events).items.filter((event) => event.reason === reason).map(({ message }) => message);
const ailing = ({ machines }: Cluster) =>
  machines.names.filter((name) => { const state = machines.state(name); return state?.power !== 'On' || state.network !== 'Joined' || state.latencyMs !== 0 || state.kubelet !== 'Running'; });

function until(cluster: Cluster, what: string, done: () => boolean, limitMs = 300_000): void {
  const limit = cluster.clock.now() + limitMs;
  while (!done()) {
    if (cluster.clock.now() > limit) throw new Error(`not within ${limitMs} ms of virtual time: ${what}`);
    cluster.clock.advanceBy(500);
  }
}

describe('chaos to nodes', () => {
  test.each([
    ['NodeCrash', { power: 'Off' }], ['NodePartition', { network: 'Cut' }], ['NodeSlow', { latencyMs: 7_000 }], ['KubeletStop', { kubelet: 'Stopped' }],
  ] as const)('%s comes after the interval, lasts as long as it says, and is healed', (type, state) => {
    const cluster = start();
    create(cluster, { intervalSeconds: 20, limit: 1, actions: [{ type, durationSeconds: 90, ...(type === 'NodeSlow' && { latencyMilliseconds: 7_000 }) }] });
    cluster.clock.advanceBy(19_000);
    expect(ailing(cluster)).toEqual([]);
    cluster.clock.advanceBy(2_000);
    const [name = ''] = ailing(cluster);
    expect(name).toMatch(/^node-/);
    expect(cluster.machines.state(name)).toMatchObject(state);
    expect(chaosOf(cluster).status).toMatchObject({ phase: 'Completed', disruptions: 1, active: 1 });
    cluster.clock.advanceBy(87_000);
    expect(ailing(cluster)).toEqual([name]);
    cluster.clock.advanceBy(3_000);
    expect(ailing(cluster)).toEqual([]);
    expect(historyOf(cluster)).toEqual([`${type} node/${name} Healed`]);
    expect(chaosOf(cluster).status?.active).toBe(0);
    expect(messages(cluster, 'Healed')).toEqual([`Healed node/${name}`]);
    until(cluster, 'the node is Ready again', () => isConditionTrue(cluster.client.get(Nodes, { name }).status, 'Ready'));
  });

  test('never disturbs more at once than it may, and never the control plane unasked', () => {
    const cluster = start(4);
    create(cluster, { intervalSeconds: 5, maxConcurrent: 2, actions: [{ type: 'NodeCrash', durationSeconds: 40 }, { type: 'NodePartition', durationSeconds: 70 }] });
    for (let i = 0; i < 300; i++) {
      cluster.clock.advanceBy(1_000);
      expect(ailing(cluster).length).toBeLessThanOrEqual(2);
      expect(ailing(cluster)).not.toContain('control-plane');
    }
    expect(chaosOf(cluster).status?.disruptions).toBeGreaterThan(5);
  });

  test('heals the control plane, though nobody can be asked about it', () => {
    const cluster = start(1);
    create(cluster, { intervalSeconds: 10, limit: 1, actions: [{ type: 'NodeCrash', durationSeconds: 30, nodeSelector: { matchLabels: { 'node-role.kubernetes.io/control-plane': '' } } }] });
    cluster.clock.advanceBy(12_000);
    expect(cluster.machines.state('control-plane')?.power).toBe('Off');
    expect(() => cluster.client.list(Nodes)).toThrow('was refused');
    cluster.clock.advanceBy(30_000);
    expect(cluster.machines.state('control-plane')?.power).toBe('On');
    until(cluster, 'it is told', () => { try { return historyOf(cluster).join() === 'NodeCrash node/control-plane Healed'; } catch { return false; } }, 600_000);
  });
});

describe('chaos to pods', () => {
  test('kills pods and containers that its selectors choose', () => {
    const cluster = start();
    cluster.client.create(Deployments, web(3));
    cluster.client.create(Deployments, { metadata: { ...place, name: 'other' },
      spec: { ...web(2).spec, selector: { matchLabels: { app: 'o' } }, template: { ...web(2).spec.template, metadata: { labels: { app: 'o' } } } } });
    until(cluster, 'all are Ready', () => ready(cluster) === 5);
    create(cluster, { seed: 3, intervalSeconds: 10, limit: 8,
      actions: [{ type: 'PodKill', podSelector: { matchLabels: { app: 'web' } } }, { type: 'ContainerKill', namespaces: ['default'], podSelector: { matchLabels: { app: 'web' } }, weight: 2 }] });
    until(cluster, 'it is over', () => chaosOf(cluster).status?.phase === 'Completed');
    const history = historyOf(cluster);
    expect(history.filter((line) => /^PodKill pod\/default\/web-\S+ Done$/.test(line)).length).toBeGreaterThan(0);
    expect(history.filter((line) => /^ContainerKill container\/default\/web-\S+\/nginx Done$/.test(line)).length).toBeGreaterThan(0);
    expect(history).toHaveLength(8);
    until(cluster, 'all are Ready again', () => ready(cluster) === 5);
    expect(cluster.client.list(Pods, 'default').items.filter(({ metadata }) => metadata.labels?.['app'] === 'o').every(({ status }) => status?.containerStatuses?.[0]?.restartCount === 0)).toBe(true);
  });

  test('holds back where a disruption budget forbids it', () => {
    const cluster = start();
    cluster.client.create(Deployments, web(2));
    cluster.client.create(PodDisruptionBudgets, { metadata: place, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } });
    until(cluster, 'all are Ready', () => ready(cluster) === 2);
    create(cluster, { intervalSeconds: 5, respectDisruptionBudgets: true, actions: [{ type: 'PodKill' }] });
    cluster.clock.advanceBy(60_000);
    expect(ready(cluster)).toBe(2);
    expect(chaosOf(cluster).status).toMatchObject({ disruptions: 0, rounds: 12 });
    expect(chaosOf(cluster).status?.history?.at(-1)).toMatchObject({ outcome: 'Refused', message: 'The disruption budget web of default allows 0 disruptions, not 1' });
    cluster.client.patch(PodDisruptionBudgets, place, { spec: { minAvailable: 1 } });
    for (let i = 0; i < 120; i++) {
      cluster.clock.advanceBy(500);
      expect(ready(cluster)).toBeGreaterThanOrEqual(1);
    }
    expect(chaosOf(cluster).status?.disruptions).toBeGreaterThan(0);
  });

  test('says that there is nobody', () => {
    const cluster = start(1);
    create(cluster, { intervalSeconds: 5, limit: 1, actions: [{ type: 'PodKill', namespaces: ['nowhere'] }] });
    cluster.clock.advanceBy(6_000);
    expect(historyOf(cluster)).toEqual(['PodKill  NoTarget']);
    expect(messages(cluster, 'NoTarget')).toEqual(['PodKill: there is nobody it could be done to']);
  });
});

test('chaos to the control plane: a component is killed and comes back', () => {
  const cluster = start(1);
  create(cluster, { intervalSeconds: 10, limit: 1, actions: [{ type: 'ComponentKill', component: 'kube-apiserver' }] });
  cluster.clock.advanceBy(60_000);
  expect(historyOf(cluster)).toEqual(['ComponentKill container/kube-system/kube-apiserver-control-plane/kube-apiserver Done']);
  expect(cluster.client.get(Pods, { namespace: 'kube-system', name: 'kube-apiserver-control-plane' }).status?.containerStatuses?.[0]?.restartCount).toBe(1);
});

test('while it is paused nothing new is done, and what is broken is healed in time', () => {
  const cluster = start();
  create(cluster, { intervalSeconds: 10, maxConcurrent: 3, actions: [{ type: 'NodePartition', durationSeconds: 60 }] });
  cluster.clock.advanceBy(12_000);
  cluster.client.patch(Chaoses, { name: 'monkey' }, { spec: { paused: true } });
  cluster.clock.advanceBy(30_000);
  expect(ailing(cluster)).toHaveLength(1);
  expect(chaosOf(cluster).status?.phase).toBe('Paused');
  cluster.clock.advanceBy(30_000);
  expect(ailing(cluster)).toEqual([]);
  cluster.client.patch(Chaoses, { name: 'monkey' }, { spec: { paused: false } });
  cluster.clock.advanceBy(1_000);
  expect(ailing(cluster)).toHaveLength(1);
});

test('deleting it heals what it broke; so does disabling the part', () => {
  const cluster = start();
  const spec: ChaosSpec = { intervalSeconds: 5, maxConcurrent: 2, actions: [{ type: 'NodeCrash', durationSeconds: 3_600 }] };
  create(cluster, spec);
  cluster.clock.advanceBy(12_000);
  expect(ailing(cluster)).toHaveLength(2);
  cluster.client.delete(Chaoses, { name: 'monkey' });
  cluster.clock.advanceBy(100);
  expect(ailing(cluster)).toEqual([]);
  expect(cluster.client.list(Chaoses).items).toEqual([]);
  cluster.clock.advanceBy(60_000);
  create(cluster, spec, 'again');
  cluster.clock.advanceBy(12_000);
  expect(ailing(cluster)).toHaveLength(2);
  cluster.parts.disable('chaos');
  expect(ailing(cluster)).toEqual([]);
  cluster.clock.advanceBy(20_000);
  expect(cluster.client.list(CustomResourceDefinitions).items.map(({ metadata }) => metadata.name)).not.toContain('chaos.podarium.dev');
});

test('the same seed gives the same history, to the byte; another seed another', () => {
  const spec = (seed: number): ChaosSpec =>
    ({ seed, intervalSeconds: 15, jitterPercent: 50, maxConcurrent: 2, actions: [{ type: 'NodeCrash', durationSeconds: 30 }, { type: 'PodKill' }, { type: 'NodeSlow' }, { type: 'ContainerKill' }] });
  const life = (seed: number) => {
    const cluster = start(3, 5);
    cluster.client.create(Deployments, web(4));
    create(cluster, spec(seed));
    cluster.clock.advanceBy(300_000);
    return { log: cluster.log(), history: historyOf(cluster) };
  };
  const first = life(7);
  expect(first.history.length).toBeGreaterThan(8);
  expect(life(7)).toEqual(first);
  expect(life(8).history).not.toEqual(first.history);
});

test('what its definition does not allow is refused, and its columns tell how it goes', () => {
  const cluster = start(1);
  const message = (spec: object): string => {
    try { cluster.client.create(Chaoses, { metadata: { name: 'bad' }, spec: spec as ChaosSpec }); } catch (error) { return String(error); }
    return 'taken';
  };
  expect(message({})).toContain('spec.actions: Required value');
  expect(message({ actions: [] })).toContain('spec.actions: Invalid value');
  expect(message({ actions: [{ type: 'Earthquake' }] })).toContain('spec.actions[0].type: Unsupported value: "Earthquake": supported values: "NodeCrash", "NodePartition"');
  expect(message({ actions: [{ type: 'PodKill', durationSeconds: 5 }] })).toContain('spec.actions[0].durationSeconds: Invalid value');
  expect(message({ actions: [{ type: 'NodeCrash', namespaces: ['a'] }] })).toContain('namespaces is of no use to this type');
  expect(message({ jitterPercent: 101, actions: [{ type: 'PodKill' }] })).toContain('spec.jitterPercent: Invalid value');
  const { spec } = create(cluster, { actions: [{ type: 'PodKill' }] });
  expect(spec).toMatchObject({ seed: 1, intervalSeconds: 30, maxConcurrent: 1, respectDisruptionBudgets: false, actions: [{ type: 'PodKill', weight: 1 }] });
});

test('rounds come as their weights and jitter say', () => {
  fc.assert(fc.property(fc.integer(), fc.nat(100), fc.integer({ min: 1, max: 3_600 }), fc.nat(100), (seed, round, intervalSeconds, jitterPercent) => {
    const spec: ChaosSpec = { seed, intervalSeconds, jitterPercent, actions: [{ type: 'PodKill', weight: 3 }, { type: 'NodeCrash' }] };
    const ms = waitMs(spec, round);
    expect(ms % 1_000).toBe(0);
    expect(ms).toBeGreaterThanOrEqual(Math.max(1_000, intervalSeconds * (1_000 - jitterPercent * 10) - 1_000));
    expect(ms).toBeLessThanOrEqual(intervalSeconds * (1_000 + jitterPercent * 10) + 1_000);
    expect(actionOf(spec, round)).toBe(actionOf(spec, round));
  }));
  const kills = Array.from({ length: 1_000 }, (_, round) => actionOf({ seed: 1, actions: [{ type: 'PodKill', weight: 3 }, { type: 'NodeCrash' }] }, round).type).filter((type) => type === 'PodKill');
  expect(kills.length).toBeGreaterThan(700);
  expect(kills.length).toBeLessThan(800);
});
