import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { allFlag, dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag, type DryRun } from '../common-flags';
import { CommandError, throwAll, withSource } from '../errors';
import { bool, list, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { listOf, printerFor } from '../printers/output';
import { patchTypeOf, printedName } from '../resources';
import { manifestTargets, type Intended } from '../targets';
import { textsAt, type JsonRecord } from '../values';
import { defineVerb, raw, type Context } from '../verb';
import { applyOnServer } from './apply-server-side';
import { lastApplied, patchFor, withLastApplied } from './apply-patch';
import { matchesSelector } from './matching';
import { validationOf } from './validation';

export const apply = defineVerb({
  name: 'apply',
  category: 'Advanced Commands',
  usage: 'apply (-f FILENAME | -k DIRECTORY)',
  summary: 'Apply a configuration to a resource by file name or stdin',
  examples: ['# Make the cluster as the manifest says', 'kubectl apply -f web.yaml', '', '# From stdin', 'cat web.yaml | kubectl apply -f -'],
  flags: {
    ...fileFlags, ...outputFlags, ...dryRunFlag, ...selectorFlag, ...fieldManagerFlag('kubectl-client-side-apply'), ...allFlag,
    validate: text(
      'How fields the server does not know are treated: strict, warn or ignore.', { initial: 'strict', bare: 'strict', values: ['strict', 'warn', 'ignore'] },
    ),
    overwrite: bool('Resolve conflicts between the modified and live configuration in favour of the modified one.', { initial: true }),
    force: bool('Delete and create again when an object cannot be changed in place. Not supported here.'),
    'server-side': bool('If true, apply runs in the server instead of the client.'),
    'force-conflicts': bool('If true, server-side apply will force the changes against conflicts.'),
    prune: bool('Delete objects that are no longer in the manifests. Not supported here.'),
    'prune-allowlist': list('With --prune.', { hidden: true }),
    wait: bool('With --prune.', { hidden: true }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    const onServer = flags['server-side'];
    if (onServer && flags['dry-run'] === 'client')
      throw new CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (onServer && flags.force) throw new CommandError('--force cannot be used with --server-side');
    if (flags['force-conflicts'] && !onServer) throw new CommandError('--force-conflicts only works with --server-side');
    for (const refused of ['prune', 'force'] as const) if (flags[refused]) throw new CommandError(`--${refused} is not supported here`);
    if (flags.filename.length === 0) throw new CommandError('must specify one of -f and -k');
    if (args.length > 0) throw new CommandError(`Unexpected args: [${args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`);
    const fieldManager = onServer && !context.changed.has('field-manager') ? 'kubectl' : flags['field-manager'];
    const run: ApplyRun = { dryRun: dryRunOf(flags['dry-run']), fieldManager, fieldValidation: validationOf(flags.validate), onServer, force: flags['force-conflicts'] };
    const print = resultPrinter(flags, context.files, run.dryRun);
    const { targets, errors } = await manifestTargets(context, flags.filename, flags.recursive);
    const chosen = targets.filter(({ object }) => matchesSelector(flags.selector, textsAt(object, 'metadata', 'labels')));
    if (chosen.length === 0 && errors.length === 0) throw new CommandError('no objects passed to apply');
    const failures = [...errors];
    const whole = printerFor(flags.output, { showManagedFields: flags['show-managed-fields'] }) && flags.output !== 'name' && chosen.length > 1;
    const results: JsonRecord[] = [];
    for (const target of chosen) {
      try {
        const { operation, object } = await applyOne(context, target, run);
        if (whole) results.push(object); else yield print(target, operation, object);
      } catch (error) { failures.push(error); }
    }
    const printer = whole ? printerFor(flags.output, { showManagedFields: flags['show-managed-fields'] }) : undefined;
    if (printer && results.length > 0) yield raw(printer(listOf(results)));
    throwAll(failures);
  },
});

type ApplyRun = {
  readonly dryRun: DryRun; readonly fieldManager: string; readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  /** In the server, where `force` takes what others own. */
  readonly onServer: boolean; readonly force: boolean;
};
type Applied = { readonly operation: 'created' | 'configured' | 'unchanged' | 'serverside-applied'; readonly object: KubeObject | JsonRecord };

/** Creates what is missing; changes what differs from the manifest, three ways: last applied, manifest, live. */
async function applyOne(context: Context, target: Intended, { dryRun, onServer, force, ...options }: ApplyRun): Promise<Applied> {
  const { connection } = context;
  if (onServer) {
    const object = await applyOnServer(context, target, { ...options, force, ...(dryRun === 'server' && { dryRun: true }) });
    return { operation: 'serverside-applied', object };
  }
  const write = { ...options, ...(dryRun === 'server' && { dryRun: true }) };
  const live = await retrieve(context, target);
  if (!live) {
    const object = withLastApplied(target.object);
    if (dryRun === 'client') return { operation: 'created', object };
    try { return {
      operation: 'created', object: await connection.create(target.mapping, target.namespace, object, write),
    }; } catch (error) { throw withSource('creating', target.source, error); }
  }
  if (lastApplied(live) === undefined && dryRun === 'none') connection.warn(missingAnnotation(target));
  return await change(context, target, live, dryRun, write);
}

async function retrieve({ connection }: Context, target: Intended): Promise<KubeObject | undefined> {
  if (target.name === '')
    throw new CommandError(`error when retrieving current configuration of:\n${described(target)}\nfrom server for: "${target.source}": resource name may not be empty`);
  try { return await connection.find(target); } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError(
      error.reason, `error when retrieving current configuration of:\n${described(target)}\nfrom server for: "${target.source}": ${error.message}`,
      error.details, error.code,
    );
  }
}

const triesOnConflict = 5;

async function change(
  { connection }: Context, target: Intended, live: KubeObject, dryRun: DryRun, options: Parameters<Context['connection']['patch']>[3],
): Promise<Applied> {
  let current = live;
  for (let tried = 1; ; tried++) {
    const { patch, result } = patchFor(target, current);
    if (Object.keys(patch).length === 0) return { operation: 'unchanged', object: current };
    if (dryRun === 'client') return { operation: 'configured', object: result() };
    try {
      return { operation: 'configured', object: await connection.patch(target, patchTypeOf(target.mapping), patch, options) };
    } catch (error) {
      if (!StatusError.is(error, 'Conflict') || tried >= triesOnConflict) throw patchFailure(target, patch, error);
      current = await connection.get(target);
    }
  }
}

function patchFailure(target: Intended, patch: JsonRecord, error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  const message =
    `error when applying patch:\n${JSON.stringify(patch)}\nto:\n${described(target)}\nfor: "${target.source}": error when patching "${target.source}": ${error.message}`;
  return new StatusError(error.reason, message, error.details, error.code);
}

const described = ({ mapping, name, namespace }: Intended): string =>
  `Resource: "${mapping.apiVersion}, Resource=${mapping.plural}", GroupVersionKind: "${mapping.apiVersion}, Kind=${mapping.kind}"\nName: "${name}", Namespace: "${namespace ?? ''}"`;

const missingAnnotation = ({ mapping, name }: Intended): string =>
  `resource ${printedName({ kind: mapping.plural, group: '' }, name)} is missing the kubectl.kubernetes.io/last-applied-configuration annotation `
  + 'which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config '
  + 'or kubectl apply. The missing annotation will be patched automatically.';
