import type { KubeObject } from '../../api/types';
import type { ResourceFacts } from '../../schema/resources';
import type { ObjectMeta } from '../../schema/types';
import { nameColumn } from '../columns';
import { kindFrom, type Column, type Kind } from '../define';

/** Amounts by resource name: `{ cpu: '12345678n', memory: '5124Ki' }`. */
export type ResourceUsage = { readonly cpu: string; readonly memory: string };
type Measured = { readonly timestamp: string; readonly window: string };
export type NodeMetrics = KubeObject & Measured & { readonly usage: ResourceUsage };
export type ContainerMetrics = { readonly name: string; readonly usage: ResourceUsage };
export type PodMetrics = KubeObject & Measured & { readonly metadata: ObjectMeta; readonly containers: readonly ContainerMetrics[] };

const facts = (plural: string, kind: string, namespaced: boolean): ResourceFacts => ({
  group: 'metrics.k8s.io', version: 'v1beta1', kind, plural, singular: '', shortNames: [], categories: [], namespaced, verbs: ['get', 'list'], subresources: [],
});
export const nodeMetricsFacts = facts('nodes', 'NodeMetrics', false);
export const podMetricsFacts = facts('pods', 'PodMetrics', true);

/** Finds what is measured at this moment: all, those of a namespace, or one. */
export type Measure<T> = (namespace?: string, name?: string) => readonly T[];

const columns = <T extends KubeObject & Measured>(amount: (object: T, resource: keyof ResourceUsage) => string): readonly Column<T>[] => [
  nameColumn,
  { name: 'cpu', format: 'quantity', value: (object) => amount(object, 'cpu') },
  { name: 'memory', format: 'quantity', value: (object) => amount(object, 'memory') },
  { name: 'Window', format: 'duration', value: ({ window }) => window },
];

/** What nodes use, as a metrics server says it. Stored nowhere. */
export const nodeMetrics = (computed: Measure<NodeMetrics>): Kind<NodeMetrics> =>
  kindFrom<NodeMetrics>(nodeMetricsFacts, { computed, columns: columns(({ usage }, resource) => usage[resource]) });

/** What pods use, container by container. */
export const podMetrics = (computed: Measure<PodMetrics>, sum: (metrics: PodMetrics, resource: keyof ResourceUsage) => string): Kind<PodMetrics> =>
  kindFrom<PodMetrics>(podMetricsFacts, { computed, columns: columns(sum) });
