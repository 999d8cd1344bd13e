import type { KubeObject } from '../api/types';
import { allResources, optionalResources, resourceName } from '../schema/resources';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from './admissionregistration/mutatingadmissionpolicy';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from './admissionregistration/validatingadmissionpolicy';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from './admissionregistration/webhook-configurations';
import { CustomResourceDefinitions } from './apiextensions/customresourcedefinition';
import { DaemonSets } from './apps/daemonset';
import { Deployments } from './apps/deployment';
import { ReplicaSets } from './apps/replicaset';
import { StatefulSets } from './apps/statefulset';
import { HorizontalPodAutoscalers } from './autoscaling/horizontalpodautoscaler';
import { CronJobs } from './batch/cronjob';
import { Jobs } from './batch/job';
import { CertificateSigningRequests } from './certificates/certificatesigningrequest';
import { PodCertificateRequests } from './certificates/podcertificaterequest';
import { Leases } from './coordination/lease';
import { ConfigMaps } from './core/configmap';
import { Events } from './core/event';
import { LimitRanges } from './core/limitrange';
import { Namespaces } from './core/namespace';
import { Nodes } from './core/node';
import { PersistentVolumeClaims } from './core/persistentvolumeclaim';
import { Pods } from './core/pod';
import { PodTemplates } from './core/podtemplate';
import { ReplicationControllers } from './core/replicationcontroller';
import { ResourceQuotas } from './core/resourcequota';
import { Secrets } from './core/secret';
import { Services } from './core/service';
import { ServiceAccounts } from './core/serviceaccount';
import type { KindCatalog } from './catalog';
import { defineKind, kindFrom, type Kind } from './define';
import { firstCatalog, firstKinds } from './first-kinds';
import { judgeFirstKinds } from './first-rules';
import { EndpointSlices } from './discovery/endpointslice';
import { Ingresses } from './networking/ingress';
import { IngressClasses } from './networking/ingressclass';
import { NetworkPolicies } from './networking/networkpolicy';
import { PodDisruptionBudgets } from './policy/poddisruptionbudget';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from './rbac/roles';
import { PriorityClasses } from './scheduling/priorityclass';
import { APIServices } from './apiregistration/apiservice';
import { ControllerRevisions } from './apps/controllerrevision';
import { OldHorizontalPodAutoscalers } from './autoscaling/horizontalpodautoscaler-v1';
import { ComponentStatuses } from './core/componentstatus';
import { EndpointsKind } from './core/endpoints';
import { PersistentVolumes } from './core/persistentvolume';
import { NewEvents } from './events/event';
import { FlowSchemas } from './flowcontrol/flowschema';
import { PriorityLevelConfigurations } from './flowcontrol/prioritylevelconfiguration';
import { IPAddresses } from './networking/ipaddress';
import { ServiceCIDRs } from './networking/servicecidr';
import { RuntimeClasses } from './node/runtimeclass';
import { DeviceClasses } from './resource/deviceclass';
import { ResourceClaimTemplates, ResourceClaims } from './resource/resourceclaim';
import { ResourceSlices } from './resource/resourceslice';
import { CSIDrivers } from './storage/csidriver';
import { CSINodes } from './storage/csinode';
import { CSIStorageCapacities } from './storage/csistoragecapacity';
import { VolumeAttachments } from './storage/volumeattachment';
import { VolumeAttributesClasses } from './storage/volumeattributesclass';
import { StorageClasses } from './storage/storageclass';
import { StorageVersionMigrations } from './storagemigration/storageversionmigration';

judgeFirstKinds();

/** Kinds with a file of their own. Every other built-in kind is served from the schema facts alone. */
const written: readonly Kind<KubeObject>[] = [
  ConfigMaps,
  CertificateSigningRequests,
  Events,
  LimitRanges,
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  Pods,
  PodTemplates,
  ReplicationControllers,
  ResourceQuotas,
  Secrets,
  ServiceAccounts,
  Services,
  DaemonSets,
  Deployments,
  ReplicaSets,
  StatefulSets,
  CronJobs,
  Jobs,
  HorizontalPodAutoscalers,
  Leases,
  EndpointSlices,
  IngressClasses,
  Ingresses,
  NetworkPolicies,
  PriorityClasses,
  StorageClasses,
  PodDisruptionBudgets,
  ClusterRoleBindings,
  ClusterRoles,
  RoleBindings,
  Roles,
  CustomResourceDefinitions,
  MutatingAdmissionPolicies,
  MutatingAdmissionPolicyBindings,
  MutatingWebhookConfigurations,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
  ValidatingWebhookConfigurations,
  APIServices,
  ComponentStatuses,
  ControllerRevisions,
  CSIDrivers,
  CSINodes,
  CSIStorageCapacities,
  DeviceClasses,
  EndpointsKind,
  FlowSchemas,
  IPAddresses,
  NewEvents,
  PersistentVolumes,
  PriorityLevelConfigurations,
  ResourceClaims,
  ResourceClaimTemplates,
  ResourceSlices,
  RuntimeClasses,
  ServiceCIDRs,
  VolumeAttachments,
  VolumeAttributesClasses,
];
const own = new Map(written.map((kind) => [kind.resource, kind]));

/** All built-in kinds by resource (`deployments.apps`). */
export const builtInKinds: ReadonlyMap<string, Kind<KubeObject>> = new Map(
  allResources.map((row) => {
    const resource = resourceName(row);
    return [resource, own.get(resource) ?? defineKind(resource)];
  }),
);

/** Kinds that are views of others' storage: further versions, and groups that share one. */
const views: readonly Kind<KubeObject>[] = [OldHorizontalPodAutoscalers];

const writtenOptional: readonly Kind<KubeObject>[] = [PodCertificateRequests, StorageVersionMigrations];
/** Kinds of versions that are off unless asked for. */
const optional: readonly Kind<KubeObject>[] = optionalResources.map((row) => writtenOptional.find(({ kind, version }) => kind === row.kind && version === row.version) ?? kindFrom(row, {}));

/** {@link firstCatalog}, complete. */
export function stockCatalog(runtimeConfig: readonly string[] = []): KindCatalog {
  const catalog = firstCatalog(runtimeConfig);
  completeKinds(catalog);
  return catalog;
}

/** Gives the kinds of a stock catalogue all they have. They stay the same values: whoever holds one knows more of it from now on. */
export function completeKinds(catalog: KindCatalog): void {
  for (const kind of [...builtInKinds.values(), ...views, ...optional]) {
    const known = firstKinds.includes(kind) ? undefined : catalog.find(kind.resource, kind.version);
    if (known) Object.assign(known, kind);
  }
}
