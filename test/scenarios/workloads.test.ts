import { daemonSets } from './daemonset';
import { deployments } from './deployment';
import { playAll } from './framework';
import { replicaSets, replicationControllers } from './replicaset';
import { statefulSets } from './statefulset';

for (const each of [deployments, replicaSets, replicationControllers, statefulSets, daemonSets]) playAll(each);
