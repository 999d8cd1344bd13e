import type { KubeObject } from '../api/types';
import type { Container, PodTemplateSpec } from '../schema/types';
import { humanDuration } from '../lib/durations';
import type { Column } from './define';

/** How long ago a time was, as tables show it; `<unknown>` for no time. `now` in milliseconds. */
export const age = (time: string | undefined | null, now: number): string => (time ? humanDuration(now - Date.parse(time)) : '<unknown>');

export const nameColumn: Column<KubeObject> = { name: 'Name', format: 'name', value: ({ metadata }) => metadata.name };
export const ageColumn: Column<KubeObject> = { name: 'Age', value: ({ metadata }, now) => age(metadata.creationTimestamp, now) };

/** The columns of a kind for a view of it: each is asked about what the view shows. */
export const viewedColumns = <T extends KubeObject, V extends KubeObject>(columns: readonly Column<T>[] = [], shown: (view: V) => T): readonly Column<V>[] =>
  columns.map((column) => ({ ...column, value: (view: V, now: number) => column.value(shown(view), now) }));

type WithTemplate = { readonly spec: { readonly template?: PodTemplateSpec } };
const containersOf = ({ spec }: WithTemplate): readonly Container[] => spec.template?.spec?.containers ?? [];

/** Names and images of the template's containers, for `-o wide`. */
export const containerColumns: readonly Column<WithTemplate>[] = [
  { name: 'Containers', priority: 1, value: (object) => containersOf(object).map(({ name }) => name).join(',') },
  { name: 'Images', priority: 1, value: (object) => containersOf(object).map(({ image }) => image ?? '').join(',') },
];

/** `a=1,b=2` in the order of the keys; `<none>` for nothing. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {});
  return entries.length === 0 ? '<none>' : entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`).join(',');
}

/** The first three, and how many more there are: `a,b,c + 2 more...`; `<unset>` for none. */
export function firstThree(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
