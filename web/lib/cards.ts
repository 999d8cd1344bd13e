import { groupBy } from './group-by';
import type { ServiceView } from './picture';
import type { Workload, WorkloadState } from './workloads';

/** More cards than this are not looked at but searched: kinds are summed up, and only what is not as it should be has a card. */
export const mostCards = 60;
const mostUnsettled = 4;

/** A kind with too many objects for a card each: how they are. */
export type KindTotal = { readonly kind: string; readonly resource: string; readonly text: string };
export type Cards = { readonly totals: readonly KindTotal[]; readonly services: readonly ServiceView[]; readonly workloads: readonly Workload[] };

const words: Readonly<Record<WorkloadState, string>> = { settled: 'settled', working: 'working', done: 'done', failed: 'failed' };

export function cardsOf(services: readonly ServiceView[], workloads: readonly Workload[]): Cards {
  if (services.length + workloads.length <= mostCards) return { totals: [], services, workloads };
  const totals = [...groupBy(workloads, ({ resource }) => resource)].map(([resource, those]): KindTotal => ({ resource, kind: those[0]?.kind ?? '', text: totalOf(those) }));
  const idle = services.filter(({ readyPods }) => readyPods.length === 0);
  if (services.length > 0) totals.unshift({ kind: 'Service', resource: 'services', text: `${number(services.length)}${idle.length > 0 ? `, ${number(idle.length)} without endpoints` : ''}` });
  return { totals, services: [], workloads: workloads.filter(({ state }) => state === 'failed' || state === 'working').slice(0, mostUnsettled) };
}

const number = (value: number): string => value.toLocaleString('en');

function totalOf(those: readonly Workload[]): string {
  const states = groupBy(those, ({ state }) => state);
  const parts = (Object.keys(words) as WorkloadState[]).flatMap((state) => { const some = states.get(state); return some ? [`${number(some.length)} ${words[state]}`] : []; });
  return parts.length === 1 ? parts.join('') : `${number(those.length)}: ${parts.join(', ')}`;
}
