import type { OptionalName, OptionalPart } from '../optional-part';
import { clusterAutoscalerPart } from './cluster-autoscaler';
import { nodePools } from './node-pools';

/** Every optional part by its name. */
export const optional: Readonly<Record<OptionalName, OptionalPart>> = { 'cluster-autoscaler': clusterAutoscalerPart, 'node-pools': nodePools };
