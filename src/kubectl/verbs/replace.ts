import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize, type DryRun } from '../common-flags';
import { CommandError, throwAll, withSource } from '../errors';
import { bool, integer, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { printedKind } from '../resources';
import { manifestTargets, type Intended } from '../targets';
import { isRecord, textAt, withAt } from '../values';
import { defineVerb, type Context } from '../verb';
import { withLastApplied } from './apply-patch';
import { validationOf } from './validation';
import { waitForDeletion } from './wait-deletion';

export const replace = defineVerb({
  name: 'replace',
  category: 'Advanced Commands',
  usage: 'replace -f FILENAME',
  summary: 'Replace a resource by file name or stdin',
  examples: ['# Replace what a manifest describes', 'kubectl replace -f web.yaml', '', '# Delete it first', 'kubectl replace --force -f web.yaml'],
  flags: {
    ...fileFlags, ...outputFlags, ...dryRunFlag, ...fieldManagerFlag('kubectl-replace'),
    force: bool('If true, delete the objects and create them again.'),
    'grace-period': integer('With --force: seconds to terminate gracefully.', { initial: -1 }),
    'save-config': bool('If true, the configuration is saved in an annotation.'),
    validate: text('How unknown fields are treated: strict, warn or ignore.', { initial: 'strict', bare: 'strict', values: ['strict', 'warn', 'ignore'] }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (flags.filename.length === 0 || args.length > 0) throw new CommandError('must specify --filename to replace');
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const options = { fieldManager: flags['field-manager'], fieldValidation: validationOf(flags.validate), ...(dryRun === 'server' && { dryRun: true }) };
    const { targets, errors } = await manifestTargets(context, flags.filename, flags.recursive);
    if (targets.length === 0 && errors.length === 0) throw new CommandError('no objects passed to replace');
    const failures = [...errors];
    if (flags.force) yield* removeFirst(context, targets, flags['grace-period']);
    for (const target of targets) {
      const object = flags['save-config'] ? withLastApplied(target.object) : target.object;
      try {
        const result = flags.force
          ? await context.connection.create(target.mapping, target.namespace, object, options)
          : await put(context, { ...target, object }, dryRun, options);
        yield print(target, 'replaced', result);
      } catch (error) { failures.push(withSource('replacing', target.source, error)); }
    }
    throwAll(failures);
  },
});

async function* removeFirst(context: Context, targets: readonly Intended[], seconds: number) {
  for (const target of targets) {
    if (!(await context.connection.find(target))) continue;
    const answer = await context.connection.delete(target, { propagationPolicy: 'Background', ...(seconds >= 0 && { gracePeriodSeconds: seconds }) });
    yield `${printedKind(target.mapping)} ${JSON.stringify(target.name)} deleted${target.namespace ? ` from ${target.namespace} namespace` : ''}`;
    await waitForDeletion(context, [{ ...target, uid: isRecord(answer) ? textAt(answer, 'details', 'uid') || textAt(answer, 'metadata', 'uid') : '' }], 0);
  }
}

/** A manifest without a version replaces whatever is there. */
async function put({ connection }: Context, target: Intended, dryRun: DryRun, options: Parameters<Context['connection']['replace']>[2]): Promise<unknown> {
  if (dryRun === 'client') return target.object;
  const current = await connection.get(target);
  const version = textAt(target.object, 'metadata', 'resourceVersion') || current.metadata.resourceVersion;
  return await connection.replace(target, withAt(target.object, ['metadata', 'resourceVersion'], version), options);
}
