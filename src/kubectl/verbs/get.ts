import { allNamespacesFlag, fieldSelectorFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, list, text } from '../flags';
import { printerFor } from '../printers/output';
import { defineVerb, raw, stderr } from '../verb';
import { printObjects, printTables, type GetRequest } from './get-once';
import { watchObjects, watchTables } from './get-watch';

export const get = defineVerb({
  name: 'get',
  category: 'Basic Commands (Intermediate)',
  usage: 'get [(-o|--output=)json|yaml|name|jsonpath|custom-columns|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  summary: 'Display one or many resources',
  examples: [
    '# List all pods', 'kubectl get pods', '',
    '# List all pods with their nodes and addresses', 'kubectl get pods -o wide', '',
    '# Show one deployment as the server stores it', 'kubectl get deployment web -o yaml', '',
    '# Follow the pods that bear a label', 'kubectl get pods -l app=web -w', '',
    '# Print only the images of a pod', "kubectl get pod web-1 -o jsonpath='{.spec.containers[*].image}'",
  ],
  completes: 'resources',
  flags: {
    ...outputFlags, ...selectorFlag, ...fieldSelectorFlag, ...allNamespacesFlag, ...fileFlags,
    output: text(
      'Output format. One of: (json, yaml, name, wide, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file).',
      { short: 'o', values: ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns='] },
    ),
    watch: bool('After listing the requested objects, watch for changes.', { short: 'w' }),
    'watch-only': bool('Watch for changes to the requested objects, without listing them first.'),
    'output-watch-events': bool('Output watch event objects when --watch or --watch-only is used.'),
    'show-labels': bool('When printing, show all labels as the last column.'),
    'show-kind': bool('If present, list the resource type for the requested objects.'),
    'label-columns': list('Labels that are going to be presented as columns.', { short: 'L' }),
    'sort-by': text("Sort by a field, given as a JSONPath expression such as '{.metadata.name}'."),
    'no-headers': bool('Do not print headers.'),
    'ignore-not-found': bool('Treat objects that do not exist as no error.'),
    'chunk-size': text('Return large lists in chunks; here lists always come whole.', { initial: '500', hidden: true }),
    subresource: text('If specified, gets the subresource of the requested object.', { values: ['status', 'scale'] }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (args.length === 0 && flags.filename.length === 0) {
      yield stderr('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n');
      throw new UsageError('Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).');
    }
    const printer = printerFor(
      flags.output, { showManagedFields: flags['show-managed-fields'], noHeaders: flags['no-headers'], template: flags.template, files: context.files }, true,
    );
    const request: GetRequest = {
      selector: flags.selector, fieldSelector: flags['field-selector'], allNamespaces: flags['all-namespaces'], filenames: flags.filename,
      recursive: flags.recursive,
      sortBy: flags['sort-by'], ignoreNotFound: flags['ignore-not-found'], subresource: flags.subresource,
      table: {
        wide: flags.output === 'wide', noHeaders: flags['no-headers'], withKind: flags['show-kind'], showLabels: flags['show-labels'],
        labelColumns: flags['label-columns'],
      },
      watchEvents: flags['output-watch-events'], watchOnly: flags['watch-only'],
    };
    if (flags.watch || flags['watch-only']) {
      if (request.sortBy) throw new CommandError('--watch and --sort-by cannot be used together');
      return yield* printer ? watchObjects(context, args, request, printer) : watchTables(context, args, request);
    }
    if (!printer) return yield* printTables(context, args, request);
    const printed = await printObjects(context, args, request, flags.output);
    if (printed.value) yield raw(printer(printed.value));
    printed.check();
  },
});
