import { keyOf } from '../../api/keys';
import { matchesNodeSelector } from '../../kinds/core/node-selector';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import { value } from '../../lib/quantity';
import { matches } from '../../lib/selectors';
import type { NodeSelector, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../schema/types';
import type { ClusterView } from '../cluster-view';
import type { NodeInfo } from '../node-info';

/** On the chosen node a claim gets `volume`, or without one it waits for the provisioner. */
export type Choice = { readonly claim: PersistentVolumeClaim; readonly volume?: PersistentVolume };

/** What a waiting claim could get: volumes in the order in which they are tried, and after them a new one. */
type Wish = { readonly claim: PersistentVolumeClaim; readonly volumes: readonly PersistentVolume[]; readonly storageClass: StorageClass | undefined };

export const selectedNode = 'volume.kubernetes.io/selected-node';

/** What each of the pod's waiting claims could get, smallest claims first, so that the smallest volumes go to them. */
export const wishesOf = (waiting: readonly PersistentVolumeClaim[], cluster: ClusterView): readonly Wish[] =>
  [...waiting].sort((a, b) => requestOf(a) - requestOf(b)).map((claim) => {
    const className = storageClassOf(claim) ?? '';
    const volumes = claim.metadata.annotations?.[selectedNode] === undefined ? candidates(claim, className, cluster) : [];   // it was left to the provisioner before
    return { claim, volumes, storageClass: cluster.storageClass(className) };
  });

/** Gives each claim a volume of its own, or one to be made for it on this node; undefined when one of them gets none. */
export function choose(wishes: readonly Wish[], node: NodeInfo): readonly Choice[] | undefined {
  const taken = new Set<PersistentVolume>();
  const choices: Choice[] = [];
  for (const { claim, volumes, storageClass } of wishes) {
    const chosenBefore = claim.metadata.annotations?.[selectedNode];
    if (chosenBefore !== undefined && chosenBefore !== node.name) return undefined;
    const volume = volumes.find((each) => !taken.has(each) && isReachable(each, node));
    if (!volume && !canProvision(storageClass, node)) return undefined;
    if (volume) taken.add(volume);
    choices.push({ claim, ...(volume && { volume }) });
  }
  return choices;
}

/** Whether the volume's node affinity lets it be used there. */
export const isReachable = ({ spec }: PersistentVolume, { labels, name }: Pick<NodeInfo, 'labels' | 'name'>): boolean =>
  !spec?.nodeAffinity?.required || matchesNodeSelector(asPod(spec.nodeAffinity.required), labels, name);
const asPod = (requiredDuringSchedulingIgnoredDuringExecution: NodeSelector): Pick<Pod, 'spec'> =>
  ({ spec: { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } } });

/** Those meant for the claim before those that are free, which come smallest first. */
function candidates(claim: PersistentVolumeClaim, className: string, cluster: ClusterView): readonly PersistentVolume[] {
  const meant = [...cluster.volumesFor(keyOf(claim))].filter((each) => isFor(each, claim) && fits(each, claim, className));
  const free = [...cluster.freeVolumes(className)].filter((each) => each.status?.phase === 'Available' && isSelected(each, claim) && fits(each, claim, className));
  return [...meant, ...free.sort((a, b) => sizeOf(a) - sizeOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1))];
}

const isFor = ({ spec }: PersistentVolume, { metadata: { uid } }: PersistentVolumeClaim): boolean => !spec?.claimRef?.uid || spec.claimRef.uid === uid;
const isSelected = ({ metadata }: PersistentVolume, { spec }: PersistentVolumeClaim): boolean => !spec.selector || matches(spec.selector, metadata.labels);

const fits = (volume: PersistentVolume, claim: PersistentVolumeClaim, className: string): boolean =>
  volume.metadata.deletionTimestamp === undefined && (volume.spec?.storageClassName ?? '') === className
  && (volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
  && sizeOf(volume) >= requestOf(claim) && (claim.spec.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

const remembered = <T extends object>(of: (object: T) => number): ((object: T) => number) => {
  const known = new WeakMap<T, number>();
  return (object) => {
    const number = known.get(object) ?? of(object);
    known.set(object, number);
    return number;
  };
};
const sizeOf = remembered(({ spec }: PersistentVolume) => value(spec?.capacity?.['storage'] ?? '0'));
const requestOf = remembered(({ spec }: PersistentVolumeClaim) => value(spec.resources?.requests?.['storage'] ?? '0'));

function canProvision(storage: StorageClass | undefined, { labels }: NodeInfo): boolean {
  if (!storage || storage.provisioner === 'kubernetes.io/no-provisioner') return false;
  const { allowedTopologies = [] } = storage;
  return allowedTopologies.length === 0
    || allowedTopologies.some(({ matchLabelExpressions = [] }) => matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')));
}
