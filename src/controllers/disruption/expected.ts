import { controllerOf } from '../../api/keys';
import { Deployments } from '../../kinds/apps/deployment';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { ReplicationControllers, StatefulSets } from '../../kinds/served';
import { scaledValue } from '../../lib/int-or-string';
import type { Context } from '../../runtime/controller';
import type { OwnerReference, Pod, PodDisruptionBudget } from '../../schema/types';

/** How many pods there should be, and how many of them healthy; pods without a controller cannot be reckoned with. */
export type Expected = { readonly count: number; readonly healthy: number; readonly unmanaged: readonly Pod[] };

/** As upstream: percentages, and what may be missing, are of what the controllers want; a plain minimum is of what is there. */
export function expectedOf({ spec = {} }: PodDisruptionBudget, pods: readonly Pod[], context: Context): Expected {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined) {
    const { count, unmanaged } = wantedOf(pods, context);
    return { count, unmanaged, healthy: Math.max(0, count - scaledValue(maxUnavailable, count, 'up')) };
  }
  if (typeof minAvailable === 'string') {
    const { count, unmanaged } = wantedOf(pods, context);
    return { count, unmanaged, healthy: scaledValue(minAvailable, count, 'up') };
  }
  return { count: pods.length, healthy: minAvailable ?? 0, unmanaged: [] };
}

/** The sum of what the pods' controllers want, each counted once. */
function wantedOf(pods: readonly Pod[], context: Context): { readonly count: number; readonly unmanaged: readonly Pod[] } {
  const scales = new Map<string, number>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const scale = owner && scaleOf(owner, pod.metadata.namespace, context);
    if (!scale) unmanaged.push(pod);
    else scales.set(scale.uid, scale.replicas);
  }
  return { count: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged };
}

type Scale = { readonly uid: string; readonly replicas: number };
type Workload = { readonly metadata: { readonly uid: string }; readonly spec?: { readonly replicas?: number } };

/** What a controller wants: for a ReplicaSet of a Deployment, what the Deployment does. */
function scaleOf({ apiVersion, kind, name, uid }: OwnerReference, namespace: string, { informer }: Context): Scale | undefined {
  const key = `${namespace}/${name}`;
  const scale = (workload: Workload | undefined): Scale | undefined =>
    (workload?.metadata.uid === uid ? { uid, replicas: workload.spec?.replicas ?? 1 } : undefined);
  switch (`${apiVersion}/${kind}`) {
    case `${ReplicaSets.apiVersion}/${ReplicaSets.kind}`: {
      const replicaSet = informer(ReplicaSets).get(key);
      const owner = replicaSet && controllerOf(replicaSet);
      if (owner?.kind !== Deployments.kind) return scale(replicaSet);
      const deployment = informer(Deployments).get(`${namespace}/${owner.name}`);
      return deployment?.metadata.uid === owner.uid ? { uid: owner.uid, replicas: deployment.spec.replicas ?? 1 } : undefined;
    }
    case `${StatefulSets.apiVersion}/${StatefulSets.kind}`: return scale(informer(StatefulSets).get(key));
    case `${ReplicationControllers.apiVersion}/${ReplicationControllers.kind}`: return scale(informer(ReplicationControllers).get(key));
    default: return undefined;
  }
}
