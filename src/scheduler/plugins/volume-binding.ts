import { keyOf } from '../../api/keys';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../schema/types';
import type { ClusterView } from '../cluster-view';
import { rejection, type Filter, type Plugin, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';
import { claimsOf, isBound } from '../pod-claims';
import { choose, isReachable, wishesOf } from './volume-choice';
import { bindVolumes } from './volume-prebind';

const name = 'VolumeBinding';
const unboundImmediate = rejection(name, 'pod has unbound immediate PersistentVolumeClaims');
const nothingToBind = rejection(name, "node(s) didn't find available persistent volumes to bind");
const elsewhere = rejection(name, "node(s) didn't match PersistentVolume's node affinity");
const volumeGone = rejection(name, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');

/** Keeps a pod where its volumes are or can come to be, and has them bound or made there before the pod is. Claims that bind at once must be bound already. */
export const volumeBinding: Plugin = {
  name,
  preFilter: ({ pod, cluster }) => {
    const used = claimsOf(pod);
    if (used.length === 0) return undefined;
    const bound: PersistentVolumeClaim[] = [];
    const waiting: PersistentVolumeClaim[] = [];
    for (const { name: claimName, isEphemeral } of used) {
      const claim = cluster.claim(pod.metadata.namespace, claimName);
      const problem = problemOf(claim, claimName, isEphemeral);
      if (problem !== undefined) return rejection(name, problem);
      if (!claim) continue;
      if (isBound(claim)) bound.push(claim);
      else if (isWaiting(claim, cluster)) waiting.push(claim);
      else return unboundImmediate;
    }
    return filterBy(bound, waiting, cluster);
  },
  preBind: ({ pod, node, cluster }) => {
    const waiting = waitingClaims(pod, cluster);
    if (waiting.length === 0) return undefined;
    return { claims: waiting.map(keyOf), begin: (api) => bindVolumes(choose(wishesOf(waiting, cluster), node) ?? [], node.name, cluster, api) };
  },
  hints: {
    NodeAdd: () => true,
    NodeUpdate: (_pod, { previous, node }) => previous.metadata.labels !== node.metadata.labels || previous.spec.taints !== node.spec.taints,
    StorageChange: () => true,
  },
};

function problemOf(claim: PersistentVolumeClaim | undefined, claimName: string, isEphemeral: boolean): string | undefined {
  const quoted = JSON.stringify(claimName);
  if (!claim) return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}` : `persistentvolumeclaim ${quoted} not found`;
  if (claim.status?.phase === 'Lost') return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? '')}`;
  return claim.metadata.deletionTimestamp ? `persistentvolumeclaim ${quoted} is being deleted` : undefined;
}

/** Not bound, and to be so only when a node is chosen. One that names its volume itself is bound at once. */
const isWaiting = (claim: PersistentVolumeClaim, cluster: ClusterView): boolean =>
  !claim.spec.volumeName && cluster.storageClass(storageClassOf(claim) ?? '')?.volumeBindingMode === 'WaitForFirstConsumer';

const waitingClaims = (pod: Pod, cluster: ClusterView): readonly PersistentVolumeClaim[] => claimsOf(pod).flatMap(({ name: claimName }) => {
  const claim = cluster.claim(pod.metadata.namespace, claimName);
  return claim && !isBound(claim) && isWaiting(claim, cluster) ? [claim] : [];
});

function filterBy(bound: readonly PersistentVolumeClaim[], waiting: readonly PersistentVolumeClaim[], cluster: ClusterView): Filter {
  const volumes = bound.map(({ spec }) => cluster.volume(spec.volumeName ?? ''));
  const wishes = wishesOf(waiting, cluster);
  return { test: (node) => volumes.map((volume) => verdictOn(volume, node)).find((verdict) => verdict) ?? (choose(wishes, node) ? undefined : nothingToBind) };
}

const verdictOn = (volume: PersistentVolume | undefined, node: NodeInfo): Rejection | undefined => (!volume ? volumeGone : isReachable(volume, node) ? undefined : elsewhere);
