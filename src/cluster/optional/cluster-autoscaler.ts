import { clusterAutoscaler } from '../../controllers/cluster-autoscaler/controller';
import { optionalImages, type OptionalPart } from '../optional-part';
import { systemProgram } from './system-program';

export const clusterAutoscalerPart: OptionalPart = {
  name: 'cluster-autoscaler',
  summary: 'Sizes node pools that name a maximum by the pods that wait and the nodes that idle',
  needs: 'node-pools',
  objects: systemProgram('cluster-autoscaler', `${optionalImages.clusterAutoscaler}:v1.36.0`, [
    { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['patch', 'update'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'patch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { apiGroups: ['podarium.dev'], resources: ['machines', 'nodepools'], verbs: ['get', 'list', 'watch', 'patch'] },
  ]),
  inside: { [optionalImages.clusterAutoscaler]: () => [clusterAutoscaler] },
};
