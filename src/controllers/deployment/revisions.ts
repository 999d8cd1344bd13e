import { annotations } from '../../kinds/core/well-known';
import type { Deployment, ReplicaSet } from '../../schema/types';
import { desiredOf, maxSurge } from './arithmetic';

type Annotations = Readonly<Record<string, string>>;

/** A Deployment's annotations that are its own business. */
const notCopied: ReadonlySet<string> = new Set([
  annotations.lastApplied, annotations.revision, annotations.revisionHistory, annotations.desiredReplicas, annotations.maxReplicas,
  'deprecated.deployment.rollback.to',
]);
/** A history longer than this loses its oldest entries. */
const maxHistoryLength = 2_000;

/** Revisions are 64-bit integers upstream, and somebody may have written a large one. */
export const revisionOf = ({ metadata }: { readonly metadata: { readonly annotations?: Annotations } }): bigint => parsed(metadata.annotations?.[annotations.revision]);
const parsed = (text: string | undefined): bigint => (text !== undefined && /^[+-]?\d+$/.test(text) ? BigInt(text) : 0n);
export const maxRevision = (replicaSets: readonly ReplicaSet[]): bigint =>
  replicaSets.reduce((highest, each) => { const revision = revisionOf(each); return revision > highest ? revision : highest; }, 0n);

/**
 * The annotations the newest ReplicaSet should have: the Deployment's, and its revision with those it had before.
 * Gives back the same object when nothing changes.
 */
export function newestAnnotations(deployment: Deployment, current: Annotations, revision: bigint): Annotations {
  const next: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(key)) next[key] = value;
  const before = current[annotations.revision];
  if (parsed(before) < revision) {
    next[annotations.revision] = String(revision);
    if (before !== undefined) next[annotations.revisionHistory] = history(current[annotations.revisionHistory], before);
  }
  return same(current, next) ? current : next;
}

function history(earlier: string | undefined, revision: string): string {
  let all = earlier ? `${earlier},${revision}` : revision;
  while (all.length > maxHistoryLength && all.includes(',')) all = all.slice(all.indexOf(',') + 1);
  return all;
}

/** Remembers on a ReplicaSet how large the Deployment was when it was scaled. */
export const replicaAnnotations = (deployment: Deployment): Annotations =>
  ({ [annotations.desiredReplicas]: String(desiredOf(deployment)), [annotations.maxReplicas]: String(desiredOf(deployment) + maxSurge(deployment)) });

export const includes = (all: Annotations | undefined, some: Annotations): boolean => Object.entries(some).every(([key, value]) => all?.[key] === value);
const same = (a: Annotations, b: Annotations): boolean => Object.keys(a).length === Object.keys(b).length && includes(a, b);
