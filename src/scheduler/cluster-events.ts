import type { Node, Pod } from '../schema/types';

/** Something that happened which could make an unschedulable pod schedulable. */
export type ClusterEvent =
  | { readonly kind: 'NodeAdd'; readonly node: Node }
  | { readonly kind: 'NodeUpdate'; readonly previous: Node; readonly node: Node }
  | { readonly kind: 'NodeDelete'; readonly node: Node }
  /** A pod got a node. */
  | { readonly kind: 'AssignedPodAdd'; readonly pod: Pod }
  /** A pod left its node: deleted, or over. */
  | { readonly kind: 'AssignedPodDelete'; readonly pod: Pod }
  | { readonly kind: 'AssignedPodUpdate'; readonly previous: Pod; readonly pod: Pod }
  /** A claim, a volume, a storage class or a node's CSI drivers changed. */
  | { readonly kind: 'StorageChange' }
  /** The waiting pod itself was changed. */
  | { readonly kind: 'PodUpdate'; readonly previous: Pod; readonly pod: Pod };

/** Heartbeats are no news: what plugins look at did not change. */
export const nodeSaysSomethingNew = (previous: Node, node: Node): boolean =>
  previous.spec !== node.spec || previous.metadata.labels !== node.metadata.labels || previous.status?.allocatable !== node.status?.allocatable
  || previous.status?.declaredFeatures !== node.status?.declaredFeatures;
