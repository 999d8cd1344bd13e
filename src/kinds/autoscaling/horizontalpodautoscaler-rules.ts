import { forbiddenField, invalidValue, required } from '../../api/status';
import { isPathSegmentName } from '../../lib/names';
import { compareQuantities } from '../../lib/quantity';
import type {
  AutoscalingV2HorizontalPodAutoscaler,
  AutoscalingV2HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from '../../schema/types';
import { oneOf, oneOfIfSet, requiredName, type Errors } from '../rule-parts';

const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const sources = { ContainerResource: 'containerResource', External: 'external', Object: 'object', Pods: 'pods', Resource: 'resource' } as const;
const maxWindowSeconds = 3600;
const maxPeriodSeconds = 1800;

export function* autoscalerRules({ spec }: AutoscalingV2HorizontalPodAutoscaler): Errors {
  const { minReplicas, maxReplicas, metrics = [], behavior } = spec;
  if (minReplicas !== undefined && minReplicas < 1) yield invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1');
  if (maxReplicas < 1) yield required('spec.maxReplicas', 'must be set and greater than 0');
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    yield invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
  yield* targetRules(spec);
  for (const [i, metric] of metrics.entries()) yield* metricRules(metric, `spec.metrics[${i}]`);
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    yield forbiddenField('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas');
  for (const key of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[key];
    if (rules) yield* scalingRules(rules, `spec.behavior.${key}`);
  }
}

function* targetRules({ scaleTargetRef: { kind, name, apiVersion = '' } }: AutoscalingV2HorizontalPodAutoscalerSpec): Errors {
  yield* requiredName(isPathSegmentName, 'spec.scaleTargetRef.kind', kind);
  yield* requiredName(isPathSegmentName, 'spec.scaleTargetRef.name', name);
  if (!apiVersion) yield invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group');
}

function* metricRules(metric: MetricSpec, at: string): Errors {
  if (!metric.type) return yield required(`${at}.type`, 'must specify a metric source type');
  if (!metricTypes.includes(metric.type)) {
    // Upstream finds it twice: as no type, and as no type that a source could be for.
    for (let times = 0; times < 2; times++) yield* oneOfIfSet(`${at}.type`, metric.type, metricTypes);
    return;
  }
  for (const type of metricTypes) {
    const source = sources[type as keyof typeof sources];
    const given = metric[source];
    if (type === metric.type && !given) yield required(`${at}.${source}`, 'must populate information for the given metric source');
    if (type !== metric.type && given) yield forbiddenField(`${at}.${source}`, 'must populate the given metric source only');
    if (type === metric.type && given) yield* metricTargetRules(given.target, type, `${at}.${source}.target`);
  }
}

function* metricTargetRules({ type, averageUtilization, averageValue, value }: MetricTarget, metric: string, at: string): Errors {
  if (!type) yield required(`${at}.type`, 'must specify a metric target type');
  else yield* oneOf(`${at}.type`, type, ['AverageValue', 'Utilization', 'Value']);
  if (value !== undefined && compareQuantities(value, '0') <= 0) yield invalidValue(`${at}.value`, value, 'must be positive');
  if (averageValue !== undefined && compareQuantities(averageValue, '0') <= 0) yield invalidValue(`${at}.averageValue`, averageValue, 'must be positive');
  if (averageUtilization !== undefined && averageUtilization < 1) yield invalidValue(`${at}.averageUtilization`, averageUtilization, 'must be greater than 0');
  const isResource = metric === 'Resource' || metric === 'ContainerResource';
  if (isResource && averageUtilization === undefined && averageValue === undefined)
    yield required(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization');
  if (isResource && averageUtilization !== undefined && averageValue !== undefined)
    yield forbiddenField(`${at}.averageValue`, 'may not set both a target raw value and a target utilization');
}

function* scalingRules({ stabilizationWindowSeconds: window, selectPolicy, policies = [] }: HPAScalingRules, at: string): Errors {
  if (window !== undefined && window < 0) yield invalidValue(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > maxWindowSeconds)
    yield invalidValue(`${at}.stabilizationWindowSeconds`, window, `must be less than or equal to ${maxWindowSeconds}`);
  yield* oneOfIfSet(`${at}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']);
  if (policies.length === 0) yield required(`${at}.policies`, 'must specify at least one Policy');
  for (const [i, { type, value, periodSeconds }] of policies.entries()) {
    yield* oneOfIfSet(`${at}.policies[${i}].type`, type, ['Percent', 'Pods']);
    if (value <= 0) yield invalidValue(`${at}.policies[${i}].value`, value, 'must be greater than zero');
    if (periodSeconds <= 0) yield invalidValue(`${at}.policies[${i}].periodSeconds`, periodSeconds, 'must be greater than zero');
    if (periodSeconds > maxPeriodSeconds)
      yield invalidValue(`${at}.policies[${i}].periodSeconds`, periodSeconds, `must be less than or equal to ${maxPeriodSeconds}`);
  }
}
