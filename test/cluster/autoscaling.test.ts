import { beforeAll, describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { sampleEveryMs } from '../../src/containers/usage';
import { HorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Events } from '../../src/kinds/core/event';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';

const namespace = 'default';
const at = (name: string) => ({ namespace, name });
const minutes = 60_000;

const deploy = (cluster: Cluster, name: string, container: object, replicas = 1): void => {
  const labels = { run: name };
  cluster.client.create(Deployments, { metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name, ...container }] } } } });
};
const scalerOf = (cluster: Cluster, name: string, spec: object = {}): void => {
  cluster.client.create(HorizontalPodAutoscalers, {
    metadata: { name, namespace },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }], ...spec },
  });
};
const replicas = (cluster: Cluster, name: string): number => cluster.client.get(Deployments, at(name)).spec.replicas ?? 0;
const conditions = (cluster: Cluster, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries((cluster.client.get(HorizontalPodAutoscalers, at(name)).status?.conditions ?? []).map(({ type, status, reason, message }) => [type, `${status} ${reason}: ${message}`]));
const eventsOf = (cluster: Cluster, name: string): readonly string[] =>
  cluster.client.list(Events, namespace).items.filter(({ involvedObject }) => involvedObject.kind === 'HorizontalPodAutoscaler' && involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);

describe('the autoscaling walkthrough', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = createCluster({ nodes: 2 }).boot();
    deploy(cluster, 'php-apache', { image: 'registry.k8s.io/hpa-example', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '500m' }, requests: { cpu: '200m' } } });
    cluster.client.create(Services, { metadata: { name: 'php-apache', namespace }, spec: { ports: [{ port: 80 }], selector: { run: 'php-apache' } } });
    scalerOf(cluster, 'php-apache');
    cluster.clock.advanceBy(2 * minutes);
  });

  test('without load one replica is enough', () => {
    expect(replicas(cluster, 'php-apache')).toBe(1);
    expect(cluster.client.get(HorizontalPodAutoscalers, at('php-apache')).status).toMatchObject({
      currentReplicas: 1, desiredReplicas: 1, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageValue: '1m' } } }],
    });
    expect(conditions(cluster, 'php-apache')).toMatchObject({
      ScalingActive: 'True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      ScalingLimited: 'False DesiredWithinRange: the desired count is within the acceptable range',
    });
  });

  test('with load there are more, and five minutes after it one again', () => {
    const { client, clock } = cluster;
    client.create(Pods, {
      metadata: { name: 'load-generator', namespace },
      spec: { containers: [{ name: 'load-generator', image: 'busybox:1.28', command: ['/bin/sh', '-c', 'while sleep 0.01; do wget -q -O- http://php-apache; done'] }] },
    });
    clock.advanceBy(3 * minutes);
    const grown = replicas(cluster, 'php-apache');
    expect(grown).toBeGreaterThanOrEqual(4);
    expect(eventsOf(cluster, 'php-apache').some((text) => /^SuccessfulRescale: New size: \d+; reason: cpu resource utilization \(percentage of request\) above target$/.test(text))).toBe(true);
    client.delete(Pods, at('load-generator'), { gracePeriodSeconds: 0 });
    clock.advanceBy(2 * minutes);
    expect(replicas(cluster, 'php-apache')).toBe(grown);
    expect(conditions(cluster, 'php-apache')['AbleToScale']).toBe('True ScaleDownStabilized: recent recommendations were higher than current one, applying the highest recent recommendation');
    clock.advanceBy(5 * minutes);
    expect(replicas(cluster, 'php-apache')).toBe(1);
    expect(eventsOf(cluster, 'php-apache')).toContain('SuccessfulRescale: New size: 1; reason: All metrics below target');
  });
});

describe('autoscalers that cannot', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = createCluster({ nodes: 1 }).boot();
    deploy(cluster, 'web', { image: 'nginx' });
    deploy(cluster, 'many', { image: 'nginx', resources: { requests: { cpu: '100m' } } }, 3);
    deploy(cluster, 'zero', { image: 'nginx' }, 0);
    deploy(cluster, 'busy', { image: 'polinux/stress', command: ['stress', '--cpu', '1'], resources: { requests: { cpu: '100m' }, limits: { cpu: '100m' } } });
    scalerOf(cluster, 'absent');
    scalerOf(cluster, 'web');
    scalerOf(cluster, 'many', { maxReplicas: 2 });
    scalerOf(cluster, 'zero');
    const target = { type: 'AverageValue', averageValue: '1k' };
    scalerOf(cluster, 'busy', { metrics: [
      { type: 'Pods', pods: { metric: { name: 'packets-per-second' }, target } },
      { type: 'External', external: { metric: { name: 'queue', selector: { matchLabels: { queue: 'worker' } } }, target } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'busy', target: { type: 'Utilization', averageUtilization: 50 } } },
    ] });
    cluster.clock.advanceBy(3 * minutes + sampleEveryMs);
  });

  test('have no target', () => {
    expect(conditions(cluster, 'absent')['AbleToScale']).toBe('False FailedGetScale: the HPA controller was unable to get the target\'s current scale: deployments.apps "absent" not found');
    expect(eventsOf(cluster, 'absent')).toEqual(['FailedGetScale: deployments.apps "absent" not found']);
  });

  test('have no requests to compare with', () => {
    const [pod] = cluster.client.list(Pods, namespace, { labelSelector: 'run=web' }).items;
    const cause = `failed to get cpu utilization: missing request for cpu in container web of Pod ${pod?.metadata.name}`;
    expect(conditions(cluster, 'web')['ScalingActive']).toBe(`False FailedGetResourceMetric: the HPA was unable to compute the replica count: ${cause}`);
    expect(eventsOf(cluster, 'web')).toContain(`FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${cause}`);
  });

  test('are above their bounds, or off', () => {
    expect(replicas(cluster, 'many')).toBeLessThanOrEqual(2);
    expect(eventsOf(cluster, 'many')).toContain('SuccessfulRescale: New size: 2; reason: Current number of replicas above Spec.MaxReplicas');
    expect(replicas(cluster, 'zero')).toBe(0);
    expect(conditions(cluster, 'zero')['ScalingActive']).toBe('False ScalingDisabled: scaling is disabled since the replica count of the target is zero');
  });

  test('have metrics that nobody serves: others may scale up, not down', () => {
    expect(replicas(cluster, 'busy')).toBeGreaterThan(1);
    expect(eventsOf(cluster, 'busy')).toEqual(expect.arrayContaining([
      'FailedGetPodsMetric: unable to get metric packets-per-second: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
      expect.stringContaining('FailedGetExternalMetric: unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{queue: worker,},'
        + 'MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: '),
      expect.stringMatching(/^SuccessfulRescale: New size: \d+; reason: cpu container resource utilization \(percentage of request\) above target$/),
    ]));
  });
});
