import type { KubeObject } from '../api/types';
import type { Kind } from '../kinds/define';
import { firstCatalog } from '../kinds/first-kinds';
import type { AnyController } from '../runtime/controller';
import { attachDetachController } from './attach-detach/controller';
import { certificateApprovingController } from './certificates/approving';
import { certificateCleaner } from './certificates/cleaner';
import type { Certificates } from './certificates/requests';
import { certificateSigningController } from './certificates/signing';
import { cronJobController } from './cronjob/controller';
import { clusterRoleAggregationController } from './cluster-role-aggregation/controller';
import { daemonSetController } from './daemonset/controller';
import { deploymentController } from './deployment/controller';
import { endpointsController } from './endpoints/classic-controller';
import { endpointSliceMirroringController } from './endpoints/mirroring-controller';
import { endpointSliceController } from './endpoints/slice-controller';
import { disruptionController } from './disruption/controller';
import { staleDisruptionController } from './disruption/stale-disruption';
import { garbageCollector } from './garbage-collector/controller';
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler/controller';
import { jobController } from './job/controller';
import { orphanedJobPodController } from './job/orphans';
import { namespaceController } from './namespace/controller';
import { nodeIpamController } from './node-ipam/controller';
import { nodeLifecycleController } from './node-lifecycle/controller';
import { claimController } from './persistent-volume/claims';
import { ephemeralVolumeController } from './persistent-volume/ephemeral';
import { expandController } from './persistent-volume/expansion';
import { localPathDeleter, localPathProvisioner } from './persistent-volume/local-path';
import { attributesClassProtectionController, claimProtectionController, volumeProtectionController } from './persistent-volume/protection';
import { volumeController } from './persistent-volume/volumes';
import { podGarbageCollector } from './pod-garbage-collector/controller';
import { replicaSetController, replicationControllerController } from './replicaset/controller';
import { resourceQuotaController } from './resource-quota/controller';
import { rootCertificatePublisher } from './root-certificate/controller';
import { serviceAccountController } from './service-account/controller';
import { statefulSetController } from './statefulset/controller';
import { taintEvictionController } from './taint-eviction/controller';
import { ttlAfterFinishedController } from './ttl-after-finished/controller';
import { validatingAdmissionPolicyStatusController, type PolicyCheck } from './validating-admission-policy-status/controller';

export type ControllerOptions = {
  /** Every kind that is served, asked for again whenever it matters; the built-in ones when absent. */
  readonly kinds?: () => Iterable<Kind<KubeObject>>;
  /** The network pods get their addresses from; each node gets a /24 of it. */
  readonly podNetwork?: string;
  /** The cluster's root certificate in PEM; without it none is published. */
  readonly rootCertificate?: string;
  /** Type checks admission policies; without it nobody does. */
  readonly checkPolicy?: PolicyCheck;
  /** Reads and signs certificates; without it requests wait for somebody else. */
  readonly certificates?: () => Certificates;
};

/** All controllers of the controller manager, each to be run on its own. */
export const createControllers = (
  { kinds = () => firstCatalog().preferred(), podNetwork = '10.244.0.0/16', rootCertificate, checkPolicy, certificates }: ControllerOptions = {},
): readonly AnyController[] => [
  deploymentController,
  replicaSetController,
  replicationControllerController,
  statefulSetController,
  daemonSetController,
  endpointSliceController,
  endpointsController,
  endpointSliceMirroringController,
  namespaceController(kinds),
  garbageCollector(kinds),
  resourceQuotaController(kinds),
  nodeLifecycleController,
  taintEvictionController,
  podGarbageCollector,
  disruptionController,
  staleDisruptionController,
  jobController,
  orphanedJobPodController,
  cronJobController,
  ttlAfterFinishedController,
  horizontalPodAutoscalerController(kinds),
  claimController,
  volumeController,
  claimProtectionController,
  volumeProtectionController,
  attributesClassProtectionController,
  ephemeralVolumeController,
  expandController,
  attachDetachController,
  localPathProvisioner,
  localPathDeleter,
  serviceAccountController,
  clusterRoleAggregationController,
  ...(checkPolicy ? [validatingAdmissionPolicyStatusController(checkPolicy)] : []),
  ...(certificates ? [certificateApprovingController(certificates), certificateSigningController(certificates)] : []),
  certificateCleaner,
  nodeIpamController(podNetwork),
  ...(rootCertificate === undefined ? [] : [rootCertificatePublisher(rootCertificate)]),
];

/** The controllers with everything as usual. */
export const controllers: readonly AnyController[] = createControllers();
