import type { Draft } from '../../api/types';
import type { CustomResourceDefinition, JSONSchemaProps } from '../../schema/types';
import { customResource, definitionOf, list, object, text, whole, type CustomObject } from './definition';

export type Amounts = { readonly cpu?: string; readonly memory?: string };
export type UpdateMode = 'Off' | 'Initial' | 'Recreate' | 'InPlaceOrRecreate' | 'Auto';
export type ContainerPolicy = {
  readonly containerName?: string;
  readonly mode?: 'Auto' | 'Off';
  readonly minAllowed?: Amounts;
  readonly maxAllowed?: Amounts;
  readonly controlledResources?: readonly ('cpu' | 'memory')[];
  readonly controlledValues?: 'RequestsAndLimits' | 'RequestsOnly';
};
export type VerticalPodAutoscalerSpec = {
  readonly targetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
  readonly updatePolicy?: { readonly updateMode?: UpdateMode; readonly minReplicas?: number };
  readonly resourcePolicy?: { readonly containerPolicies?: readonly ContainerPolicy[] };
};
export type ContainerRecommendation = {
  readonly containerName: string;
  readonly lowerBound?: Amounts;
  readonly target: Amounts;
  readonly uncappedTarget?: Amounts;
  readonly upperBound?: Amounts;
};
export type VerticalPodAutoscalerCondition = {
  readonly type: string; readonly status: string; readonly lastTransitionTime: string; readonly reason?: string; readonly message?: string;
};
export type VerticalPodAutoscalerStatus = {
  readonly recommendation?: { readonly containerRecommendations?: readonly ContainerRecommendation[] };
  readonly conditions?: readonly VerticalPodAutoscalerCondition[];
};
export type VerticalPodAutoscaler = CustomObject<VerticalPodAutoscalerSpec, VerticalPodAutoscalerStatus>;

/** A histogram as it is kept: weights by bucket, the largest 10,000. */
export type HistogramCheckpoint = { readonly referenceTimestamp?: string | null; readonly bucketWeights?: Readonly<Record<string, number>>; readonly totalWeight?: number };
export type CheckpointStatus = {
  readonly lastUpdateTime?: string | null;
  readonly version?: string;
  readonly cpuHistogram?: HistogramCheckpoint;
  readonly memoryHistogram?: HistogramCheckpoint;
  readonly firstSampleStart?: string | null;
  readonly lastSampleStart?: string | null;
  readonly totalSamplesCount?: number;
};
export type VerticalPodAutoscalerCheckpoint = CustomObject<{ readonly vpaObjectName: string; readonly containerName: string }, CheckpointStatus>;

const place = { group: 'autoscaling.k8s.io', version: 'v1', namespaced: true };
export const VerticalPodAutoscalers = customResource<VerticalPodAutoscaler>({ ...place, plural: 'verticalpodautoscalers', kind: 'VerticalPodAutoscaler' });
export const VerticalPodAutoscalerCheckpoints =
  customResource<VerticalPodAutoscalerCheckpoint>({ ...place, plural: 'verticalpodautoscalercheckpoints', kind: 'VerticalPodAutoscalerCheckpoint' });

const annotations = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/kubernetes/pull/63797' };
const quantity: JSONSchemaProps = {
  anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true,
  pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
};
const amounts: JSONSchemaProps = { type: 'object', additionalProperties: quantity };
const choice = (...values: readonly string[]): JSONSchemaProps => ({ type: 'string', enum: [...values] });
const time: JSONSchemaProps = { type: 'string', format: 'date-time', nullable: true };
const reference = object({ apiVersion: text, kind: text, name: text }, { required: ['kind', 'name'] });
const policy = object({
  containerName: text, mode: choice('Auto', 'Off'), minAllowed: amounts, maxAllowed: amounts, controlledResources: list(text), controlledValues: choice('RequestsAndLimits', 'RequestsOnly'),
});
const recommendation = object({ containerName: text, lowerBound: amounts, target: amounts, uncappedTarget: amounts, upperBound: amounts }, { required: ['target'] });
const condition = object({ type: text, status: text, lastTransitionTime: { type: 'string', format: 'date-time' }, reason: text, message: text }, { required: ['status', 'type'] });
const histogram = object({ referenceTimestamp: time, bucketWeights: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, totalWeight: { type: 'number', format: 'double' } });
const first = '.status.recommendation.containerRecommendations[0].target';

export const verticalPodAutoscalerDefinition: Draft<CustomResourceDefinition> = definitionOf(VerticalPodAutoscalers, {
  shortNames: ['vpa'], annotations,
  spec: object({
    targetRef: reference,
    updatePolicy: object({ updateMode: choice('Off', 'Initial', 'Recreate', 'InPlaceOrRecreate', 'Auto'), minReplicas: whole(0) }),
    resourcePolicy: object({ containerPolicies: list(policy) }),
  }, { required: ['targetRef'] }),
  status: object({ recommendation: object({ containerRecommendations: list(recommendation) }), conditions: list(condition) }),
  columns: [
    { name: 'Mode', type: 'string', jsonPath: '.spec.updatePolicy.updateMode' },
    { name: 'CPU', type: 'string', jsonPath: `${first}.cpu` }, { name: 'Mem', type: 'string', jsonPath: `${first}.memory` },
    { name: 'Provided', type: 'string', jsonPath: ".status.conditions[?(@.type=='RecommendationProvided')].status" },
  ],
});

export const checkpointDefinition: Draft<CustomResourceDefinition> = definitionOf(VerticalPodAutoscalerCheckpoints, {
  shortNames: ['vpacheckpoint'], annotations,
  spec: object({ vpaObjectName: text, containerName: text }),
  status: object({
    lastUpdateTime: time, version: text, cpuHistogram: histogram, memoryHistogram: histogram, firstSampleStart: time, lastSampleStart: time, totalSamplesCount: { type: 'integer' },
  }),
  columns: [],
});
