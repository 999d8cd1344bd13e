import { isPodReady } from '../../kinds/core/pod-conditions';
import { milliQuantity } from '../../lib/quantity';
import type { Context } from '../../runtime/controller';
import type {
  ExternalMetricSource, LabelSelector, MetricStatus, ObjectMetricSource, PodsMetricSource,
} from '../../schema/types';
import { averageMilli, MetricFailure, valueMilli, type Measured, type MetricResult } from './measured';
import { externalMetric, objectMetric, podsMetric } from './metric-apis';
import { groupPods } from './pod-groups';
import { byRatio, NoProposal, perPod, proposal } from './replicas';

/** A metric that each pod has: how many pods bring its average to the target. @throws MetricFailure */
export function ofPods({ metric, target }: PodsMetricSource, measured: Measured, context: Context): MetricResult {
  const { pods, current, tolerance } = measured;
  return told('FailedGetPodsMetric', 'failed to get pods metric value: ', `unable to get metric ${metric.name}: `, () => {
    const usage = podsMetric(metric, measured, context);
    if (pods.length === 0) throw new Direct(noPods);
    const found = proposal(current, usage, groupPods(pods, usage, '', context.now()), { kind: 'average', valueMilli: averageMilli(target) ?? 0 }, tolerance);
    return { replicas: found.replicas, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric, current: { averageValue: milliQuantity(found.averageMilli) } } } };
  });
}

/** A metric of one object: either it is to have a value, or each pod a share of it. @throws MetricFailure */
export function ofObject({ metric, target, describedObject }: ObjectMetricSource, measured: Measured, context: Context): MetricResult {
  const { name, selector } = metric;
  const wanted = { value: valueMilli(target), average: averageMilli(target) };
  const what = wanted.value === undefined ? `failed to get ${name} object metric: ` : 'failed to get object metric value: ';
  const unable = `unable to get metric ${name}: ${describedObject.kind} on ${measured.namespace} ${describedObject.name}/`;
  const statusOf = (current: object): MetricStatus => ({ type: 'Object', object: { describedObject, metric, current } });
  return told('FailedGetObjectMetric', `failed to get object metric value: ${wanted.value === undefined ? what : ''}`, unable, () => {
    if (wanted.value === undefined && wanted.average === undefined) throw new Direct('invalid object metric source: neither a value target nor an average value target was set');
    return replicasOf(objectMetric(metric, describedObject, measured, context), wanted, measured, {
      value: `${describedObject.kind} metric ${name}`, average: `external metric ${name}(${selectorText(selector)})`,   // upstream calls it so
    }, statusOf);
  });
}

/** A metric of something outside: the sum of what matches. @throws MetricFailure */
export function ofExternal({ metric, target }: ExternalMetricSource, measured: Measured, context: Context): MetricResult {
  const { name, selector } = metric;
  const wanted = { value: valueMilli(target), average: averageMilli(target) };
  const what = wanted.average !== undefined ? `failed to get ${name} external metric: ` : `failed to get external metric ${name}: `;
  const called = `external metric ${name}(${selectorText(selector)})`;
  return told('FailedGetExternalMetric', `failed to get ${name} external metric value: ${what}`, `unable to get external metric ${measured.namespace}/${name}/${selectorText(selector)}: `, () => {
    if (wanted.value === undefined && wanted.average === undefined) throw new Direct('invalid external metric source: neither a value target nor an average value target was set');
    const total = externalMetric(metric, measured, context).reduce((sum, each) => sum + each, 0);
    const order = wanted.average === undefined ? wanted : { value: undefined, average: wanted.average };   // a share comes before a value here
    return replicasOf(total, order, measured, { value: called, average: called }, (current) => ({ type: 'External', external: { metric, current } }));
  });
}

type Wanted = { readonly value: number | undefined; readonly average: number | undefined };

function replicasOf(usageMilli: number, wanted: Wanted, measured: Measured, names: Readonly<Record<keyof Wanted, string>>, statusOf: (current: object) => MetricStatus): MetricResult {
  const { current, running, tolerance, pods } = measured;
  if (wanted.value !== undefined) {
    if (current !== 0 && pods.length === 0) throw new Direct(`unable to calculate ready pods: ${noPods}`);
    const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length;
    return { replicas: byRatio(current, usageMilli / wanted.value, ready, tolerance), name: names.value, status: statusOf({ value: milliQuantity(usageMilli) }) };
  }
  const found = perPod(usageMilli, wanted.average ?? 0, running, tolerance);
  return { replicas: found.replicas, name: names.average, status: statusOf({ averageValue: milliQuantity(found.averageMilli) }) };
}

const noPods = 'no pods returned by selector while calculating replica count';

/** Something that is said as it is, without what could not be got. */
class Direct extends Error {}

/** Runs `work`; why it has no answer is told as upstream tells it. */
function told(reason: string, prefix: string, unable: string, work: () => MetricResult): MetricResult {
  try { return work(); } catch (error) {
    if (error instanceof Direct) throw new MetricFailure(reason, error.message, prefix);
    if (error instanceof NoProposal) throw new MetricFailure(reason, `${unable}${error.message}`, prefix);
    throw error;
  }
}

/** A selector as Go prints it. */
function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort().map(([key, each]) => `${key}: ${each},`).join('');
  const expressions = (selector.matchExpressions ?? [])
    .map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
