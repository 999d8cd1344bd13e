import { getCondition } from '../../kinds/core/pod-conditions';
import { timestamp } from '../../lib/timestamp';
import type { Namespace, NamespaceCondition, NamespaceStatus } from '../../schema/types';
import type { Remains } from './content';

type Finding = { readonly reason: string; readonly message: string };
type Row = { readonly type: string; readonly good: Finding; bad(remains: Remains): Finding | undefined };

const listed = (counts: ReadonlyMap<string, number>, word: string): string =>
  [...counts].map(([name, count]) => `${name} ${word} ${count} resource instances`).toSorted().join(', ');

/** Upstream's conditions of a namespace that is going, in its order. True is the bad news. */
const rows: readonly Row[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    good: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    bad: () => undefined,
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    good: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
    bad: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    good: { reason: 'ContentDeleted', message: 'All content successfully deleted, may be waiting on finalization' },
    bad: ({ failures }) => {
      if (failures.length === 0) return undefined;
      const told = failures.map(({ message }) => message).toSorted().join(', ');
      return { reason: 'ContentDeletionFailed', message: `Failed to delete all resource types, ${failures.length} remaining: ${told}` };
    },
  },
  {
    type: 'NamespaceContentRemaining',
    good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    bad: ({ counts }) => (counts.size > 0 ? { reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${listed(counts, 'has')}` } : undefined),
  },
  {
    type: 'NamespaceFinalizersRemaining',
    good: { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
    bad: ({ finalizers }) => (finalizers.size > 0
      ? { reason: 'SomeFinalizersRemain', message: `Some content in the namespace has finalizers remaining: ${listed(finalizers, 'in')}` } : undefined),
  },
];

/** The status of a namespace that is being deleted, after a pass over its content. */
export function terminatingStatus({ status }: Namespace, remains: Remains, now: number): NamespaceStatus {
  const ours = new Set(rows.map(({ type }) => type));
  const others = status?.conditions?.filter(({ type }) => !ours.has(type)) ?? [];
  return { ...status, phase: 'Terminating', conditions: [...others, ...rows.map((row) => conditionOf(row, status, remains, now))] };
}

function conditionOf({ type, good, bad }: Row, status: NamespaceStatus | undefined, remains: Remains, now: number): NamespaceCondition {
  const found = bad(remains);
  const next = { type, status: found ? 'True' : 'False', ...(found ?? good) };
  const known = getCondition(status, type);
  if (known && known.status === next.status && known.reason === next.reason && known.message === next.message) return known;
  return { ...next, lastTransitionTime: timestamp(now) };
}
