import { controllerOf } from '../api/keys';
import { equal } from '../lib/equality';
import { formatLabelSelector } from '../lib/selectors';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../schema/types';
import { mappingFor } from './resources';
import type { Context } from './verb';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** The ReplicaSets a deployment controls, oldest first. */
export async function replicaSetsOf({ connection }: Context, deployment: Deployment): Promise<readonly ReplicaSet[]> {
  const { items } = await connection.list(
    mappingFor('replicasets.apps'), deployment.metadata.namespace, { labelSelector: formatLabelSelector(deployment.spec.selector) },
  );
  const own = (items as readonly ReplicaSet[]).filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
  return [...own].sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The one whose template is the deployment's, hash aside. */
export const findNewReplicaSet = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.find(({ spec }) => spec.template && equal(withoutHash(spec.template), withoutHash(deployment.spec.template)));

/** A ReplicaSet's template as its deployment wrote it. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export const revisionOfSet = ({ metadata }: { readonly metadata: ReplicaSet['metadata'] }): number => Number(metadata.annotations?.[revisionAnnotation] ?? 0);
