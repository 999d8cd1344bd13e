import { StatusError } from '../../api/status';
import { ControllerRevisions } from '../../kinds/apps/controllerrevision';
import { StatefulSets } from '../../kinds/served';
import { equal } from '../../lib/equality';
import { canonical, fnv32, safeEncodeString } from '../../lib/hash';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import type { ControllerRevision, StatefulSet } from '../../schema/types';
import { claimRevisions, forget, nextNumber, numbered, revisionDraft, revisionName } from '../history/revisions';
import { patchOf } from '../history/template-patch';

const hashLabel = 'controller.kubernetes.io/hash';
const defaultLimit = 10;

export type History = {
  /** Oldest first. */
  readonly revisions: readonly ControllerRevision[];
  /** The revision that pods are led away from: the one they had when all of them last were the same. */
  readonly current: ControllerRevision;
  /** The revision of the template as it is now. */
  readonly update: ControllerRevision;
  readonly collisionCount: number;
};

/** The set's history, with a revision for its template as it is now. Undefined when a set that is going has none any more: it gets no new one. */
export function historyOf(set: StatefulSet, context: Context): History | undefined {
  const revisions = claimRevisions(StatefulSets, set, context);
  const before = set.status?.collisionCount ?? 0;
  const data = patchOf(set.spec.template);
  const same = revisions.findLast((revision) => equal(revision.data, data));
  if (!same && set.metadata.deletionTimestamp !== undefined) return undefined;
  const { update, collisionCount } = same
    ? { update: same === revisions.at(-1) ? same : numbered(same, nextNumber(revisions), context), collisionCount: before }
    : create(set, nextNumber(revisions), before, context);
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  return { revisions, current, update, collisionCount };
}

/** As upstream hashes a revision: its data as Go writes JSON, then the collision count. */
function hashOf(data: object, collisionCount: number): string {
  const json = canonical(data).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return safeEncodeString(String(fnv32(json + collisionCount)));
}

/** A name that something else has gives way to the next; the hash that it says of itself stays the first. */
function create(set: StatefulSet, number: number, before: number, { api }: Context): { readonly update: ControllerRevision; readonly collisionCount: number } {
  const data = patchOf(set.spec.template);
  const draft = revisionDraft(set, hashLabel, hashOf(data, before), number);
  for (let collisionCount = before; ; collisionCount++) {
    const name = revisionName(set, hashOf(data, collisionCount));
    try { return { update: api.create(ControllerRevisions, { ...draft, metadata: { ...draft.metadata, name } }), collisionCount }; } catch (error) {
      if (!StatusError.is(error, 'AlreadyExists')) throw error;
      const existing = unlessGone(() => api.get(ControllerRevisions, { namespace: set.metadata.namespace, name }));
      if (existing && equal(existing.data, data)) return { update: existing, collisionCount };
    }
  }
}

/** Forgets the oldest revisions that no pod has, beyond the limit. */
export function truncate({ spec }: StatefulSet, { revisions, current, update }: History, ofPods: ReadonlySet<string>, context: Context): void {
  const live = new Set([current.metadata.name, update.metadata.name]);
  const spare = revisions.filter(({ metadata: { name } }) => !live.has(name) && !ofPods.has(name));
  forget(spare.slice(0, Math.max(0, spare.length - (spec.revisionHistoryLimit ?? defaultLimit))), context);
}
