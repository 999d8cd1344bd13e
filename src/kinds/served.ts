import type {
  AutoscalingV2HorizontalPodAutoscaler, CronJob, CSIDriver, CSINode, DaemonSet, Job, PersistentVolume, PersistentVolumeClaim, PodDisruptionBudget, ReplicationController, ResourceQuota,
  StatefulSet, VolumeAttachment, VolumeAttributesClass,
} from '../schema/types';
import { defineKind } from './define';

/**
 * Kinds as their users know them: where they are served, and no more. What judges and completes such objects is the server's, and large;
 * whoever only reads and writes them does without.
 */
export const HorizontalPodAutoscalers = defineKind<AutoscalingV2HorizontalPodAutoscaler>('horizontalpodautoscalers.autoscaling');
export const Jobs = defineKind<Job>('jobs.batch');
export const CronJobs = defineKind<CronJob>('cronjobs.batch');
export const StatefulSets = defineKind<StatefulSet>('statefulsets.apps');
export const DaemonSets = defineKind<DaemonSet>('daemonsets.apps');
export const PersistentVolumes = defineKind<PersistentVolume>('persistentvolumes');
export const PersistentVolumeClaims = defineKind<PersistentVolumeClaim>('persistentvolumeclaims');
export const ReplicationControllers = defineKind<ReplicationController>('replicationcontrollers');
export const PodDisruptionBudgets = defineKind<PodDisruptionBudget>('poddisruptionbudgets.policy');
export const ResourceQuotas = defineKind<ResourceQuota>('resourcequotas');
export const CSIDrivers = defineKind<CSIDriver>('csidrivers.storage.k8s.io');
export const CSINodes = defineKind<CSINode>('csinodes.storage.k8s.io');
export const VolumeAttachments = defineKind<VolumeAttachment>('volumeattachments.storage.k8s.io');
export const VolumeAttributesClasses = defineKind<VolumeAttributesClass>('volumeattributesclasses.storage.k8s.io');
