import { isObject } from '../../lib/json';
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../schema/types';

/** A metric as autoscaling/v1 keeps it in an annotation: what v2 nests, it has side by side. */
type Flat = Readonly<Record<string, unknown>>;
type Parts = Readonly<Record<string, unknown>>;

/** Fields without a value, or with none that Go would write, are left out. */
const compact = (fields: Flat): Flat => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
const part = (value: unknown): Parts => (isObject(value) ? value : {});
const named = (metric: unknown): { name: unknown; selector: unknown } => ({ name: part(metric)['name'], selector: part(metric)['selector'] });

/** A metric of v2, asked for or measured, in the older form. */
export function flatMetric(metric: MetricSpec | MetricStatus): Flat {
  const { type, object, pods, resource, containerResource, external }: Parts = { ...metric };
  const [values, prefix] = isMeasured(metric) ? (['current', 'current'] as const) : (['target', 'target'] as const);
  const valuesOf = (source: unknown): MetricTarget & MetricValueStatus => part(part(source)[values]) as MetricTarget & MetricValueStatus; // by the schema
  const percent = `${prefix}AverageUtilization`;
  const average = `${prefix}AverageValue`;
  const flatResource = (source: unknown) => {
    const { averageUtilization, averageValue } = valuesOf(source);
    const { name, container } = part(source);
    return compact({ name, [percent]: averageUtilization, [average]: averageValue, container });
  };
  return compact({
    type,
    ...(object !== undefined && { object: compact({
      target: part(object)['describedObject'], metricName: named(part(object)['metric']).name, [`${prefix}Value`]: valuesOf(object).value ?? '0',
      selector: named(part(object)['metric']).selector, averageValue: valuesOf(object).averageValue,
    }) }),
    ...(pods !== undefined && { pods: compact({
      metricName: named(part(pods)['metric']).name, [average]: valuesOf(pods).averageValue ?? '0', selector: named(part(pods)['metric']).selector,
    }) }),
    ...(resource !== undefined && { resource: flatResource(resource) }),
    ...(containerResource !== undefined && { containerResource: flatResource(containerResource) }),
    ...(external !== undefined && { external: compact({
      metricName: named(part(external)['metric']).name, metricSelector: named(part(external)['metric']).selector,
      [`${prefix}Value`]: valuesOf(external).value, [average]: valuesOf(external).averageValue,
    }) }),
  });
}

const isMeasured = (metric: MetricSpec | MetricStatus): metric is MetricStatus => Object.values(metric).some((source) => isObject(source) && 'current' in source);

/** The way back: what an annotation held, as metrics asked for (`target`) or measured (`current`). */
export function nestedMetric(flat: unknown, values: 'target' | 'current'): MetricSpec & MetricStatus {
  const { type, object, pods, resource, containerResource, external } = part(flat);
  const targetOf = (fields: Flat): Flat => (values === 'target' ? { type: targetType(fields), ...compact(fields) } : compact(fields));
  const averageOf = (source: unknown) => part(source)[`${values}AverageValue`];
  const nestedResource = (source: unknown) => compact({
    name: part(source)['name'], container: part(source)['container'],
    [values]: targetOf({ averageUtilization: part(source)[`${values}AverageUtilization`], averageValue: averageOf(source) }),
  });
  const metric = (source: unknown, selector = 'selector') => compact({ name: part(source)['metricName'], selector: part(source)[selector] });
  return compact({
    type,
    ...(object !== undefined && { object: { describedObject: part(object)['target'], metric: metric(object), [values]: targetOf({
      value: notZero(part(object)[`${values}Value`]), averageValue: part(object)['averageValue'],
    }) } }),
    ...(pods !== undefined && { pods: { metric: metric(pods), [values]: targetOf({ averageValue: averageOf(pods) }) } }),
    ...(resource !== undefined && { resource: nestedResource(resource) }),
    ...(containerResource !== undefined && { containerResource: nestedResource(containerResource) }),
    ...(external !== undefined && { external: { metric: metric(external, 'metricSelector'), [values]: targetOf({
      value: part(external)[`${values}Value`], averageValue: averageOf(external),
    }) } }),
  }) as MetricSpec & MetricStatus; // built field by field after the schema
}

const notZero = (quantity: unknown): unknown => (quantity === '0' ? undefined : quantity);
const targetType = ({ averageUtilization, averageValue }: Flat): string =>
  (averageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value');
