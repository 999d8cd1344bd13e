import type { Cluster } from '../cluster';
import type { OptionalName, OptionalPart } from '../optional-part';
import { chaosPart } from './chaos';
import { clusterAutoscalerPart } from './cluster-autoscaler';
import { csiDisks } from './csi-disks';
import { customMetrics } from './custom-metrics/part';
import { deschedulerPart } from './descheduler';
import { nodePools } from './node-pools';
import { verticalPodAutoscaler } from './vertical-pod-autoscaler';

/** Every optional part by its name. */
export const optional: Readonly<Record<OptionalName, OptionalPart>> = {
  chaos: chaosPart, 'cluster-autoscaler': clusterAutoscalerPart, 'csi-disks': csiDisks, 'custom-metrics': customMetrics, descheduler: deschedulerPart,
  'node-pools': nodePools, 'vertical-pod-autoscaler': verticalPodAutoscaler,
};

/** Starts these parts, each after the one it needs, whatever their order. @throws Error when one is missing that another needs. */
export function enableParts(cluster: Pick<Cluster, 'parts'>, names: readonly OptionalName[]): void {
  for (const name of [...names].sort((a, b) => Number(optional[a].needs !== undefined) - Number(optional[b].needs !== undefined))) cluster.parts.enable(optional[name]);
}
