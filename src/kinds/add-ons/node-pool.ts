import type { Draft } from '../../api/types';
import type { CustomResourceDefinition } from '../../schema/types';
import { labels as wellKnown } from '../core/well-known';
import { customResource, definitionOf, object, text, whole, type CustomObject } from './definition';
import { nodeTemplateSchema, podariumGroup, type NodeTemplate } from './machine';

export type NodePoolSpec = {
  readonly replicas?: number;
  /** Between these an autoscaler may choose. */
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly zone?: string;
  readonly template?: NodeTemplate;
  /** How machines are exchanged when the template changes. */
  readonly strategy?: { readonly maxSurge?: number; readonly maxUnavailable?: number };
};
export type NodePoolStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly selector?: string;
};
export type NodePool = CustomObject<NodePoolSpec, NodePoolStatus>;

export const NodePools = customResource<NodePool>({ plural: 'nodepools', kind: 'NodePool', group: podariumGroup, version: 'v1' });

/** On machines and on nodes: which pool they belong to. */
export const poolLabel = `${podariumGroup}/node-pool`;

/** What a node of the pool begins with: the template, its zone and its pool. */
export function nodeTemplateOf({ metadata: { name }, spec: { template, zone } }: NodePool): NodeTemplate {
  return { ...template, labels: { ...template?.labels, ...(zone !== undefined && { [wellKnown.zone]: zone }), [poolLabel]: name } };
}

export const nodePoolDefinition: Draft<CustomResourceDefinition> = definitionOf(NodePools, {
  shortNames: ['np'],
  spec: object({
    replicas: whole(0, 1), minReplicas: whole(0), maxReplicas: whole(0), zone: text, template: nodeTemplateSchema,
    strategy: object({ maxSurge: whole(0, 1), maxUnavailable: whole(0, 0) }, {
      default: { maxSurge: 1, maxUnavailable: 0 }, 'x-kubernetes-validations': [{ rule: 'self.maxSurge > 0 || self.maxUnavailable > 0', message: 'maxSurge and maxUnavailable cannot both be 0' }],
    }),
  }, { 'x-kubernetes-validations': [{ rule: '!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas', message: 'minReplicas must not be above maxReplicas' }] }),
  status: object({ observedGeneration: { type: 'integer', format: 'int64' }, replicas: whole(0), readyReplicas: whole(0), updatedReplicas: whole(0), selector: text }),
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
  columns: [
    { name: 'Desired', type: 'integer', jsonPath: '.spec.replicas' }, { name: 'Current', type: 'integer', jsonPath: '.status.replicas' },
    { name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas' }, { name: 'Updated', type: 'integer', jsonPath: '.status.updatedReplicas' },
    { name: 'Min', type: 'integer', jsonPath: '.spec.minReplicas' }, { name: 'Max', type: 'integer', jsonPath: '.spec.maxReplicas' },
    { name: 'Zone', type: 'string', jsonPath: '.spec.zone', priority: 1 },
  ],
});
