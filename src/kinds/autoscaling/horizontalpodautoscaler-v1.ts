import type { KubeObject } from '../../api/types';
import { badRequest } from '../../api/status';
import { isList, isObject } from '../../lib/json';
import { decode } from '../../schema/decode';
import { resourceFactsAt } from '../../schema/resources';
import type {
  AutoscalingV1HorizontalPodAutoscaler as OldAutoscaler,
  AutoscalingV2HorizontalPodAutoscaler as Autoscaler,
  AutoscalingV2HorizontalPodAutoscalerStatus,
  HPAScalingRules,
  HorizontalPodAutoscalerBehavior,
  MetricSpec,
  NamespacedMeta,
} from '../../schema/types';
import { viewedColumns } from '../columns';
import { kindFrom, type Kind } from '../define';
import { fill } from '../sharing';
import { autoscalerRules } from './horizontalpodautoscaler-rules';
import { HorizontalPodAutoscalers } from './horizontalpodautoscaler';
import { flatMetric, nestedMetric } from './v1-metrics';

/** What autoscaling/v1 has no fields for is in annotations of its objects, and nowhere else. */
const annotation = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const;
const roundTrip: ReadonlySet<string> = new Set(Object.values(annotation));
const behaviorDefinition = 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior';
const defaultUtilization = 80;

const cpu = (averageUtilization: number): MetricSpec => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } });
const isCpu = ({ type, resource }: MetricSpec): boolean => type === 'Resource' && resource?.name === 'cpu';
const isCpuUtilization = (metric: MetricSpec): boolean => isCpu(metric) && metric.resource?.target.averageUtilization !== undefined;

function withoutRoundTrip({ annotations, ...rest }: NamespacedMeta): NamespacedMeta {
  if (!annotations) return rest;
  const kept = Object.entries(annotations).filter(([name]) => !roundTrip.has(name));
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

/** The API server writes this one with the names of its Go fields; either form is read. */
const goRules = (rules: HPAScalingRules | undefined): unknown => rules && {
  StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null, SelectPolicy: rules.selectPolicy ?? null,
  Policies: rules.policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null, Tolerance: rules.tolerance ?? null,
};
const goBehavior = ({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): unknown => ({ ScaleUp: goRules(scaleUp) ?? null, ScaleDown: goRules(scaleDown) ?? null });

function smallKeys(value: unknown): unknown {
  if (isList(value)) return value.map(smallKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key.charAt(0).toLowerCase() + key.slice(1), smallKeys(each)]])));
}

/** A v2 autoscaler as autoscaling/v1 shows it. */
function toOld({ metadata, spec, status }: Autoscaler): OldAutoscaler {
  const { metrics = [], behavior, minReplicas, maxReplicas, scaleTargetRef } = spec;
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  const current = status?.currentMetrics ?? [];
  const conditions = status?.conditions ?? [];
  const kept = withoutRoundTrip(metadata);
  const annotations = {
    ...kept.annotations,
    ...(others.length > 0 && { [annotation.metrics]: JSON.stringify(others.map(flatMetric)) }),
    ...(current.length > 0 && { [annotation.currentMetrics]: JSON.stringify(current.map(flatMetric)) }),
    ...(conditions.length > 0 && { [annotation.conditions]: JSON.stringify(conditions) }),
    ...(behavior && { [annotation.behavior]: JSON.stringify(goBehavior(behavior)) }),
  };
  const target = metrics.find(isCpu)?.resource?.target.averageUtilization;
  const measured = current.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')?.resource?.current.averageUtilization;
  return {
    kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v1',
    metadata: Object.keys(annotations).length > 0 ? { ...kept, annotations } : kept,
    spec: {
      scaleTargetRef, ...(minReplicas !== undefined && { minReplicas }), maxReplicas, ...(target !== undefined && { targetCPUUtilizationPercentage: target }),
    },
    status: {
      ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(status?.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
      currentReplicas: status?.currentReplicas ?? 0, desiredReplicas: status?.desiredReplicas ?? 0,
      ...(measured !== undefined && { currentCPUUtilizationPercentage: measured }),
    },
  };
}

/** An autoscaler of autoscaling/v1 as v2 stores it. Throws BadRequest for an annotation that cannot be read. */
function toNew({ metadata, spec, status }: OldAutoscaler): Autoscaler {
  const { targetCPUUtilizationPercentage: percentage, ...rest } = spec;
  const annotations = metadata.annotations ?? {};
  const others = listIn(annotations, annotation.metrics).map((metric) => nestedMetric(metric, 'target'));
  const metrics = [...(percentage === undefined ? [] : [cpu(percentage)]), ...others];
  const behavior = annotations[annotation.behavior];
  return {
    kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', metadata: withoutRoundTrip(metadata),
    spec: {
      ...rest, metrics: metrics.length > 0 ? metrics : [cpu(defaultUtilization)],
      ...(behavior !== undefined && { behavior: decode(behaviorDefinition, smallKeys(parsed(behavior))).value }),
    },
    status: statusToNew(status, annotations),
  };
}

function statusToNew(status: OldAutoscaler['status'], annotations: Readonly<Record<string, string>>): AutoscalingV2HorizontalPodAutoscalerStatus {
  const { currentCPUUtilizationPercentage: percentage, currentReplicas = 0, ...rest } = status ?? { desiredReplicas: 0 };
  const noted = listIn(annotations, annotation.currentMetrics).map((metric) => nestedMetric(metric, 'current'));
  const measured = percentage === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage } } }];
  const conditions = listIn(annotations, annotation.conditions) as NonNullable<AutoscalingV2HorizontalPodAutoscalerStatus['conditions']>; // as this server wrote them
  const current = noted.length > 0 ? noted : measured;
  return {
    ...rest, ...(currentReplicas > 0 && { currentReplicas }), ...(conditions.length > 0 && { conditions }),
    ...(current.length > 0 ? { currentMetrics: current } : noMetrics),
  };
}

/** Upstream writes that there are none. */
const noMetrics = { currentMetrics: null } as unknown as Pick<AutoscalingV2HorizontalPodAutoscalerStatus, 'currentMetrics'>; // Go's nil list

function parsed(text: string): unknown {
  try { return JSON.parse(text); } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(error.message);
    throw error;
  }
}
function listIn(annotations: Readonly<Record<string, string>>, name: string): readonly unknown[] {
  const text = annotations[name];
  const value = text === undefined ? undefined : parsed(text);
  return isList(value) ? value : [];
}

const view = kindFrom<OldAutoscaler>(resourceFactsAt('horizontalpodautoscalers.autoscaling', 'v1'), {
  defaults: (object) => {
    const complete = { ...object, spec: fill(object.spec, { minReplicas: 1 }) };
    return { ...toOld(toNew(complete)), metadata: complete.metadata };
  },
  rules: (object) => autoscalerRules(toNew(object)),
  columns: viewedColumns(HorizontalPodAutoscalers.columns, toNew),
});

/** HorizontalPodAutoscalers of autoscaling/v1: those of v2, with one target alone and annotations for the rest. */
export const OldHorizontalPodAutoscalers: Kind<OldAutoscaler> = {
  ...view,
  stored: {
    kind: HorizontalPodAutoscalers,
    toStored: (object: KubeObject) => toNew(object as OldAutoscaler), // the view's own objects
    fromStored: (object: KubeObject) => toOld(object as Autoscaler), // what its storage holds
  },
};
