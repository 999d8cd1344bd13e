import { StatusError } from '../api/status';
import type { KubeObject, Resource } from '../api/types';
import { ControllerRevisions } from '../kinds/apps/controllerrevision';
import { equal } from '../lib/equality';
import { hashOf } from '../lib/hash';
import { byText, isObject } from '../lib/json';
import { selectorOf, type LabelSelector } from '../lib/selectors';
import { claim, unlessGone } from '../runtime/claim';
import type { Context } from '../runtime/controller';
import { controlledBy } from '../runtime/owner-references';
import type { ControllerRevision, PodTemplateSpec } from '../schema/types';

/** The label by which a pod says which revision it is of. */
export const revisionHashLabel = 'controller-revision-hash';
/** The label by which a revision says its own hash: a DaemonSet's pods bear it too. */
export type HashLabel = 'controller.kubernetes.io/hash' | typeof revisionHashLabel;

/** What keeps a history of its template. */
export type Versioned = KubeObject & {
  readonly spec: { readonly template: PodTemplateSpec; readonly selector: LabelSelector; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
};

export type History = {
  /** Oldest first. */
  readonly revisions: readonly ControllerRevision[];
  /** The one of the template as it is now. */
  readonly update: ControllerRevision;
  readonly collisionCount: number;
};

/** The data of a revision: a patch that puts its template in place of the present one. */
const dataOf = (template: PodTemplateSpec): object => ({ spec: { template: { ...template, $patch: 'replace' } } });

/** The template a revision stands for. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const spec = isObject(data) ? data['spec'] : undefined;
  const template = isObject(spec) ? spec['template'] : undefined;
  if (!isObject(template)) return undefined;
  const { $patch: _directive, ...rest } = template;
  return rest as PodTemplateSpec; // what this module wrote there
}

/** The owner's history, with a revision for its template as it is now: an old one that says the same, or a new one. */
export function historyOf<T extends Versioned>(kind: Resource<T>, owner: T, hashLabel: HashLabel, context: Context): History {
  const selector = selectorOf(owner.spec.selector);
  const claimed = claim<ControllerRevision>(owner, { ownerKind: kind, kind: ControllerRevisions, matches: ({ metadata }) => selector.matches(metadata.labels) }, context);
  const revisions = claimed.toSorted((a, b) => a.revision - b.revision || byText(a.metadata.name, b.metadata.name));
  const data = dataOf(owner.spec.template);
  const collisionCount = owner.status?.collisionCount ?? 0;
  const last = revisions.at(-1);
  const next = (last?.revision ?? 0) + 1;
  const same = revisions.findLast((revision) => equal(revision.data, data));
  if (!same) {
    const made = create(owner, data, next, { collisionCount, hashLabel }, context);
    return { revisions: [...revisions, made.revision], update: made.revision, collisionCount: made.collisionCount };
  }
  if (same === last) return { revisions, update: same, collisionCount };
  const update = context.api.update(ControllerRevisions, { ...same, revision: next });   // rolled back: the old one is the newest again
  return { revisions: [...revisions.filter((revision) => revision !== same), update], update, collisionCount };
}

/** A name that is taken by something else gives way to another hash. */
function create(
  owner: Versioned, data: object, revision: number, from: { readonly collisionCount: number; readonly hashLabel: HashLabel }, { api }: Context,
): { readonly revision: ControllerRevision; readonly collisionCount: number } {
  for (let { collisionCount } = from; ; collisionCount++) {
    const hash = hashOf(data, collisionCount);
    const { name: ownerName, namespace, annotations } = owner.metadata;
    const name = `${ownerName}-${hash}`;
    const labels = { ...owner.spec.template.metadata?.labels, [from.hashLabel]: hash };
    const metadata = { name, labels, ownerReferences: controlledBy(owner), ...(annotations && { annotations }), ...(namespace !== undefined && { namespace }) };
    try {
      const made = api.create(ControllerRevisions, { metadata, data, revision });
      return { revision: made, collisionCount };
    } catch (error) {
      if (!StatusError.is(error, 'AlreadyExists')) throw error;
      const existing = unlessGone(() => api.get(ControllerRevisions, { ...(namespace !== undefined && { namespace }), name }));
      if (existing && equal(existing.data, data)) return { revision: existing, collisionCount };
    }
  }
}

/** Forgets the oldest revisions that nothing lives by, beyond the limit. */
export function truncate({ spec }: Versioned, { revisions, update }: History, live: ReadonlySet<string>, { api }: Context): void {
  const spare = revisions.filter((revision) => revision !== update && !live.has(revision.metadata.name));
  for (const { metadata } of spare.slice(0, Math.max(0, spare.length - (spec.revisionHistoryLimit ?? 10))))
    unlessGone(() => api.delete(ControllerRevisions, metadata, { preconditions: { uid: metadata.uid } }));
}
