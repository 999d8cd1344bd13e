import type { Deployment } from '../../schema/types';
import { dryRunFlag, dryRunOf, fileFlags, outputFlags, selectorFlag } from '../common-flags';
import { forEach } from '../each';
import { CommandError } from '../errors';
import { integer } from '../flags';
import { printerFor } from '../printers/output';
import { resultPrinter } from '../printers/result';
import { tabbed } from '../printers/tab-writer';
import { printedName } from '../resources';
import { findNewReplicaSet, replicaSetsOf, revisionOfSet, withoutHash } from '../replica-sets';
import { changeCause, templateText, undoRevision, versionsOf, type Version } from '../versions';
import type { Found } from '../targets';
import { defineVerb, raw, type Context } from '../verb';
import { rollouts } from './rollout';

const skippedOnUndo = new Set([
  'kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision', 'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas', 'deprecated.deployment.rollback.to',
]);

const deploymentOf = ({ object }: Found): Deployment => object as Deployment; // its mapping says so

export const rolloutHistory = defineVerb({
  name: 'rollout history',
  usage: 'rollout history (TYPE NAME | TYPE/NAME) [flags]',
  summary: 'View rollout history',
  examples: [
    '# Show the revisions of a deployment', 'kubectl rollout history deployment/web', '', '# Show the pod template of one',
    'kubectl rollout history deployment/web --revision=2',
  ],
  completes: 'resources',
  flags: { ...outputFlags, ...selectorFlag, ...fileFlags, revision: integer('See the details, including podTemplate, of the revision specified') },

  async *run(context, args, flags) {
    if (flags.revision < 0) throw new CommandError(`revision must be a positive integer: ${flags.revision}`);
    const { found, errors } = await rollouts(context, args, flags);
    const printer = printerFor(flags.output);
    yield* forEach(found, errors, async function* (each) {
      const versions = await versionsOf(context, each, 'history viewer');
      if (printer) { for (const { kept } of versions.filter(({ revision }) => flags.revision === 0 || revision === flags.revision)) yield raw(printer(kept)); return; }
      yield raw(`${printedName(each.mapping, each.name)} ${flags.revision > 0 ? `with revision #${flags.revision}\n${revisionText(versions, flags.revision)}` : `\n${historyText(versions)}\n`}`);
    });
  },
});

function historyText(versions: readonly Version[]): string {
  if (versions.length === 0) return 'No rollout history found.';
  const rows = [...versions].sort((a, b) => a.revision - b.revision).map(({ revision, cause }) => `${revision}\t${cause || '<none>'}\n`);
  return tabbed(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`);
}

function revisionText(versions: readonly Version[], revision: number): string {
  const { template, cause } = versions.find((each) => each.revision === revision) ?? {};
  if (!template) throw new CommandError(`unable to find the specified revision`);
  const shown = cause ? { ...template, metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [changeCause]: cause } } } : template;
  return `${templateText(shown)}\n`;
}

export const rolloutUndo = defineVerb({
  name: 'rollout undo',
  usage: 'rollout undo (TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Undo a previous rollout',
  examples: [
    '# Go back to the revision before', 'kubectl rollout undo deployment/web', '', '# Go back to a certain one',
    'kubectl rollout undo deployment/web --to-revision=3',
  ],
  completes: 'resources',
  flags: { ...outputFlags, ...selectorFlag, ...fileFlags, ...dryRunFlag, 'to-revision': integer('The revision to rollback to. Default to 0 (last revision).') },

  async *run(context, args, flags) {
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const { found, errors } = await rollouts(context, args, flags);
    yield* forEach(found, errors, async function* (each) {
      if (each.mapping.resource !== 'deployments.apps') {
        yield print(each, await undoRevision(context, each, flags['to-revision'], dryRun === 'server', dryRun === 'client'), each.object);
        return;
      }
      const deployment = deploymentOf(each);
      if (deployment.spec.paused)
        throw new CommandError(`you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`);
      yield print(each, await undo(context, each, deployment, flags['to-revision'], dryRun === 'server', dryRun === 'client'), each.object);
    });
  },
});

/** Puts the template and annotations of an earlier ReplicaSet back; says what was done. */
async function undo(context: Context, each: Found, deployment: Deployment, toRevision: number, serverDryRun: boolean, clientDryRun: boolean): Promise<string> {
  const sets = [...await replicaSetsOf(context, deployment)].sort((a, b) => revisionOfSet(a) - revisionOfSet(b));
  const target = toRevision > 0 ? sets.find((set) => revisionOfSet(set) === toRevision) : sets.at(-2);
  if (toRevision === 0 && sets.length <= 1) throw new CommandError('no rollout history found for deployment ' + JSON.stringify(each.name));
  if (!target?.spec.template) throw new CommandError('unable to find specified revision ' + toRevision + ' in history');
  if (findNewReplicaSet(deployment, [target])) return `skipped rollback (current template already matches revision ${revisionOfSet(target)})`;
  if (clientDryRun) return templateText(target.spec.template);
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => skippedOnUndo.has(key));
  const old = Object.entries(target.metadata.annotations ?? {}).filter(([key]) => !skippedOnUndo.has(key));
  const body = [
    { op: 'replace', path: '/spec/template', value: withoutHash(target.spec.template) },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...own, ...old]) },
  ];
  await context.connection.patch(each, 'json', body, serverDryRun ? { dryRun: true } : {});
  return 'rolled back';
}
