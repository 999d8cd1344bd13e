import type { Labels, Selector } from '../lib/selectors';
import { everything, matches, nothing, selectorOf, selectorOfSet, Selector as SelectorOf } from '../lib/selectors';
import { controllerOf } from '../api/keys';
import type { KubeObject, Resource } from '../api/types';
import { ReplicaSets } from '../kinds/apps/replicaset';
import { PersistentVolumeClaims, PersistentVolumes, PodDisruptionBudgets, ReplicationControllers, StatefulSets } from '../kinds/served';
import { Services } from '../kinds/core/service';
import { CSINodes, type StoredCSINode } from '../kinds/storage/csinode';
import { StorageClasses } from '../kinds/storage/storageclass';
import type { IndexBy } from '../runtime/index-by';
import { byNamespace } from '../runtime/informer';
import type { Informers } from '../runtime/informers';
import type { OwnerReference, PersistentVolume, PersistentVolumeClaim, Pod, PodDisruptionBudget, Service, StorageClass } from '../schema/types';
import { AssumeCache } from './assume-cache';

/** What plugins may know of the cluster beside nodes and pods. */
export type ClusterView = {
  /** What belongs together with the pod: the selectors of its services and of its controller. Nothing when it has neither. */
  siblings(pod: Pod): Selector;
  hasBudgets(): boolean;
  budgets(namespace: string): Iterable<PodDisruptionBudget>;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** Volumes of the class that nobody was given. */
  freeVolumes(storageClass: string): Iterable<PersistentVolume>;
  /** Volumes that name the claim (`namespace/name`). */
  volumesFor(claim: string): Iterable<PersistentVolume>;
  /** What the scheduler wrote is true for it at once, though its caches have not seen it yet. */
  assumeClaim(claim: PersistentVolumeClaim): void;
  assumeVolume(volume: PersistentVolume): void;
  storageClass(name: string): StorageClass | undefined;
  csiNode(name: string): StoredCSINode | undefined;
};

/** A cluster of nodes and pods alone. */
export const nothingElse: ClusterView = {
  siblings: () => nothing, hasBudgets: () => false, budgets: () => [], claim: () => undefined, volume: () => undefined, freeVolumes: () => [], volumesFor: () => [],
  assumeClaim: () => {}, assumeVolume: () => {}, storageClass: () => undefined, csiNode: () => undefined,
};

/** Volumes by the claim they name, or when they name none by their class. */
const byPurpose: IndexBy<PersistentVolume> = {
  name: 'purpose',
  of: ({ spec }) => (spec?.claimRef ? `claim:${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : `class:${spec?.storageClassName ?? ''}`),
};

/** Services by namespace and one label of their selector: a pod they select has it. */
const byFirstLabel: IndexBy<Service> = {
  name: 'first label of the selector',
  of: ({ metadata: { namespace }, spec: { selector } }) => { for (const key in selector) return labelKey(namespace, key, selector[key] ?? ''); return undefined; },
};
const labelKey = (namespace: string, key: string, value: string): string => `${namespace}/${key}=${value}`;

type Owner = KubeObject & { readonly spec: { readonly selector?: object } };
type OwnerKind = { readonly apiVersion: string; readonly resource: Resource<KubeObject>; readonly isPlain: boolean };
const owners: Readonly<Record<string, OwnerKind>> = {
  ReplicationController: { apiVersion: 'v1', resource: ReplicationControllers, isPlain: true },
  ReplicaSet: { apiVersion: 'apps/v1', resource: ReplicaSets, isPlain: false },
  StatefulSet: { apiVersion: 'apps/v1', resource: StatefulSets, isPlain: false },
};

/** The view through a component's own caches. */
export function viewOf(informers: Informers): ClusterView {
  const services = informers.of(Services);
  const claims = new AssumeCache(informers.of(PersistentVolumeClaims));
  const volumes = new AssumeCache(informers.of(PersistentVolumes));
  const combined = new Map<string, Selector>();
  const known = (text: string, make: () => Selector): Selector => {
    const before = combined.get(text);
    if (before) return before;
    if (combined.size > 1_000) combined.clear();
    const made = make();
    combined.set(text, made);
    return made;
  };
  const ownSelector = (owner: OwnerReference | undefined, namespace: string): Selector => {
    const kind = owner && owners[owner.kind];
    if (!kind || kind.apiVersion !== owner.apiVersion) return everything;
    const object = informers.of(kind.resource).get(`${namespace}/${owner.name}`) as Owner | undefined;   // each of the kinds has a selector
    const selector = object?.spec.selector;
    return !selector ? everything : kind.isPlain ? selectorOfSet(selector as Labels) : selectorOf(selector);
  };
  return {
    siblings(pod) {
      const { namespace, labels } = pod.metadata;
      const own = ownSelector(controllerOf(pod), namespace);
      let merged: Record<string, string> | undefined;
      if (services.size > 0) {
        for (const key in labels) {
          for (const { spec } of services.by(byFirstLabel, labelKey(namespace, key, labels[key] ?? '')))
            if (spec.selector && selectorOfSet(spec.selector).matches(labels)) merged = { ...merged, ...spec.selector };
        }
      }
      if (!merged) return own.isEverything ? nothing : own;
      const set = merged;
      return known(`${JSON.stringify(set)}${own.toString()}`, () => new SelectorOf([...selectorOfSet(set).requirements, ...own.requirements]));
    },
    hasBudgets: () => informers.of(PodDisruptionBudgets).size > 0,
    budgets: (namespace) => informers.of(PodDisruptionBudgets).by(byNamespace, namespace),
    claim: (namespace, name) => claims.get(`${namespace}/${name}`),
    volume: (name) => volumes.get(name),
    freeVolumes: (storageClass) => volumes.by(byPurpose, `class:${storageClass}`),
    volumesFor: (claim) => volumes.by(byPurpose, `claim:${claim}`),
    assumeClaim: (claim) => claims.assume(claim),
    assumeVolume: (volume) => volumes.assume(volume),
    storageClass: (name) => informers.of(StorageClasses).get(name),
    csiNode: (name) => informers.of(CSINodes).get(name),
  };
}

/** Whether a budget is about the pod: one without a selector, or with an empty one, is about none here. */
export const isCovered = ({ metadata: { namespace }, spec }: PodDisruptionBudget, pod: Pod): boolean =>
  namespace === pod.metadata.namespace && spec?.selector !== undefined && !selectorOf(spec.selector).isEverything && matches(spec.selector, pod.metadata.labels);
