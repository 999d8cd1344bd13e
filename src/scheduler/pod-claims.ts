import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../schema/types';
import type { ClusterView } from './cluster-view';

/** A claim a pod uses; an ephemeral volume's is made for the pod by a controller. */
export type UsedClaim = { readonly name: string; readonly isEphemeral: boolean };

const none: readonly UsedClaim[] = [];
const hasClaims = new WeakMap<readonly Volume[], boolean>();

/** The claims of the pod's volumes. Pods without any, which is most, are known by their template. */
export function claimsOf({ metadata: { name }, spec: { volumes } }: Pod): readonly UsedClaim[] {
  if (!volumes) return none;
  const has = hasClaims.get(volumes) ?? volumes.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim !== undefined || ephemeral !== undefined);
  hasClaims.set(volumes, has);
  if (!has) return none;
  return volumes.flatMap(({ name: volume, persistentVolumeClaim, ephemeral }): readonly UsedClaim[] =>
    (persistentVolumeClaim ? [{ name: persistentVolumeClaim.claimName, isEphemeral: false }] : ephemeral ? [{ name: `${name}-${volume}`, isEphemeral: true }] : []));
}

const bindCompleted = 'pv.kubernetes.io/bind-completed';
/** Bound, and known to be so by both sides. */
export const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean => !!spec.volumeName && metadata.annotations?.[bindCompleted] !== undefined;

/** The volumes that the pod's bound claims have. */
export function boundVolumes(pod: Pod, cluster: ClusterView): readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume | undefined }[] {
  return claimsOf(pod).flatMap(({ name }) => {
    const claim = cluster.claim(pod.metadata.namespace, name);
    return claim?.spec.volumeName ? [{ claim, volume: cluster.volume(claim.spec.volumeName) }] : [];
  });
}
