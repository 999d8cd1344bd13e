import type { SchedulerLike } from 'rxjs';
import type { ContainerRuntime, FileTree } from '../containers/types';
import type { Network, Resolver } from '../net/types';
import type { EventRecorder } from '../runtime/event-recorder';
import type { Informers } from '../runtime/informers';
import type { Pod } from '../schema/types';
import type { References } from './environment';
import type { ServiceVariables } from './service-variables';
import type { SharedValues } from './shared-values';
import type { VolumeGrowth } from './volume-growth';

export type KubeletOptions = {
  readonly scheduler: SchedulerLike;
  readonly runtime: ContainerRuntime;
  readonly network: Network;
  /** What pods with dnsPolicy ClusterFirst ask. */
  readonly clusterDNS?: string;
  readonly clusterDomain?: string;
  /** The resolv.conf of the nodes. */
  readonly nodeResolver?: Resolver;
  /** A token for a pod's service account. Without it such volumes cannot be mounted. */
  readonly serviceAccountToken?: (pod: Pod, expirationSeconds: number, audience: string | undefined) => string;
};

/** What all kubelets of a cluster share. */
export type Shared = KubeletOptions & {
  readonly informers: Informers;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly serviceVariables: ServiceVariables;
  readonly values: SharedValues;
  /** Storage that all nodes reach, by the name of its PersistentVolume. */
  readonly storage: Map<string, FileTree>;
  readonly growth: VolumeGrowth;
  references(namespace: string): References;
  resolver(pod: Pod): Resolver;
  /** Has the pod synced soon. */
  wake(uid: string): void;
  /** Has the node's status looked at soon. */
  wakeNode(name: string): void;
};
