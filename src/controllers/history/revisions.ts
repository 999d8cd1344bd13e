import type { Draft, KubeObject, Resource } from '../../api/types';
import { ControllerRevisions } from '../../kinds/apps/controllerrevision';
import { byText } from '../../lib/json';
import { selectorOf, type LabelSelector } from '../../lib/selectors';
import { claim, unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { ControllerRevision, PodTemplateSpec } from '../../schema/types';
import { inOrder, patchOf } from './template-patch';

/** The label by which a pod says which revision it is of; a DaemonSet's revisions bear it too. */
export const revisionHashLabel = 'controller-revision-hash';

/** What keeps a history of its template. */
export type Versioned = KubeObject & {
  readonly spec: { readonly template: PodTemplateSpec; readonly selector: LabelSelector; readonly revisionHistoryLimit?: number };
};

/** The revisions that are the owner's, oldest first; orphans that match are adopted. */
export function claimRevisions<T extends Versioned>(kind: Resource<T>, owner: T, context: Context): readonly ControllerRevision[] {
  const selector = selectorOf(owner.spec.selector);
  return claim<ControllerRevision>(owner, { ownerKind: kind, kind: ControllerRevisions, matches: ({ metadata }) => selector.matches(metadata.labels) }, context).sort(oldestFirst);
}

const oldestFirst = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision || byText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || byText(a.metadata.name, b.metadata.name);

/** The number the next revision gets. */
export const nextNumber = (oldestToNewest: readonly ControllerRevision[]): number => (oldestToNewest.at(-1)?.revision ?? 0) + 1;

/** A name with room for the hash, as upstream cuts it. */
export const revisionName = ({ metadata }: Versioned, hash: string): string => `${metadata.name.slice(0, 223)}-${hash}`;

/** A revision of the owner's template as it is now. It keeps the owner's annotations: the cause of the change among them. */
export function revisionDraft(owner: Versioned, hashLabel: string, hash: string, revision: number): Draft<ControllerRevision> {
  const { namespace, annotations } = owner.metadata;
  const labels = { ...owner.spec.template.metadata?.labels, [hashLabel]: hash };
  const metadata = { name: revisionName(owner, hash), labels, ownerReferences: controlledBy(owner), ...(annotations && { annotations }), ...(namespace !== undefined && { namespace }) };
  return { metadata, data: inOrder(patchOf(owner.spec.template)), revision };
}

/** The revision under another number: an old one becomes the newest when its template is put back. */
export const numbered = (revision: ControllerRevision, number: number, { api }: Context): ControllerRevision =>
  revision.revision === number ? revision : api.update(ControllerRevisions, { ...revision, revision: number });

export function forget(revisions: readonly ControllerRevision[], { api }: Context): void {
  for (const { metadata } of revisions) unlessGone(() => api.delete(ControllerRevisions, metadata, { preconditions: { uid: metadata.uid } }));
}
