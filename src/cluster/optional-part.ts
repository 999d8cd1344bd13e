import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { LocalClient } from '../api/local-client';
import type { Draft, KubeObject, Resource } from '../api/types';
import type { ApiServer } from '../api/types';
import type { ContainerConfig } from '../containers/types';
import type { Exchange, Handler } from '../net/types';
import type { AnyController } from '../runtime/controller';
import type { Informers } from '../runtime/informers';
import type { Machinery } from '../runtime/machines';
import type { Random } from '../sim/random';

/** Parts of a cluster that are off until somebody asks for them. */
export const optionalParts = ['chaos', 'cluster-autoscaler', 'csi-disks', 'custom-metrics', 'descheduler', 'node-pools', 'vertical-pod-autoscaler'] as const;
export type OptionalName = (typeof optionalParts)[number];

/** Images whose containers run a part of these. */
export const optionalImages = {
  clusterAutoscaler: 'registry.k8s.io/autoscaling/cluster-autoscaler',
  metricsAdapter: 'docker.io/podarium/metrics-adapter',
  descheduler: 'registry.k8s.io/descheduler/descheduler',
  vpaAdmission: 'registry.k8s.io/autoscaling/vpa-admission-controller',
  vpaRecommender: 'registry.k8s.io/autoscaling/vpa-recommender',
  vpaUpdater: 'registry.k8s.io/autoscaling/vpa-updater',
} as const;

/** What a part has of the world beside the API. */
export type PartWorld = { readonly machinery: Machinery; readonly exchanges: Observable<Exchange>; readonly random: Random; readonly scheduler: SchedulerLike; readonly server: ApiServer };
/** An object that is made when the part is enabled, and goes with it. */
export type Installed = { readonly kind: Resource; readonly draft: Draft<KubeObject> };
export const installed = <T extends KubeObject>(kind: Resource<T>, draft: Draft<T>): Installed => ({ kind, draft });

export type OptionalPart = {
  readonly name: OptionalName;
  readonly summary: string;
  /** What must be enabled first. */
  readonly needs?: OptionalName;
  readonly objects: readonly Installed[];
  /** Tidies up before its objects go: nobody does it afterwards. */
  leave?(world: PartWorld, client: LocalClient): void;
  /** What runs beside the cluster, as a cloud provider's own controllers do. */
  outside?(world: PartWorld): readonly AnyController[];
  /** What runs in containers of an image. */
  readonly inside?: Readonly<Record<string, (world: PartWorld, config: ContainerConfig) => readonly AnyController[]>>;
  /** What listens in containers of an image; `work` ends with the container. */
  readonly answers?: Readonly<Record<string, (informers: Informers, world: PartWorld, work: Subscription) => (port: number) => Handler | undefined>>;
};

/** Takes a finalizer from all objects of a kind, so that their definition can go; returns them. */
export function withoutFinalizer<T extends KubeObject>(client: LocalClient, kind: Resource<T>, finalizer: string): readonly T[] {
  const { items } = client.list(kind);
  for (const { metadata } of items) {
    const finalizers = metadata.finalizers?.filter((each) => each !== finalizer);
    if (finalizers?.length !== metadata.finalizers?.length) client.patch(kind, metadata, { metadata: { finalizers } });
  }
  return items;
}
