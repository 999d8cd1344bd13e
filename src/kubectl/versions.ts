import { controllerOf } from '../api/keys';
import type { KubeObject } from '../api/types';
import { equal } from '../lib/equality';
import { formatLabelSelector } from '../lib/selectors';
import type { ControllerRevision, Deployment, PodTemplateSpec, StatefulSet } from '../schema/types';
import { describeTemplate } from './describe/pod';
import { Description } from './describe/writer';
import { CommandError } from './errors';
import { replicaSetsOf, revisionOfSet } from './replica-sets';
import { mappingFor } from './resources';
import type { Found } from './targets';
import { recordAt } from './values';
import type { Context } from './verb';

export const changeCause = 'kubernetes.io/change-cause';
/** One state of a workload, past or present: its number, why it came about, its pods' template, and the object that keeps it. */
export type Version = { readonly revision: number; readonly cause: string | undefined; readonly template: PodTemplateSpec | undefined; readonly kept: KubeObject };

/** What a workload has been: deployments keep it in ReplicaSets, StatefulSets and DaemonSets in ControllerRevisions. Throws CommandError for other kinds. */
export async function versionsOf(context: Context, each: Found, what: string): Promise<readonly Version[]> {
  const { resource, kind } = each.mapping;
  if (resource === 'deployments.apps') {
    const sets = await replicaSetsOf(context, each.object as Deployment);
    return sets.map((set) => ({ revision: revisionOfSet(set), cause: set.metadata.annotations?.[changeCause], template: set.spec.template, kept: set }));
  }
  if (resource !== 'statefulsets.apps' && resource !== 'daemonsets.apps') throw new CommandError(`no ${what} has been implemented for ${JSON.stringify(kind)}`);
  const revisions = await revisionsOf(context, each);
  return revisions.map((kept) => ({ revision: kept.revision, cause: kept.metadata.annotations?.[changeCause], template: templateIn(kept), kept }));
}

/** The ControllerRevisions of a StatefulSet or a DaemonSet, oldest first. */
async function revisionsOf({ connection }: Context, { object, namespace }: Found): Promise<readonly ControllerRevision[]> {
  const { spec, metadata } = object as StatefulSet; // a DaemonSet has the same selector
  const { items } = await connection.list(mappingFor('controllerrevisions.apps'), namespace, { labelSelector: formatLabelSelector(spec.selector) });
  const own = (items as readonly ControllerRevision[]).filter((revision) => controllerOf(revision)?.uid === metadata.uid);
  return [...own].sort((a, b) => a.revision - b.revision);
}

/** A revision's data is a patch that puts its template in place of the present one. */
function templateIn({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _directive, ...template } = recordAt(data, 'spec', 'template');
  return template as PodTemplateSpec;
}

/** A template as a rollback shows it, not lined up. */
export function templateText(template: PodTemplateSpec): string {
  const out = new Description(false);
  describeTemplate(out, template);
  return out.toString();
}

/** Puts an earlier revision of a StatefulSet or a DaemonSet back; says what was done. */
export async function undoRevision(context: Context, each: Found, toRevision: number, serverDryRun: boolean, clientDryRun: boolean): Promise<string> {
  const { kind, resource } = each.mapping;
  if (resource !== 'statefulsets.apps' && resource !== 'daemonsets.apps') throw new CommandError(`no rollbacker has been implemented for ${JSON.stringify(kind)}`);
  const revisions = await revisionsOf(context, each);
  if (toRevision === 0 && revisions.length <= 1) throw new CommandError('no last revision to roll back to');
  const target = toRevision > 0 ? revisions.find(({ revision }) => revision === toRevision) : revisions.at(-2);
  if (!target) throw new CommandError(`unable to find specified revision ${toRevision} in history`);
  if (equal(templateIn(target), recordAt(each.object, 'spec', 'template'))) return `skipped rollback (current template already matches revision ${target.revision})`;
  if (clientDryRun) return `will roll back to ${templateText(templateIn(target))}`;
  await context.connection.patch(each, 'strategic', recordAt(target, 'data'), serverDryRun ? { dryRun: true } : {});
  return 'rolled back';
}
