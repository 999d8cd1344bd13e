import { internalError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { stepsOf, valueAt, withValueAt } from '../../kinds/custom-resources/paths';
import type { CustomResourceSubresourceScale, Scale } from '../../schema/types';

/** A custom resource as a Scale, by the paths in its definition. Throws InternalError when there is no number of replicas. */
export function customScaleOf(
  object: KubeObject, { specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale,
): Scale & KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, specReplicasPath);
  if (replicas === undefined) throw internalError(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
  const selector = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined;
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberOf(replicas) }, status: { replicas: numberOf(valueAt(object, statusReplicasPath)), ...(typeof selector === 'string' && selector && { selector }) },
  };
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The custom resource with another number of replicas. */
export function withCustomReplicas(object: KubeObject, { specReplicasPath }: CustomResourceSubresourceScale, replicas: number): KubeObject {
  const { apiVersion, kind, metadata } = object;
  return { ...withValueAt(object, stepsOf(specReplicasPath), replicas), apiVersion, kind, metadata };
}
