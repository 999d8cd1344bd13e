import { conflict, StatusError } from '../../api/status';
import { ControllerRevisions } from '../../kinds/apps/controllerrevision';
import { DaemonSets } from '../../kinds/served';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { hashOf } from '../../lib/hash';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { ControllerRevision, DaemonSet, Pod } from '../../schema/types';
import { claimRevisions, forget, nextNumber, numbered, revisionDraft, revisionHashLabel } from '../history/revisions';
import { patchOf } from '../history/template-patch';

const defaultLimit = 10;

export type History = {
  /** The revision of the template as it is now. */
  readonly current: ControllerRevision;
  /** All others, oldest first. */
  readonly old: readonly ControllerRevision[];
};

export const hashIn = ({ metadata }: ControllerRevision): string => metadata.labels?.[revisionHashLabel] ?? '';

/** The set's history, with one revision, and no more, for its template as it is now. Throws StatusError. */
export function historyOf(set: DaemonSet, pods: readonly Pod[], context: Context): History {
  const revisions = claimRevisions(DaemonSets, set, context).map((revision) => labelled(revision, context));
  const data = patchOf(set.spec.template);
  const same = revisions.filter((revision) => equal(revision.data, data));
  const old = revisions.filter((revision) => !same.includes(revision));
  const newest = same.at(-1);
  if (!newest) return { current: create(set, nextNumber(old), context), old };
  mergeInto(newest, same.slice(0, -1), pods, context);
  return { current: newest.revision < nextNumber(old) ? numbered(newest, nextNumber(old), context) : newest, old };
}

/** A revision that does not say its hash says its name instead. */
function labelled(revision: ControllerRevision, { api }: Context): ControllerRevision {
  if (hashIn(revision)) return revision;
  const { metadata } = revision;
  return api.update(ControllerRevisions, { ...revision, metadata: { ...metadata, labels: { ...metadata.labels, [revisionHashLabel]: metadata.name } } });
}

/** Of several revisions that say the same the newest stays; the pods of the others become its own. */
function mergeInto(kept: ControllerRevision, others: readonly ControllerRevision[], pods: readonly Pod[], context: Context): void {
  if (others.length === 0) return;
  const hashes = new Set(others.map(hashIn));
  for (const { metadata } of pods)
    if (hashes.has(metadata.labels?.[revisionHashLabel] ?? '')) unlessGone(() => context.api.patch(Pods, metadata, { metadata: { labels: { [revisionHashLabel]: hashIn(kept) } } }));
  forget(others, context);
}

/** A name that something else has makes the set count a collision, and try again with another. */
function create(set: DaemonSet, number: number, { api }: Context): ControllerRevision {
  const draft = revisionDraft(set, revisionHashLabel, hashOf(set.spec.template, set.status?.collisionCount), number);
  try { return api.create(ControllerRevisions, draft); } catch (error) {
    if (!StatusError.is(error, 'AlreadyExists')) throw error;
    const { namespace, name } = draft.metadata;
    const existing = api.get(ControllerRevisions, { ...(namespace !== undefined && { namespace }), name: name ?? '' });
    if (equal(existing.data, draft.data)) return existing;
    const fresh = api.get(DaemonSets, set.metadata);
    if (fresh.status?.collisionCount !== set.status?.collisionCount) throw conflict(DaemonSets, set.metadata.name, 'its collision count has changed meanwhile');
    const { currentNumberScheduled = 0, desiredNumberScheduled = 0, numberMisscheduled = 0, numberReady = 0, collisionCount = 0 } = fresh.status ?? {};
    const status = { ...fresh.status, currentNumberScheduled, desiredNumberScheduled, numberMisscheduled, numberReady, collisionCount: collisionCount + 1 };
    api.update(DaemonSets, { ...fresh, status }, 'status');
    throw error;
  }
}

/** Forgets the oldest revisions beyond the limit, but for those that pods have. */
export function truncate({ spec }: DaemonSet, { old }: History, pods: readonly Pod[], context: Context): void {
  const excess = old.length - (spec.revisionHistoryLimit ?? defaultLimit);
  if (excess <= 0) return;
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionHashLabel]));
  forget(old.filter((revision) => !live.has(hashIn(revision))).slice(0, excess), context);
}
