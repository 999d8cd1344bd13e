import { StatusError } from '../../api/status';
import { podRequestOf } from './requests';
import { podMetrics, type PodMetrics } from '../../kinds/metrics/metrics';
import { parseDuration } from '../../lib/durations';
import { milliQuantity, milliValue } from '../../lib/quantity';
import type { Context } from '../../runtime/controller';
import type { MetricSpec, MetricTarget, MetricValueStatus } from '../../schema/types';
import { averageMilli, MetricFailure, type Measured, type MetricResult } from './measured';
import { ofExternal, ofObject, ofPods } from './other-metrics';
import { groupPods, type PodUsage } from './pod-groups';
import { NoProposal, proposal, type Proposal, type Target } from './replicas';

const metricsOfPods = podMetrics(() => [], () => '');
/** How many replicas one metric asks for. @throws MetricFailure */
export function replicasFor(metric: MetricSpec, measured: Measured, context: Context): MetricResult {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) return ofResource(resource, undefined, measured, context);
  if (containerResource) return ofResource(containerResource, containerResource.container, measured, context);
  if (pods) return ofPods(pods, measured, context);
  if (object) return ofObject(object, measured, context);
  if (external) return ofExternal(external, measured, context);
  throw new MetricFailure('InvalidMetricSourceType', `unknown metric source type "${metric.type}"`, '');
}

function ofResource({ name, target }: { readonly name: string; readonly target: MetricTarget }, container: string | undefined, measured: Measured, context: Context): MetricResult {
  const reason = container === undefined ? 'FailedGetResourceMetric' : 'FailedGetContainerResourceMetric';
  const prefix = `failed to get ${name} ${container === undefined ? 'resource' : 'container'} metric value: `;
  const valueMilli = averageMilli(target);
  const { averageUtilization } = target;
  if (valueMilli === undefined && averageUtilization === undefined)
    throw new MetricFailure(reason, 'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set', prefix);
  try {
    const found = measure(name, container, measured, valueMilli, averageUtilization ?? 0, context);
    const what = container === undefined ? `${name} resource` : `${name} container resource`;
    const current: MetricValueStatus = { ...(found.utilization !== undefined && { averageUtilization: found.utilization }), averageValue: milliQuantity(found.averageMilli) };
    return {
      replicas: found.replicas, name: valueMilli === undefined ? `${what} utilization (percentage of request)` : what,
      status: container === undefined ? { type: 'Resource', resource: { name, current } } : { type: 'ContainerResource', containerResource: { name, container, current } },
    };
  } catch (error) {
    if (!(error instanceof NoProposal)) throw error;
    throw new MetricFailure(reason, `failed to get ${name} ${valueMilli === undefined ? 'utilization' : 'usage'}: ${error.message}`, prefix);
  }
}

function measure(resource: string, container: string | undefined, { namespace, selector, pods, current, tolerance }: Measured, valueMilli: number | undefined,
  percent: number, context: Context): Proposal {
  const usage = usageOf(resource, container, namespace, selector, context);
  if (pods.length === 0) throw new NoProposal('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, usage, resource, context.now());
  const target: Target = valueMilli !== undefined
    ? { kind: 'average', valueMilli } : { kind: 'utilization', percent, requestsMilli: new Map(pods.map((pod) => [pod.metadata.name, podRequestOf(pod, resource, container)])) };
  return proposal(current, usage, groups, target, tolerance);
}

/** What the metrics API says of the pods, by their names. */
function usageOf(resource: string, container: string | undefined, namespace: string, labelSelector: string, { api }: Context): ReadonlyMap<string, PodUsage> {
  const items = listed(() => api.list(metricsOfPods, namespace, { labelSelector }).items, resource);
  if (items.length === 0) throw new NoProposal(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  const usage = new Map<string, PodUsage>();
  for (const { metadata, containers, timestamp, window } of items) {
    const own = container === undefined ? containers : containers.filter(({ name }) => name === container);
    if (own.length === 0) throw new NoProposal(`unable to get metrics for resource ${resource}: failed to get container metrics: container `
      + `${container ?? ''} not present in metrics for pod ${namespace}/${metadata.name}`);
    const values = own.map((each) => (resource === 'cpu' || resource === 'memory' ? milliValue(each.usage[resource]) : undefined));
    if (values.every((each) => each !== undefined))
      usage.set(metadata.name, { valueMilli: values.reduce((sum, each) => sum + each, 0), at: Date.parse(timestamp), windowMs: parseDuration(window) });
  }
  return usage;
}

function listed(list: () => readonly PodMetrics[], resource: string): readonly PodMetrics[] {
  try { return list(); } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const message = error.reason === 'NotFound' ? `${error.message} (get pods.metrics.k8s.io)` : error.message;
    throw new NoProposal(`unable to get metrics for resource ${resource}: unable to fetch metrics from resource metrics API: ${message}`);
  }
}
