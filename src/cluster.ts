import { Cluster, type ClusterOptions } from './cluster/cluster';
import { software } from './containers/programs/software';

export { type Cluster, type ClusterOptions, clusterAdmin, defects } from './cluster/cluster';

/** A cluster with everything its containers may run. Who loads that later makes a {@link Cluster} of its own. */
export const createCluster = (options: ClusterOptions = {}): Cluster => new Cluster(() => software, options);
