import type { AutoscalingV2HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../schema/types';
import { describeHead } from './plain-kinds';
import { longTime, type Description } from './writer';

/** An autoscaler: what it measures against what it wants, and what it made of it. */
export function describeHorizontalPodAutoscaler(out: Description, autoscaler: AutoscalingV2HorizontalPodAutoscaler): void {
  const { metadata, spec, status } = autoscaler;
  describeHead(out, autoscaler);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  out.line(0, `Reference:\t${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
  out.line(0, 'Metrics:\t( current / target )');
  for (const [index, metric] of (spec.metrics ?? []).entries()) out.line(1, metricLine(metric, status?.currentMetrics?.[index]));
  out.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`);
  out.line(0, `Max replicas:\t${spec.maxReplicas}`);
  if (spec.behavior) {
    out.line(0, 'Behavior:');
    describeDirection(out, 'Scale Up', spec.behavior.scaleUp);
    describeDirection(out, 'Scale Down', spec.behavior.scaleDown);
  }
  out.line(0, `${spec.scaleTargetRef.kind} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);
  if (!status?.conditions?.length) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type\tStatus\tReason\tMessage');
  out.line(1, '----\t------\t------\t-------');
  for (const { type, status: state, reason = '', message = '' } of status.conditions) out.line(1, [type, state, reason, message].join('\t'));
}

const unknown = '<unknown>';
/** What Go prints for a quantity that is not there. */
const nothing = '<nil>';
type Current = MetricValueStatus | undefined;

const average = (target: MetricTarget, current: Current): string => `${current ? current.averageValue ?? nothing : unknown} / ${target.averageValue ?? nothing}`;
const total = (target: MetricTarget, current: Current): string => `${current ? current.value ?? nothing : unknown} / ${target.value ?? nothing}`;

/** Of an amount by itself, or of what the pods request. */
function ofResource(title: string, target: MetricTarget, current: Current): string {
  if (target.averageValue !== undefined) return `${title}:\t${average(target, current)}`;
  const used = current?.averageUtilization === undefined ? unknown : `${current.averageUtilization}% (${current.averageValue ?? nothing})`;
  return `${title}  (as a percentage of request):\t${used} / ${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}

function metricLine({ type, resource, containerResource, pods, object, external }: MetricSpec, now: MetricStatus | undefined): string {
  if (type === 'Resource' && resource) return ofResource(`resource ${resource.name} on pods`, resource.target, now?.resource?.current);
  if (type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource;
    return ofResource(`resource ${name} of container "${container}" on pods`, target, now?.containerResource?.current);
  }
  if (type === 'Pods' && pods) return `"${pods.metric.name}" on pods:\t${average(pods.target, now?.pods?.current)}`;
  if (type === 'Object' && object) {
    const { metric, describedObject, target } = object;
    const title = `"${metric.name}" on ${describedObject.kind}/${describedObject.name} `;
    const current = now?.object?.current;
    return target.type === 'AverageValue' ? `${title}(target average value):\t${average(target, current)}` : `${title}(target value):\t${total(target, current)}`;
  }
  if (type === 'External' && external) {
    const { metric, target } = external;
    const current = now?.external?.current;
    if (target.averageValue === undefined) return `"${metric.name}" (target value):\t${total(target, current)}`;
    return `"${metric.name}" (target average value):\t${current?.averageValue ?? unknown} / ${target.averageValue}`;
  }
  return `<unknown metric type "${type}">`;
}

function describeDirection(out: Description, direction: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  out.line(1, `${direction}:`);
  if (rules.stabilizationWindowSeconds !== undefined) out.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  if (!rules.policies?.length) return;
  out.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`);
  out.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of rules.policies) out.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
}
