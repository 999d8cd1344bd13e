import { keyOf } from '../../api/keys';
import type { LocalClient } from '../../api/local-client';
import { PersistentVolumeClaims, PersistentVolumes } from '../../kinds/served';
import type { PersistentVolume, PersistentVolumeClaim } from '../../schema/types';
import type { ClusterView } from '../cluster-view';
import { PreBindError, type PreBinding } from '../framework';
import type { NodeInfo } from '../node-info';
import { isBound } from '../pod-claims';
import { isReachable, selectedNode, type Choice } from './volume-choice';

const boundByController = 'pv.kubernetes.io/bound-by-controller';

/**
 * Gives existing volumes to their claims and asks for those that have to be made, then waits for the controller to bind them all. What is written stays
 * written though the pod may not be bound in the end: the claims have their volumes then, and the next attempt finds them.
 * @throws StatusError
 */
export function bindVolumes(choices: readonly Choice[], node: string, cluster: ClusterView, api: LocalClient): ReturnType<PreBinding['begin']> {
  for (const { claim, volume } of choices) if (volume) cluster.assumeVolume(give(volume, claim, api));
  for (const { claim, volume } of choices) if (!volume) cluster.assumeClaim(send(claim, node, api));
  return (there) => choices.map(({ claim, volume }) => (volume ? isGiven(volume, claim, there, cluster) : isMade(claim, there, cluster))).every((each) => each);
}

function give(volume: PersistentVolume, claim: PersistentVolumeClaim, api: LocalClient): PersistentVolume {
  const { metadata, spec } = volume;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  if (spec?.claimRef?.uid === uid) return volume;
  const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
  const marked = spec?.claimRef ? metadata : { ...metadata, annotations: { ...metadata.annotations, [boundByController]: 'yes' } };
  return api.update(PersistentVolumes, { ...volume, metadata: marked, spec: { ...spec, claimRef } });
}

function send(claim: PersistentVolumeClaim, node: string, api: LocalClient): PersistentVolumeClaim {
  const { metadata } = claim;
  if (metadata.annotations?.[selectedNode] === node) return claim;
  return api.update(PersistentVolumeClaims, { ...claim, metadata: { ...metadata, annotations: { ...metadata.annotations, [selectedNode]: node } } });
}

function isGiven({ metadata: { name } }: PersistentVolume, claim: PersistentVolumeClaim, node: NodeInfo, cluster: ClusterView): boolean {
  const volume = cluster.volume(name);
  if (!volume) throw new PreBindError(`failed to check binding: could not find v1.PersistentVolume ${JSON.stringify(name)}`);
  const now = current(claim, 'failed to check binding', cluster);
  mustBeReachable(volume, node);
  if (!volume.spec?.claimRef?.uid) throw new PreBindError(`ClaimRef got reset for pv ${JSON.stringify(name)}`);
  return isBound(now);
}

function isMade(claim: PersistentVolumeClaim, node: NodeInfo, cluster: ClusterView): boolean {
  const now = current(claim, 'failed to check provisioning pvc', cluster);
  const { annotations } = now.metadata;
  if (!annotations) throw new PreBindError(`selectedNode annotation reset for PVC ${JSON.stringify(now.metadata.name)}`);
  if (annotations[selectedNode] !== node.name) throw new PreBindError(`provisioning failed for PVC ${JSON.stringify(now.metadata.name)}`);
  const volume = now.spec.volumeName ? cluster.volume(now.spec.volumeName) : undefined;
  if (now.spec.volumeName && !volume) return false;   // its news is on the way
  if (volume) mustBeReachable(volume, node);
  return isBound(now);
}

function current(claim: PersistentVolumeClaim, context: string, cluster: ClusterView): PersistentVolumeClaim {
  const now = cluster.claim(claim.metadata.namespace, claim.metadata.name);
  if (!now) throw new PreBindError(`${context}: could not find v1.PersistentVolumeClaim ${JSON.stringify(keyOf(claim))}`);
  return now;
}

function mustBeReachable(volume: PersistentVolume, node: NodeInfo): void {
  if (isReachable(volume, node)) return;
  throw new PreBindError(`pv ${JSON.stringify(volume.metadata.name)} node affinity doesn't match node ${JSON.stringify(node.name)}: no matching NodeSelectorTerms`);
}
