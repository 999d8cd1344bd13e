import type { KubeObject } from '../api/types';
import type { Container, PodTemplateSpec } from '../schema/types';
import type { Column } from './define';

const second = 1;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `5m`, `3d4h`: at most two units, the smaller only while it matters. In milliseconds; a little in the future is `0s`, more is `<invalid>`. */
export function shortDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * minute) return `${seconds}s`;
  if (seconds < 10 * minute) return two(seconds, minute, 'm', second, 's');
  if (seconds < 3 * hour) return `${Math.trunc(seconds / minute)}m`;
  if (seconds < 8 * hour) return two(seconds, hour, 'h', minute, 'm');
  if (seconds < 2 * day) return `${Math.trunc(seconds / hour)}h`;
  if (seconds < 8 * day) return two(seconds, day, 'd', hour, 'h');
  if (seconds < 2 * year) return `${Math.trunc(seconds / day)}d`;
  if (seconds < 8 * year) return two(seconds, year, 'y', day, 'd');
  return `${Math.trunc(seconds / year)}y`;
}

function two(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.trunc((seconds % large) / small);
  return `${Math.trunc(seconds / large)}${largeUnit}${rest === 0 ? '' : `${rest}${smallUnit}`}`;
}

/** How long ago a time was, as tables show it; `<unknown>` for no time. `now` in milliseconds. */
export const age = (time: string | undefined | null, now: number): string => (time ? shortDuration(now - Date.parse(time)) : '<unknown>');

export const nameColumn: Column<KubeObject> = { name: 'Name', format: 'name', value: ({ metadata }) => metadata.name };
export const ageColumn: Column<KubeObject> = { name: 'Age', value: ({ metadata }, now) => age(metadata.creationTimestamp, now) };

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
