import { allFlag, dryRunFlag, dryRunOf, fileFlags, outputFlags, refuseKustomize, selectorFlag, timeoutFlag } from '../common-flags';
import { forEach } from '../each';
import { CommandError, UsageError } from '../errors';
import { integer, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { find, type Found } from '../targets';
import { numberAt, withAt } from '../values';
import { defineVerb, type Context } from '../verb';
import { Deadline } from '../streams';

export const scale = defineVerb({
  name: 'scale',
  category: 'Deploy Commands',
  usage: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  examples: [
    '# Scale a deployment to three pods', 'kubectl scale --replicas=3 deployment/web', '', '# Only if it has two now',
    'kubectl scale --current-replicas=2 --replicas=3 deployment/web',
  ],
  completes: 'resources',
  flags: {
    ...outputFlags, ...selectorFlag, ...fileFlags, ...dryRunFlag, ...allFlag,
    replicas: integer('The new desired number of replicas. Required.', { required: true }),
    'current-replicas': integer('Only scale if the current size is this; -1 for no condition.', { initial: -1 }),
    'resource-version': text('Only scale if the current resource version is this.'),
    ...timeoutFlag("The length of time to wait before giving up on a scale operation, zero means don't wait."),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (flags.replicas < 0) throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (flags['current-replicas'] < -1) throw new CommandError('The --current-replicas must specify an integer of -1 or greater');
    if (args.length === 0 && flags.filename.length === 0) throw new UsageError('must specify a resource by name, or -f');
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const { found, errors } = await find(context, args, { filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, all: flags.all });
    if (found.length === 0 && errors.length === 0) throw new CommandError('no objects passed to scale');
    yield* forEach(found, errors, async function* (each) {
      if (dryRun !== 'client') await resize(context, each, flags, dryRun === 'server');
      if (flags.timeout > 0 && dryRun === 'none') await reached(context, each, flags.replicas, flags.timeout);
      yield print(each, 'scaled', withAt(each.object, ['spec', 'replicas'], flags.replicas));
    });
  },
});

type Size = { readonly replicas: number; readonly 'current-replicas': number; readonly 'resource-version': string };

/** Through the subresource, so that it works for every kind that has one. */
async function resize(
  { connection }: Context, each: Found, { replicas, 'current-replicas': expected, 'resource-version': version }: Size, dryRun: boolean,
): Promise<void> {
  const options = dryRun ? { dryRun } : {};
  if (expected < 0 && !version) return void await connection.patch(each, 'merge', { spec: { replicas } }, options, 'scale');
  const current = await connection.get(each, 'object', 'scale');
  const size = numberAt(current, 'spec', 'replicas') ?? 0;
  if (expected >= 0 && size !== expected) throw new CommandError(`Expected replicas to be ${expected}, was ${size}`);
  if (version && current.metadata.resourceVersion !== version)
    throw new CommandError(`Expected resource version to be ${version}, was ${current.metadata.resourceVersion}`);
  await connection.replace(each, withAt(current, ['spec', 'replicas'], replicas), options, 'scale');
}

async function reached({ connection, clock, signal }: Context, each: Found, replicas: number, timeoutMs: number): Promise<void> {
  const deadline = new Deadline(clock, timeoutMs, signal);
  try {
    const { mapping, namespace, name } = each;
    for await (const { object } of connection.watch(mapping, { namespace, fieldSelector: `metadata.name=${name}`, since: '0' }, deadline.signal))
      if ((numberAt(object, 'status', 'replicas') ?? 0) === replicas && numberAt(object, 'status', 'observedGeneration') === object.metadata.generation) return;
  } catch (error) {
    throw deadline.expired ? new CommandError('timed out waiting for the condition') : error;
  } finally { deadline.end(); }
}
