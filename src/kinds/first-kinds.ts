import type { KubeObject } from '../api/types';
import { allResources, optionalResources, resourceFacts, resourceName, type ResourceFacts } from '../schema/resources';
import { APIServices } from './apiregistration/apiservice';
import { ControllerRevisions } from './apps/controllerrevision';
import { Deployments } from './apps/deployment';
import { ReplicaSets } from './apps/replicaset';
import { KindCatalog } from './catalog';
import { Leases } from './coordination/lease';
import { ComponentStatuses } from './core/componentstatus';
import { ConfigMaps } from './core/configmap';
import { EndpointsKind } from './core/endpoints';
import { Events } from './core/event';
import { Namespaces } from './core/namespace';
import { Nodes } from './core/node';
import { Pods } from './core/pod';
import { Secrets } from './core/secret';
import { ServiceAccounts } from './core/serviceaccount';
import { Services } from './core/service';
import { kindFrom, type Kind } from './define';
import { EndpointSlices } from './discovery/endpointslice';
import { FlowSchemas } from './flowcontrol/flowschema';
import { PriorityLevelConfigurations } from './flowcontrol/prioritylevelconfiguration';
import { IPAddresses } from './networking/ipaddress';
import { ServiceCIDRs } from './networking/servicecidr';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from './rbac/roles';
import { PriorityClasses } from './scheduling/priorityclass';
import { StorageClasses } from './storage/storageclass';

/** Kinds of which a control plane makes objects while it comes up, and those its components work with. */
export const firstKinds: readonly Kind<KubeObject>[] = [
  ConfigMaps, Events, Namespaces, Nodes, Pods, Secrets, ServiceAccounts, Services, ComponentStatuses, EndpointsKind,
  Deployments, ReplicaSets, ControllerRevisions, Leases, EndpointSlices, IPAddresses, ServiceCIDRs,
  PriorityClasses, StorageClasses, ClusterRoleBindings, ClusterRoles, RoleBindings, Roles, APIServices, FlowSchemas, PriorityLevelConfigurations,
];

const own = new Map(firstKinds.map((kind) => [kind.resource, kind]));
const isPreferred = (row: ResourceFacts): boolean => row === resourceFacts(resourceName(row));

/**
 * A catalogue of what a server serves before any custom resource is defined. Of kinds that are not among the first it knows where they are
 * served and their schema, until {@link completeKinds} says the rest. `runtimeConfig` names group versions beside those that are on: `certificates.k8s.io/v1beta1`.
 */
export const firstCatalog = (runtimeConfig: readonly string[] = []): KindCatalog => new KindCatalog([
  ...allResources.filter(isPreferred),
  ...allResources.filter((row) => !isPreferred(row)),
  ...optionalResources.filter(({ group, version }) => runtimeConfig.includes(`${group}/${version}`)),
].map((row) => (isPreferred(row) ? own.get(resourceName(row)) : undefined) ?? kindFrom(row, {})));
