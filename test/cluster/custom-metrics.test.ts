import { beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createCluster, type Cluster } from '../../src/cluster';
import { customMetrics } from '../../src/cluster/optional/custom-metrics/part';
import { parseExposition } from '../../src/cluster/optional/custom-metrics/exposition';
import { Deployments } from '../../src/kinds/apps/deployment';
import { HorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler';
import { APIServices } from '../../src/kinds/apiregistration/apiservice';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';
import type { MetricSpec } from '../../src/schema/types';

const namespace = 'default';
const labels = { app: 'web' };
const outside = { namespace: 'kube-system', name: 'external-metrics' };
const minute = 60_000;

/** A cluster with the adapter, a Deployment of two behind a Service, and one who calls it as often as told. */
function start(): Cluster {
  const cluster = createCluster({ nodes: 2 }).boot();
  const { client } = cluster;
  cluster.parts.enable(customMetrics);
  const container = { name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] };
  client.create(Deployments, { metadata: { name: 'web', namespace }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } });
  client.create(Services, { metadata: { name: 'web', namespace }, spec: { selector: labels, ports: [{ port: 80 }] } });
  cluster.clock.advanceBy(minute);
  return cluster;
}

/** One request every `everySeconds` from a pod. */
function callEvery(cluster: Cluster, everySeconds: number): void {
  const command = ['sh', '-c', `while true; do wget -q -O /dev/null http://web; sleep ${everySeconds}; done`];
  cluster.client.create(Pods, { metadata: { name: 'caller', namespace }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox', command }] } });
}

function autoscale({ client }: Cluster, metric: MetricSpec, name = 'web'): void {
  client.create(HorizontalPodAutoscalers, { metadata: { name, namespace },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 8, metrics: [metric] } });
}
const statusOf = ({ client }: Cluster) => client.get(HorizontalPodAutoscalers, { namespace, name: 'web' }).status;
const active = (cluster: Cluster) => { const { status, reason, message } = statusOf(cluster)?.conditions?.find(({ type }) => type === 'ScalingActive') ?? {};
  return `${status} ${reason}: ${message}`; };
const size = ({ client }: Cluster) => client.get(Deployments, { namespace, name: 'web' }).spec.replicas;
const say = ({ client }: Cluster, metrics: string) => client.patch(ConfigMaps, outside, { data: { metrics } });

describe('the metrics adapter', () => {
  let cluster: Cluster;
  beforeAll(() => { cluster = start(); callEvery(cluster, 2); cluster.clock.advanceBy(2 * minute); });

  test('is an API server behind ours, with discovery', () => {
    for (const name of ['v1beta2.custom.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'])
      expect(cluster.client.get(APIServices, { name }).status?.conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True' }));
    expect(cluster.client.read('/apis/custom.metrics.k8s.io/v1beta2')).toMatchObject({ resources: [{ name: 'pods/http_requests_per_second' }, { name: 'services/http_requests_per_second' }] });
  });

  test('counts what pods answer and what is asked of a service; probes and others are not among them', () => {
    const pods = cluster.client.read(`/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/pods/*/http_requests_per_second`,
      'labelSelector=app%3Dweb') as { items: { value: string; describedObject: object }[] };
    expect(pods.items.map(({ describedObject }) => describedObject)).toEqual([expect.objectContaining({ kind: 'Pod', namespace }), expect.objectContaining({ kind: 'Pod', namespace })]);
    const sum = pods.items.reduce((total, { value }) => total + Number(value.replace('m', '')), 0);
    expect(sum).toBeGreaterThan(450);
    expect(sum).toBeLessThan(550);
    expect(cluster.client.read(`/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/services/web/http_requests_per_second`))
      .toMatchObject({ items: [{ describedObject: { kind: 'Service', name: 'web' } }] });
  });

  test('what it does not measure is not found', () => {
    expect(() => cluster.client.read(`/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/pods/*/nonsense`)).toThrow('the server could not find the metric nonsense for pods');
  });

  test('a line of outside metrics that cannot be read is told of', () => {
    say(cluster, 'good 1\nbad{ 2\n');
    cluster.clock.advanceBy(5_000);
    expect(cluster.client.list(Events, 'kube-system').items.filter(({ reason }) => reason === 'InvalidMetric').map(({ message }) => message))
      .toEqual(["line 2: no sample in Prometheus' text format: bad{ 2"]);
  });
});

describe('an autoscaler', () => {
  test('follows a metric of its pods, up and down', () => {
    const cluster = start();
    callEvery(cluster, 0.5);
    cluster.clock.advanceBy(2 * minute);
    autoscale(cluster, { type: 'Pods', pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: '500m' } } });
    cluster.clock.advanceBy(3 * minute);
    expect(size(cluster)).toBe(4);
    expect(active(cluster)).toBe('True ValidMetricFound: the HPA was able to successfully calculate a replica count from pods metric http_requests_per_second');
    cluster.client.delete(Pods, { namespace, name: 'caller' });
    cluster.clock.advanceBy(8 * minute);
    expect(size(cluster)).toBe(1);
  });

  test('follows a metric of an object: as a value, and as a share of each pod', () => {
    const cluster = start();
    callEvery(cluster, 0.5);
    cluster.clock.advanceBy(2 * minute);
    const object = (target: object) => ({ type: 'Object',
      object: { describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' }, metric: { name: 'http_requests_per_second' }, target } }) as MetricSpec;
    autoscale(cluster, object({ type: 'Value', value: '1' }));
    cluster.clock.advanceBy(20_000);
    expect(size(cluster)).toBe(4);   // twice as much as wanted
    expect(active(cluster)).toContain('Service metric http_requests_per_second');
    cluster.client.delete(HorizontalPodAutoscalers, { namespace, name: 'web' });
    autoscale(cluster, object({ type: 'AverageValue', averageValue: '250m' }));
    cluster.clock.advanceBy(2 * minute);
    expect(size(cluster)).toBe(8);
    expect(active(cluster)).toContain('external metric http_requests_per_second(nil)');
  });

  test('follows a metric from outside by its labels', () => {
    const cluster = start();
    say(cluster, 'queue_messages_ready{queue="orders"} 30\nqueue_messages_ready{queue="mail"} 1000\nqueue_messages_ready{queue="orders",namespace="other"} 900\n');
    autoscale(cluster, { type: 'External',
      external: { metric: { name: 'queue_messages_ready', selector: { matchLabels: { queue: 'orders' } } }, target: { type: 'AverageValue', averageValue: '6' } } });
    cluster.clock.advanceBy(2 * minute);
    expect(size(cluster)).toBe(5);
    expect(active(cluster)).toContain('external metric queue_messages_ready(&LabelSelector{MatchLabels:map[string]string{queue: orders,},MatchExpressions:[]LabelSelectorRequirement{},})');
    expect(statusOf(cluster)?.currentMetrics)
      .toEqual([{ type: 'External', external: { current: { averageValue: '6' }, metric: { name: 'queue_messages_ready', selector: { matchLabels: { queue: 'orders' } } } } }]);
    say(cluster, 'something_else 1');
    cluster.clock.advanceBy(20_000);
    expect(active(cluster)).toContain('False FailedGetExternalMetric: the HPA was unable to compute the replica count: unable to get external metric default/queue_messages_ready/');
  });
});

describe("Prometheus' text format", () => {
  test('labels with everything that can be escaped come back', () => {
    const labelsOf = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string());
    fc.assert(fc.property(labelsOf, fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each || 0), (given, value) => {
      const text = Object.entries(given).map(([name, each]) => `${name}="${each.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`).join(',');
      const { samples, problems } = parseExposition(`some_metric{${text}} ${value}`);
      expect(problems).toEqual([]);
      expect(samples).toEqual([{ name: 'some_metric', labels: { ...given }, value }]);
    }));
  });

  test('comments and empty lines are none, timestamps are passed over', () => {
    expect(parseExposition('# HELP a b\n\na 1 1700000000\n')).toEqual({ samples: [{ name: 'a', labels: {}, value: 1 }], problems: [] });
  });
});
