import { StatusError } from '../../api/status';
import {
  allFlag, allNamespacesFlag, dryRunFlag, dryRunOf, dryRunSuffix, fieldSelectorFlag, fileFlags, refuseKustomize, selectorFlag, timeoutFlag, type DryRun,
} from '../common-flags';
import type { Place } from '../connection';
import { CommandError, throwAll } from '../errors';
import { bool, integer, text } from '../flags';
import { printedKind, printedName } from '../resources';
import { manifestTargets, nothingNamed, place, targetsOf } from '../targets';
import { isRecord, textAt } from '../values';
import { defineVerb, stderr, type Context, type Output } from '../verb';
import { waitForDeletion } from './wait-deletion';

const policies: Readonly<Record<string, string>> = {
  background: 'Background', foreground: 'Foreground', orphan: 'Orphan', true: 'Background', false: 'Orphan',
};

export const deleteVerb = defineVerb({
  name: 'delete',
  category: 'Basic Commands (Intermediate)',
  usage: 'delete ([-f FILENAME] | TYPE [(NAME | -l label | --all)])',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  examples: [
    '# Delete what a manifest describes', 'kubectl delete -f web.yaml', '', '# Delete pods by label', 'kubectl delete pods -l app=web', '',
    '# Delete a pod at once', 'kubectl delete pod web-1 --now',
  ],
  completes: 'resources',
  flags: {
    ...fileFlags, ...selectorFlag, ...fieldSelectorFlag, ...allNamespacesFlag, ...dryRunFlag, ...allFlag,
    output: text('Output mode. Use "-o name" for shorter output (resource/name).', { short: 'o', values: ['name'] }),
    'grace-period': integer('Period of time in seconds given to the resource to terminate gracefully. Ignored if negative.', { initial: -1 }),
    now: bool('If true, resources are signaled for immediate shutdown (same as --grace-period=1).'),
    force: bool('If true, immediately remove resources from API and bypass graceful deletion.'),
    wait: bool('If true, wait for resources to be gone before returning.', { initial: true }),
    cascade: text(
      'Must be "background", "orphan", or "foreground".', { initial: 'background', bare: 'background', values: ['background', 'foreground', 'orphan'] },
    ),
    'ignore-not-found': bool('Treat "resource not found" as a successful delete.'),
    ...timeoutFlag('The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object.'),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    const dryRun = dryRunOf(flags['dry-run']);
    const propagationPolicy = policies[flags.cascade];
    if (!propagationPolicy) throw new CommandError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
    if (flags.output !== '' && flags.output !== 'name') throw new CommandError(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
    const seconds = graceSeconds(flags['grace-period'], flags.now, flags.force);
    if (flags.force && seconds === 0)
      yield stderr('Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.');
    const { places, errors } = await placesOf(context, args, flags);
    const scope = flags.all && !flags['field-selector'] && !flags.selector || flags['ignore-not-found'];
    const deleted: (Place & { readonly uid: string })[] = [];
    const failures: unknown[] = [...errors];
    for (const each of places) {
      try {
        const uid = dryRun === 'client' ? '' : uidOf(await context.connection.delete(
          each, { propagationPolicy, ...(seconds >= 0 && { gracePeriodSeconds: seconds }) }, dryRun === 'server' ? { dryRun: true } : {},
        ));
        deleted.push({ ...each, uid });
        yield said(each, context, flags.output, flags.force && seconds === 0, dryRun);
      } catch (error) { if (!(scope && StatusError.is(error, 'NotFound'))) failures.push(error); }
    }
    if (places.length === 0 && failures.length === 0) yield 'No resources found';
    if (flags.wait && dryRun === 'none') await waitForDeletion(context, deleted, flags.timeout);
    throwAll(failures);
  },
});

function graceSeconds(period: number, now: boolean, force: boolean): number {
  if (now && period !== -1) throw new CommandError('--now and --grace-period cannot be specified together');
  if (force && period > 0) throw new CommandError('--force and --grace-period greater than 0 cannot be specified together');
  if (now) return 1;
  return force ? 0 : period === 0 ? 1 : period;
}

const uidOf = (answer: unknown): string => (isRecord(answer) ? textAt(answer, 'details', 'uid') || textAt(answer, 'metadata', 'uid') : '');

function said({ mapping, name, namespace }: Place, context: Context, output: string, force: boolean, dryRun: DryRun): Output {
  if (output === 'name') return printedName(mapping, name);
  const where = mapping.namespaced ? ` from ${namespace ?? context.namespace} namespace` : '';
  return `${printedKind(mapping)} ${JSON.stringify(name)} ${force ? 'force ' : ''}deleted${where}${dryRunSuffix(dryRun)}`;
}

type Asked = {
  readonly filename: readonly string[]; readonly recursive: boolean; readonly selector: string; readonly 'field-selector': string; readonly all: boolean;
  readonly 'all-namespaces': boolean;
};

/** Everything that is to go: manifests and names as they are, kinds by listing them. */
async function placesOf(
  context: Context, args: readonly string[], flags: Asked,
): Promise<{ readonly places: readonly Place[]; readonly errors: readonly unknown[] }> {
  if (flags.filename.length > 0) {
    const { targets, errors } = await manifestTargets(context, flags.filename, flags.recursive);
    return { places: targets, errors };
  }
  if (args.length === 0)
    throw new CommandError(nothingNamed);
  const { named, kinds } = targetsOf(context.resources, args, context.namespace);
  const selected = flags.selector || flags['field-selector'];
  if (flags.all && flags.selector) throw new CommandError('setting \'all\' parameter but found a non empty selector. ');
  if (named.length > 0 && (selected || flags.all)) throw new CommandError('name cannot be provided when a selector is specified');
  if (named.length > 0 && flags['all-namespaces']) throw new CommandError('a resource cannot be retrieved by name across all namespaces');
  if (kinds.length > 0 && !selected && !flags.all) throw new CommandError('resource(s) were provided, but no name was specified');
  const places: Place[] = [...named];
  for (const mapping of kinds) {
    const { items } = await context.connection.list(
      mapping, flags['all-namespaces'] ? undefined : context.namespace,
      { ...(flags.selector && { labelSelector: flags.selector }), ...(flags['field-selector'] && { fieldSelector: flags['field-selector'] }) },
    );
    places.push(...items.map(({ metadata }) => place(mapping, metadata.namespace, metadata.name)));
  }
  return { places, errors: [] };
}
