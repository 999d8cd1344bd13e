import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { optional } from '../../src/cluster/optional/all';
import { Aggregate, ContainerPeaks } from '../../src/controllers/vertical-pod-autoscaler/aggregate';
import { recommend } from '../../src/controllers/vertical-pod-autoscaler/estimate';
import { cpuBuckets, DecayingHistogram } from '../../src/controllers/vertical-pod-autoscaler/histogram';
import {
  VerticalPodAutoscalerCheckpoints, VerticalPodAutoscalers, type VerticalPodAutoscalerSpec,
} from '../../src/kinds/add-ons/vertical-pod-autoscaler';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Events } from '../../src/kinds/core/event';
import { Pods } from '../../src/kinds/core/pod';
import { isPodReady } from '../../src/kinds/core/pod-conditions';
import { PodDisruptionBudgets } from '../../src/kinds/policy/poddisruptionbudget';
import type { Container } from '../../src/schema/types';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
const minutes = 60_000;
const day = 86_400_000;

function start(spec: Partial<VerticalPodAutoscalerSpec> = {}, container: Partial<Container> = {}, { nodes = 3, latencyMs = 0 } = {}): Cluster {
  const cluster = createCluster({ nodes, latencyMs: (user) => (user.startsWith('system:serviceaccount:kube-system:vpa') ? latencyMs : 0) }).boot();
  cluster.parts.enable(optional['vertical-pod-autoscaler']);
  cluster.clock.advanceBy(30_000);
  cluster.client.create(Deployments, {
    metadata: at('hamster'),
    spec: {
      replicas: 2, selector: { matchLabels: { app: 'hamster' } },
      template: { metadata: { labels: { app: 'hamster' } }, spec: { containers: [{
        name: 'hamster', image: 'polinux/stress', command: ['stress', '--cpu', '1'], resources: { requests: { cpu: '100m', memory: '50Mi' }, limits: { cpu: '500m' } }, ...container,
      }] } },
    },
  });
  cluster.client.create(VerticalPodAutoscalers, { metadata: at('hamster-vpa'), spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'hamster' }, ...spec } });
  return cluster;
}
const pods = ({ client }: Cluster) => client.list(Pods, namespace, { labelSelector: 'app=hamster' }).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
const requests = (cluster: Cluster) => pods(cluster).map(({ spec }) => spec.containers[0]?.resources?.requests);
const vpa = ({ client }: Cluster, name = 'hamster-vpa') => client.get(VerticalPodAutoscalers, at(name));
const target = (cluster: Cluster) => vpa(cluster).status?.recommendation?.containerRecommendations?.[0]?.target;
const events = ({ client }: Cluster, reason: string) => client.list(Events, namespace).items.filter((event) => event.reason === reason);
const mode = (updateMode: 'Off' | 'Initial' | 'Recreate' | 'InPlaceOrRecreate', minReplicas?: number) => ({ updatePolicy: { updateMode, ...(minReplicas !== undefined && { minReplicas }) } });

describe('a histogram that forgets', () => {
  test('gives the end of the bucket in which the percentile lies', () => {
    const histogram = new DecayingHistogram(cpuBuckets);
    for (let i = 0; i < 90; i++) histogram.add(0.1, 1, day);
    for (let i = 0; i < 10; i++) histogram.add(1, 1, day);
    expect(histogram.percentile(0.5)).toBeCloseTo(0.1, 1);
    expect(histogram.percentile(0.95)).toBeGreaterThan(1);
    expect(histogram.percentile(0.95)).toBeLessThan(1.05 * 1.06);
  });

  test('counts a sample half as much as one of a day later', () => {
    const histogram = new DecayingHistogram(cpuBuckets);
    for (let i = 0; i < 3; i++) histogram.add(1, 1, 10 * day);
    for (let i = 0; i < 2; i++) histogram.add(0.1, 1, 11 * day);
    expect(histogram.percentile(0.5)).toBeLessThan(0.2);
    expect(histogram.percentile(0.6)).toBeGreaterThan(1);
  });

  test('is the same after it was kept and loaded, within the precision of what is kept', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0.001, max: 100, noNaN: true }), fc.integer({ min: 0, max: 5 * day })),
      { minLength: 1, maxLength: 60 }), fc.constantFrom(0.5, 0.9, 0.95), (samples, part) => {
      const histogram = new DecayingHistogram(cpuBuckets);
      for (const [amount, when] of samples) histogram.add(amount, 1, 100 * day + when);
      const loaded = new DecayingHistogram(cpuBuckets);
      loaded.load(histogram.toCheckpoint());
      const [low, high] = [histogram.percentile(part - 0.01), histogram.percentile(Math.min(1, part + 0.01))];
      expect(loaded.percentile(part)).toBeGreaterThanOrEqual(low);
      expect(loaded.percentile(part)).toBeLessThanOrEqual(high);
    }));
  });

  test('forgets a sample that is taken back', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.001, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 }), fc.double({ min: 0.001, max: 100, noNaN: true }), (samples, more) => {
      const [plain, changed] = [new DecayingHistogram(cpuBuckets), new DecayingHistogram(cpuBuckets)];
      for (const sample of samples) { plain.add(sample, 1, day); changed.add(sample, 1, day); }
      changed.add(more, 1, day);
      changed.subtract(more, 1, day);
      for (const part of [0.1, 0.5, 0.9]) expect(changed.percentile(part)).toBe(plain.percentile(part));
    }));
  });
});

describe('the estimates', () => {
  const spec: VerticalPodAutoscalerSpec = { targetRef: { kind: 'Deployment', name: 'x' } };
  const sampled = (hours: number): Aggregate => {
    const aggregate = new Aggregate();
    for (let minute = 0; minute < hours * 60; minute++) aggregate.addCpu(200, 100, day + minute * minutes);
    aggregate.memory.add(500e6, 1, day);
    return aggregate;
  };

  test('are wide at first, and narrow with time', () => {
    const [short] = recommend(spec, new Map([['c', sampled(1)]]));
    const [long] = recommend(spec, new Map([['c', sampled(24 * 7)]]));
    const milli = (text = '') => Number(text.replace('m', ''));
    expect(short?.target).toEqual(long?.target);
    expect(milli(short?.upperBound?.cpu)).toBeGreaterThan(20 * milli(short?.target.cpu));
    expect(milli(long?.upperBound?.cpu)).toBeLessThan(1.2 * milli(long?.target.cpu));
    expect(milli(short?.lowerBound?.cpu)).toBeLessThanOrEqual(milli(long?.lowerBound?.cpu));
  });

  test('are never less than 25m and 250Mi a pod, and add a margin of 15 percent', () => {
    const idle = new Aggregate();
    for (let i = 0; i < 10; i++) idle.addCpu(1, 100, day + i * minutes);
    expect(recommend(spec, new Map([['c', idle]]))[0]?.target).toEqual({ cpu: '25m', memory: '262144k' });
    expect(recommend(spec, new Map([['a', idle], ['b', idle]])).map((each) => each.target)).toEqual([{ cpu: '12m', memory: '131072k' }, { cpu: '12m', memory: '131072k' }]);
    const percentile = sampled(2).cpu.percentile(0.9) * 1_000;
    expect(recommend(spec, new Map([['c', sampled(2)]]))[0]?.target.cpu).toBe(`${Math.floor(percentile) + Math.floor(Math.floor(percentile) * 0.15)}m`);
  });

  test('take the peak of memory of each day, and more than was there when a container was killed for want of it', () => {
    const [aggregate, container] = [new Aggregate(), new ContainerPeaks()];
    const sample = (megabytes: number, when: number) => container.sample(aggregate, { cpuMilli: 10, memoryBytes: megabytes * 1e6, at: when }, 100);
    for (const [i, megabytes] of [300, 900, 400, 500].entries()) sample(megabytes, 10 * day + i * minutes);
    expect(aggregate.memory.percentile(0.9) / 1e6).toBeGreaterThan(900);
    expect(aggregate.memory.percentile(0.1)).toBe(aggregate.memory.percentile(0.9));   // one peak, not four samples
    for (let i = 1; i <= 9; i++) sample(300, (11 + i) * day);
    expect(aggregate.memory.percentile(0.5) / 1e6).toBeLessThan(350);
    container.outOfMemory(aggregate, 500e6, 20 * day + minutes);
    container.outOfMemory(aggregate, 500e6, 20 * day + minutes);   // the same end, seen again
    expect(aggregate.memory.percentile(0.9) / 1e6).toBeGreaterThan(600);
    const kept = aggregate.toCheckpoint(20 * day + 2 * minutes, [container]);
    expect(kept.memoryHistogram?.totalWeight).toBeLessThan(aggregate.memory.toCheckpoint().totalWeight ?? 0);
  });

  test('keep to the policy of the container, or of all', () => {
    const policy = (each: object) => ({ ...spec, resourcePolicy: { containerPolicies: [{ containerName: '*', ...each }] } });
    const [found] = recommend(policy({ minAllowed: { cpu: '1' }, maxAllowed: { memory: '100Mi' } }), new Map([['c', sampled(2)]]));
    expect(found).toMatchObject({ target: { cpu: '1', memory: '100Mi' }, lowerBound: { cpu: '1' } });
    expect(found?.uncappedTarget?.cpu).toMatch(/^2\d\dm$/);
    expect(recommend(policy({ controlledResources: ['memory'] }), new Map([['c', sampled(2)]]))[0]?.target.cpu).toBeUndefined();
    expect(recommend(policy({ mode: 'Off' }), new Map([['c', sampled(2)]]))).toEqual([]);
  });
});

describe('the vertical pod autoscaler', () => {
  test('recommends what is used, and changes nothing while it is off', () => {
    const cluster = start(mode('Off'));
    cluster.clock.advanceBy(10 * minutes);
    expect(target(cluster)?.memory).toBe('262144k');
    expect(target(cluster)?.cpu).toMatch(/^5\d\dm|6\d\dm$/);   // it is held to half a core, and a bucket and the margin are added
    expect(vpa(cluster).status?.conditions).toMatchObject([{ type: 'RecommendationProvided', status: 'True' }]);
    expect(requests(cluster)).toEqual([{ cpu: '100m', memory: '50Mi' }, { cpu: '100m', memory: '50Mi' }]);
    expect(cluster.client.get(VerticalPodAutoscalerCheckpoints, at('hamster-vpa-hamster')))
      .toMatchObject({ spec: { vpaObjectName: 'hamster-vpa', containerName: 'hamster' }, status: { version: 'v3' } });
  });

  test('evicts one pod after the other, and the new ones request what it recommends', () => {
    const cluster = start(mode('Recreate'));
    let least = 2;
    for (let i = 0; i < 15 * 12; i++) { cluster.clock.advanceBy(5_000); if (i > 6) least = Math.min(least, pods(cluster).filter(isPodReady).length); }
    expect(least).toBeGreaterThanOrEqual(1);
    const wanted = target(cluster);
    for (const pod of pods(cluster)) {
      expect(pod.metadata.annotations).toMatchObject({ vpaObservedContainers: 'hamster', vpaUpdates: 'Pod resources updated by hamster-vpa: container 0: cpu request, memory request, cpu limit' });
      const { requests: given, limits } = pod.spec.containers[0]?.resources ?? {};
      expect(given?.['memory']).toBe(wanted?.memory);
      expect(Number(limits?.['cpu']?.replace('m', ''))).toBe(5 * Number(given?.['cpu']?.replace('m', '')));   // five times the request, as before
    }
    expect(events(cluster, 'EvictedByVPA').map(({ message }) => message)).toContain('Pod was evicted by VPA Updater to apply resource recommendation.');
    expect(events(cluster, 'EvictedPod')[0]?.message).toMatch(/^VPA Updater evicted Pod hamster-.* to apply resource recommendation\.$/);
  });

  test('leaves the pods of a budget, and those that are too few', () => {
    const held = start(mode('Recreate'));
    held.client.create(PodDisruptionBudgets, { metadata: at('hamster'), spec: { minAvailable: 2, selector: { matchLabels: { app: 'hamster' } } } });
    held.clock.advanceBy(15 * minutes);
    expect(requests(held)).toEqual([{ cpu: '100m', memory: '50Mi' }, { cpu: '100m', memory: '50Mi' }]);
    const few = start(mode('Recreate', 3));
    few.clock.advanceBy(15 * minutes);
    expect(events(few, 'EvictedByVPA')).toEqual([]);
  });

  test('only gives new pods what it recommends with Initial', () => {
    const cluster = start(mode('Initial'));
    cluster.clock.advanceBy(10 * minutes);
    expect(requests(cluster)[0]).toEqual({ cpu: '100m', memory: '50Mi' });
    const [pod] = pods(cluster);
    if (pod) cluster.client.delete(Pods, pod.metadata, { gracePeriodSeconds: 0 });
    cluster.clock.advanceBy(minutes);
    expect(requests(cluster).map((each) => each?.['memory']).sort()).toEqual(['262144k', '50Mi']);
  });

  test('resizes in place where it may, without a restart', () => {
    const cluster = start(mode('InPlaceOrRecreate'));
    const before = new Set<string>();
    cluster.clock.advanceBy(30_000);
    for (const { metadata } of pods(cluster)) before.add(metadata.uid);
    cluster.clock.advanceBy(15 * minutes);
    expect(pods(cluster).every(({ metadata, status }) => before.has(metadata.uid) && status?.containerStatuses?.[0]?.restartCount === 0)).toBe(true);
    expect(requests(cluster).map((each) => each?.['memory'])).toEqual(['262144k', '262144k']);
    expect(pods(cluster)[0]?.status?.containerStatuses?.[0]?.resources?.requests?.['memory']).toBe('262144k');
    expect(events(cluster, 'InPlaceResizedByVPA')[0]?.message).toBe('Pod was resized in place by VPA Updater.');
    expect(events(cluster, 'EvictedByVPA')).toEqual([]);
  });

  test('a resize that never fits becomes an eviction', () => {
    const cluster = start({ ...mode('InPlaceOrRecreate'), resourcePolicy: { containerPolicies: [{ containerName: 'hamster', minAllowed: { cpu: '20' }, maxAllowed: { cpu: '20' } }] } });
    cluster.clock.advanceBy(15 * minutes);
    expect(events(cluster, 'ResizeInfeasible').length).toBeGreaterThan(0);
    expect(events(cluster, 'EvictedByVPA').length).toBeGreaterThan(0);
    expect(pods(cluster).filter(isPodReady).length).toBeGreaterThanOrEqual(1);
  });

  test('says why it cannot', () => {
    const cluster = start(mode('Off'));
    const create = (name: string, targetRef: VerticalPodAutoscalerSpec['targetRef']) => cluster.client.create(VerticalPodAutoscalers, { metadata: at(name), spec: { targetRef } });
    create('absent', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'absent' });
    cluster.clock.advanceBy(30_000);
    create('inner', { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: pods(cluster)[0]?.metadata.ownerReferences?.[0]?.name ?? '' });
    cluster.clock.advanceBy(2 * minutes);
    expect(vpa(cluster, 'absent').status?.conditions).toMatchObject([
      { type: 'ConfigUnsupported', status: 'True', message: 'Cannot read targetRef. Reason: Deployment default/absent does not exist' },
      { type: 'NoPodsMatched', status: 'True', reason: 'NoPodsMatched', message: 'No pods match this VPA object' },
      { type: 'RecommendationProvided', status: 'False' },
    ]);
    expect(vpa(cluster, 'inner').status?.conditions?.[0]?.message).toBe('The targetRef controller has a parent but it should point to a topmost well-known or scalable controller');
    expect(() => cluster.client.create(VerticalPodAutoscalers, { metadata: at('bad'), spec: { targetRef: { kind: 'Deployment', name: 'x' }, updatePolicy: { minReplicas: 3 } } }))
      .toThrow('admission webhook "vpa.k8s.io" denied the request: updateMode is required if UpdatePolicy is used');
  });

  test('goes on after a restart with what it kept', () => {
    const cluster = start(mode('Off'));
    cluster.clock.advanceBy(30 * minutes);
    const before = cluster.client.get(VerticalPodAutoscalerCheckpoints, at('hamster-vpa-hamster')).status?.totalSamplesCount ?? 0;
    const [program] = cluster.client.list(Pods, 'kube-system', { labelSelector: 'app=vpa-recommender' }).items;
    if (program) cluster.client.delete(Pods, program.metadata, { gracePeriodSeconds: 0 });
    cluster.client.delete(Deployments, at('hamster'));
    cluster.clock.advanceBy(5 * minutes);
    expect(cluster.client.get(VerticalPodAutoscalerCheckpoints, at('hamster-vpa-hamster')).status?.totalSamplesCount).toBeGreaterThanOrEqual(before);
    expect(target(cluster)?.memory).toBe('262144k');
    expect(vpa(cluster).status?.conditions?.map(({ type }) => type)).toEqual(['ConfigUnsupported', 'NoPodsMatched', 'RecommendationProvided']);
    cluster.client.delete(VerticalPodAutoscalers, at('hamster-vpa'));
    cluster.clock.advanceBy(3 * minutes);
    expect(cluster.client.list(VerticalPodAutoscalerCheckpoints, namespace).items).toEqual([]);
  });

  test.each([0, 3_000])('with caches %i ms behind and another writer it ends as it should', (latencyMs) => {
    const cluster = start(mode('Recreate'), {}, { latencyMs });
    for (let i = 0; i < 20; i++) {
      cluster.clock.advanceBy(minutes);
      cluster.client.patch(VerticalPodAutoscalers, at('hamster-vpa'), { metadata: { annotations: { touched: String(i) } } });
      expect(pods(cluster).length).toBe(2);
    }
    expect(requests(cluster).map((each) => each?.['memory'])).toEqual(['262144k', '262144k']);
  });

  test('goes with all that it brought', () => {
    const cluster = start(mode('Recreate'));
    cluster.clock.advanceBy(2 * minutes);
    cluster.parts.disable('vertical-pod-autoscaler');
    cluster.clock.advanceBy(minutes);
    expect(cluster.client.list(Pods, 'kube-system', { labelSelector: 'app in (vpa-recommender,vpa-updater,vpa-admission-controller)' }).items).toEqual([]);
    expect(() => cluster.client.list(VerticalPodAutoscalers)).toThrow();
  });
});
