import { serverParts } from './apiserver/all-parts';
import { authorizerOf, type AuthorizationMode } from './apiserver/authorization/modes';
import { Cluster, type ClusterOptions as Options } from './cluster/cluster';
import type { OptionalName } from './cluster/optional-part';
import { enableParts } from './cluster/optional/all';
import { software } from './containers/programs/software';

export { type Cluster, clusterAdmin, defects } from './cluster/cluster';

/** `authorizationMode` says who decides what users may do: nobody when absent. `enable`: parts that are off by default. */
export type ClusterOptions = Omit<Options, 'authorizer'> & { readonly authorizationMode?: AuthorizationMode; readonly enable?: readonly OptionalName[] };

/** A cluster with all that its API server has and its containers may run. Who loads that later makes a {@link Cluster} of its own. */
export function createCluster({ authorizationMode, enable = [], ...options }: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(() => software, { ...options, authorizer: authorizerOf(authorizationMode) });
  cluster.server.complete(serverParts);
  enableParts(cluster, enable);
  return cluster;
}
