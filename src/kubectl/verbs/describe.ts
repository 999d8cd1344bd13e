import { StatusError } from '../../api/status';
import { allNamespacesFlag, fileFlags, refuseKustomize, selectorFlag } from '../common-flags';
import { CommandError, throwAll } from '../errors';
import { bool } from '../flags';
import { describeObject } from '../describe';
import { find, place, targetsOf, type Found } from '../targets';
import { defineVerb, raw, stderr, type Context } from '../verb';

export const describe = defineVerb({
  name: 'describe',
  category: 'Troubleshooting and Debugging Commands',
  usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  summary: 'Show details of a specific resource or group of resources',
  examples: ['# Describe a pod', 'kubectl describe pod web-1', '', '# Describe all pods whose names begin so', 'kubectl describe pods web'],
  completes: 'resources',
  flags: {
    ...fileFlags, ...selectorFlag, ...allNamespacesFlag,
    'show-events': bool('If true, display events related to the described object.', { initial: true }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (args.length === 0 && flags.filename.length === 0)
      throw new CommandError('You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.');
    const { found, errors } = await find(
      context, args, { filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, allNamespaces: flags['all-namespaces'], all: true },
    );
    const [missing] = errors;
    const byPrefix = found.length === 0 && args.length === 2 && StatusError.is(missing, 'NotFound') ? await withPrefix(context, args) : [];
    const all = byPrefix.length > 0 ? byPrefix : found;
    let first = true;
    for (const { mapping, object } of all) {
      const text = await describeObject(context, mapping, object, flags['show-events']);
      yield raw(first ? text : `\n\n${text}`);
      first = false;
    }
    if (byPrefix.length === 0) throwAll(errors);
    if (all.length === 0) yield stderr(flags['all-namespaces'] ? 'No resources found' : `No resources found in ${context.namespace} namespace.`);
  },
});

/** What is not found by its name may be meant by the beginning of its name. */
async function withPrefix(context: Context, args: readonly string[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { mapping, name: prefix } of targetsOf(context.resources, args, context.namespace).named) {
    const { items } = await context.connection.list(mapping, context.namespace);
    found.push(...items.filter(({ metadata }) => metadata.name.startsWith(prefix)).map((object) => ({
      ...place(mapping, object.metadata.namespace, object.metadata.name), object,
    })));
  }
  return found;
}
