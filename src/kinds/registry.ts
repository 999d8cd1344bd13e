import type { KubeObject } from '../api/types';
import { allResources, resourceName } from '../schema/resources';
import { Deployments } from './apps/deployment';
import { ReplicaSets } from './apps/replicaset';
import { Leases } from './coordination/lease';
import { ConfigMaps } from './core/configmap';
import { Events } from './core/event';
import { Namespaces } from './core/namespace';
import { Nodes } from './core/node';
import { Pods } from './core/pod';
import { Secrets } from './core/secret';
import { Services } from './core/service';
import { ServiceAccounts } from './core/serviceaccount';
import { EndpointSlices } from './discovery/endpointslice';
import { defineKind, type Kind } from './define';
import { otherColumns } from './other-columns';

/** Kinds with a file of their own. Every other built-in kind is served from the schema facts alone. */
const written: readonly Kind<KubeObject>[] = [Deployments, ReplicaSets, Leases, ConfigMaps, Events, Namespaces, Nodes, Pods, Secrets, Services, ServiceAccounts, EndpointSlices];

/** All built-in kinds by resource (`deployments.apps`). */
export const builtInKinds: ReadonlyMap<string, Kind<KubeObject>> = new Map(
  allResources.map((row) => {
    const resource = resourceName(row);
    const own = written.find((kind) => kind.resource === resource);
    const columns = otherColumns[resource];
    return [resource, own ?? defineKind(resource, { ...(columns && { columns }) })];
  }),
);
