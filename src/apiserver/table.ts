import type { KubeObject } from '../api/types';
import type { Column, Kind } from '../kinds/define';
import type { Descriptions } from '../schema/explain';
import type { ObjectMeta } from '../schema/types';

export type TableRow = { readonly cells: readonly (string | number | boolean | null)[]; readonly object?: unknown };
export type TableColumn = { readonly name: string; readonly type: string; readonly format: string; readonly description: string; readonly priority: number };
/** A server-side table, as `kubectl get` asks for it. */
export type Table = {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
};
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** What kinds without printer columns of their own show. */
const defaultColumns: readonly Column<KubeObject>[] = [
  { name: 'Name', format: 'name', value: ({ metadata }) => metadata.name },
  { name: 'Created At', type: 'date', value: ({ metadata }) => metadata.creationTimestamp },
];

/** What a table is made with: the moment (ages are cells), what rows carry of their objects, and the texts that say what columns mean. */
export type TableOptions = { readonly now: number; readonly include?: IncludeObject | undefined; readonly descriptions?: Descriptions };

/** The objects as a table. */
export function tableOf(kind: Kind, objects: readonly KubeObject[], metadata: Table['metadata'], { now, include = 'Metadata', descriptions = {} }: TableOptions): Table {
  const columns = kind.columns ?? defaultColumns;
  const texts = { ...descriptions['table:']?.fields, ...descriptions[`table:${kind.resource}`]?.fields };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.filter(({ undeclared }) => !undeclared)
      .map(({ name, type = 'string', format = '', description = texts[name] ?? '', priority = 0 }) => ({ name, type, format, description, priority })),
    rows: (kind.tableOrder ? [...objects].sort(kind.tableOrder) : objects).map((object) => ({
      cells: columns.map((column) => column.value(object, now)),
      ...(include !== 'None' && { object: include === 'Object' ? object : partial(object) }),
    })),
  };
}

/** PartialObjectMetadata: who the object is, without what it holds. */
export const partial = ({ metadata }: { readonly metadata: ObjectMeta }): { kind: string; apiVersion: string; metadata: ObjectMeta } =>
  ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
