import { applyJsonPatch } from '../../lib/patches/json-patch';
import { applyMergePatch } from '../../lib/patches/merge-patch';
import { applyStrategicMergePatch } from '../../lib/patches/strategic-merge-patch';
import { equal } from '../../lib/equality';
import type { KubeObject, PatchType } from '../../api/types';
import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize } from '../common-flags';
import { forEach } from '../each';
import { CommandError } from '../errors';
import { text } from '../flags';
import { parseDocument } from '../manifests';
import { mergeFactsOf } from '../resources';
import { resultPrinter } from '../printers/result';
import { find, type Found } from '../targets';
import { isRecord } from '../values';
import { defineVerb } from '../verb';

const types: Readonly<Record<string, PatchType>> = { json: 'json', merge: 'merge', strategic: 'strategic' };

export const patch = defineVerb({
  name: 'patch',
  category: 'Advanced Commands',
  usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  summary: 'Update fields of a resource',
  examples: [
    '# Change one field', "kubectl patch deployment web -p '{\"spec\":{\"replicas\":2}}'", '', '# With a JSON patch',
    "kubectl patch pod web-1 --type=json -p='[{\"op\":\"remove\",\"path\":\"/metadata/labels/tier\"}]'",
  ],
  completes: 'resources',
  flags: {
    ...outputFlags, ...fileFlags, ...dryRunFlag, ...fieldManagerFlag('kubectl-patch'),
    patch: text('The patch to be applied to the resource, as JSON or YAML.', { short: 'p' }),
    'patch-file': text('A file that holds the patch.'),
    type: text('The type of patch: one of [json merge strategic]', { initial: 'strategic', values: ['json', 'merge', 'strategic'] }),
    subresource: text('If specified, patches the subresource.', { values: ['status', 'scale'] }),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    const patchType = types[flags.type.toLowerCase()];
    if (!patchType) throw new CommandError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.type)}`);
    if (flags.patch && flags['patch-file']) throw new CommandError('cannot specify --patch and --patch-file together');
    if (!flags.patch && !flags['patch-file']) throw new CommandError('must specify --patch or --patch-file containing the contents of the patch');
    const source = flags.patch || context.files.read(flags['patch-file']);
    if (source === undefined) throw new CommandError(`unable to read patch file: open ${flags['patch-file']}: no such file or directory`);
    const body = readPatch(source);
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const { found, errors } = await find(context, args, { filenames: flags.filename, recursive: flags.recursive });
    yield* forEach(found, errors, async function* (each) {
      const object = dryRun === 'client' ? patched(each, patchType, body)
        : await context.connection.patch(
          each, patchType, body, { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) }, flags.subresource,
        );
      yield print(each, equal(withoutVersion(object), withoutVersion(each.object)) ? 'patched (no change)' : 'patched', object);
    });
  },
});

function readPatch(source: string): unknown {
  try { return JSON.parse(source); } catch { return parseDocument(source, 'patch'); }
}

function patched({ object, mapping }: Found, type: PatchType, body: unknown): unknown {
  if (type === 'json') return applyJsonPatch(object, body);
  return type === 'merge' ? applyMergePatch(object, body) : applyStrategicMergePatch(object, body, mergeFactsOf(mapping));
}

/** A write that changed nothing leaves the version as it was. */
const withoutVersion = (value: unknown): unknown => (isRecord(value) ? {
  ...value, metadata: { ...(value as KubeObject).metadata, managedFields: undefined },
} : value);
