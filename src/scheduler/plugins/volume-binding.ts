import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { matches } from '../../lib/selectors';
import { value } from '../../lib/quantity';
import type { NodeSelector, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../schema/types';
import type { ClusterView } from '../cluster-view';
import { rejection, type Filter, type Plugin, type Rejection } from '../framework';
import type { NodeInfo } from '../node-info';
import { claimsOf, isBound } from '../pod-claims';

const name = 'VolumeBinding';
const unboundImmediate = rejection(name, 'pod has unbound immediate PersistentVolumeClaims');
const nothingToBind = rejection(name, "node(s) didn't find available persistent volumes to bind");
const elsewhere = rejection(name, "node(s) didn't match PersistentVolume's node affinity");
const volumeGone = rejection(name, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
export const selectedNode = 'volume.kubernetes.io/selected-node';

/** Keeps a pod where its volumes are or can come to be. Claims that bind at once must be bound before the pod has a node. */
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
      else if (claim.spec.volumeName || !waitsForPod(claim, cluster)) return unboundImmediate;
      else waiting.push(claim);
    }
    return filterBy(bound, waiting, cluster);
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

const classOf = (claim: PersistentVolumeClaim, cluster: ClusterView): StorageClass | undefined => {
  const className = storageClassOf(claim);
  return className ? cluster.storageClass(className) : undefined;
};
const waitsForPod = (claim: PersistentVolumeClaim, cluster: ClusterView): boolean => classOf(claim, cluster)?.volumeBindingMode === 'WaitForFirstConsumer';

function filterBy(bound: readonly PersistentVolumeClaim[], waiting: readonly PersistentVolumeClaim[], cluster: ClusterView): Filter {
  const volumes = bound.map(({ spec }) => cluster.volume(spec.volumeName ?? ''));
  const free = waiting.length === 0 ? [] : [...cluster.volumes()];
  return { test: (node) => volumes.map((volume) => verdictOn(volume, node)).find((verdict) => verdict) ?? (allCanBind(waiting, free, node, cluster) ? undefined : nothingToBind) };
}

const verdictOn = (volume: PersistentVolume | undefined, node: NodeInfo): Rejection | undefined => (!volume ? volumeGone : isReachable(volume, node) ? undefined : elsewhere);
const isReachable = ({ spec }: PersistentVolume, node: NodeInfo): boolean => !spec?.nodeAffinity?.required || selects(spec.nodeAffinity.required, node);
const selects = (requiredDuringSchedulingIgnoredDuringExecution: NodeSelector, { labels, name: nodeName }: NodeInfo): boolean =>
  matchesNodeSelector({ spec: { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } } } satisfies Pick<Pod, 'spec'>, labels, nodeName);

/** Each claim gets a volume of its own, or one made for it on this node. */
function allCanBind(waiting: readonly PersistentVolumeClaim[], free: readonly PersistentVolume[], node: NodeInfo, cluster: ClusterView): boolean {
  const taken = new Set<PersistentVolume>();
  return waiting.every((claim) => {
    const chosen = claim.metadata.annotations?.[selectedNode];
    if (chosen !== undefined && chosen !== node.name) return false;
    const volume = smallest(free.filter((each) => !taken.has(each) && canHold(each, claim) && isReachable(each, node)));
    if (volume) { taken.add(volume); return true; }
    return canProvision(classOf(claim, cluster), node);
  });
}

const sizeOf = ({ spec }: PersistentVolume): number => value(spec?.capacity?.['storage'] ?? '0');
const smallest = (volumes: readonly PersistentVolume[]): PersistentVolume | undefined =>
  volumes.reduce<PersistentVolume | undefined>((best, each) => (best && sizeOf(best) <= sizeOf(each) ? best : each), undefined);

function canHold({ spec, metadata, status }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = spec ?? {};
  if (metadata.deletionTimestamp || (claimRef && (claimRef.namespace !== claim.metadata.namespace || claimRef.name !== claim.metadata.name))) return false;
  if (!claimRef && status?.phase !== 'Available') return false;
  return (spec?.storageClassName ?? '') === (storageClassOf(claim) ?? '') && (spec?.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
    && value(spec?.capacity?.['storage'] ?? '0') >= value(claim.spec.resources?.requests?.['storage'] ?? '0')
    && (claim.spec.accessModes ?? []).every((mode) => spec?.accessModes?.includes(mode))
    && (!claim.spec.selector || matches(claim.spec.selector, metadata.labels));
}

function canProvision(storage: StorageClass | undefined, { labels }: NodeInfo): boolean {
  if (!storage || storage.provisioner === 'kubernetes.io/no-provisioner') return false;
  const { allowedTopologies = [] } = storage;
  return allowedTopologies.length === 0
    || allowedTopologies.some(({ matchLabelExpressions = [] }) => matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')));
}
