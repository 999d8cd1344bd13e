import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag } from '../common-flags';
import { CommandError, throwAll, withSource } from '../errors';
import { bool, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { manifestTargets, type Intended } from '../targets';
import { textsAt } from '../values';
import { defineVerb } from '../verb';
import { withLastApplied } from './apply-patch';
import { matchesSelector } from './matching';
import { validationOf } from './validation';

export const create = defineVerb({
  name: 'create',
  category: 'Basic Commands (Beginner)',
  usage: 'create -f FILENAME',
  summary: 'Create a resource from a file or from stdin',
  examples: [
    '# Create what a manifest describes', 'kubectl create -f web.yaml', '', '# Create a deployment from an image',
    'kubectl create deployment web --image=nginx --replicas=3',
  ],
  flags: {
    ...fileFlags, ...outputFlags, ...dryRunFlag, ...selectorFlag, ...fieldManagerFlag('kubectl-create'),
    'save-config': bool('If true, the configuration is saved in an annotation, as apply does.'),
    validate: text('How unknown fields are treated: strict, warn or ignore.', { initial: 'strict', bare: 'strict', values: ['strict', 'warn', 'ignore'] }),
    edit: bool('Edit the API resource before creating. Not supported here.', { hidden: true }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (args.length > 0) throw new CommandError(`Unexpected args: [${args.join(' ')}]\nSee 'kubectl create -h' for help and examples`);
    if (flags.filename.length === 0) throw new CommandError('must specify one of -f and -k');
    if (flags.edit) throw new CommandError('--edit is not supported here: change the manifest first');
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const options = { fieldManager: flags['field-manager'], fieldValidation: validationOf(flags.validate), ...(dryRun === 'server' && { dryRun: true }) };
    const { targets, errors } = await manifestTargets(context, flags.filename, flags.recursive);
    const chosen = targets.filter(({ object }) => matchesSelector(flags.selector, textsAt(object, 'metadata', 'labels')));
    if (chosen.length === 0 && errors.length === 0) throw new CommandError('no objects passed to create');
    const failures = [...errors];
    for (const target of chosen) {
      const object = flags['save-config'] ? withLastApplied(target.object) : target.object;
      try {
        const created = dryRun === 'client' ? object : await context.connection.create(target.mapping, target.namespace, object, options);
        yield print(named(target, created), 'created', created);
      } catch (error) { failures.push(withSource('creating', target.source, error)); }
    }
    throwAll(failures);
  },
});

/** With generateName only the answer knows the name. */
const named = (target: Intended, created: object): Intended =>
  'metadata' in created && typeof created.metadata === 'object' && created.metadata !== null && 'name' in created.metadata
    ? { ...target, name: String(created.metadata.name) }
    : target;
