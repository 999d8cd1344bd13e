import { equal } from '../../lib/equality';
import { createTwoWayMergePatch } from '../../lib/patches/strategic-diff';
import { StatusError } from '../../api/status';
import { fieldManagerFlag, outputFlags, selectorFlag } from '../common-flags';
import { CommandError } from '../errors';
import { parseDocument } from '../manifests';
import { mergeFactsOf, patchTypeOf } from '../resources';
import { printYaml } from '../../lib/yaml';
import { resultPrinter } from '../printers/result';
import { printedName } from '../resources';
import { find, type Found } from '../targets';
import { isRecord, withAt, type JsonRecord } from '../values';
import { defineVerb, stderr, type Context, type Output, type Run } from '../verb';

const head =
  "# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
  + '# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n';

export const edit = defineVerb({
  name: 'edit',
  category: 'Basic Commands (Intermediate)',
  usage: 'edit (RESOURCE/NAME | TYPE NAME)',
  summary: 'Edit a resource on the server',
  examples: ['# Edit a deployment', 'kubectl edit deployment web'],
  completes: 'resources',
  flags: { ...outputFlags, ...selectorFlag, ...fieldManagerFlag('kubectl-edit') },

  async *run(context, args, flags) {
    if (!context.edit) throw new CommandError('there is no editor here: use kubectl patch, or kubectl apply -f');
    const print = resultPrinter(flags, context.files);
    const { found, errors } = await find(context, args, { selector: flags.selector });
    if (errors[0]) throw errors[0];
    for (const each of found) yield* editOne(context, context.edit, each, flags['field-manager'], (operation, object) => print(each, operation, object));
  },
});

/** Opens the editor again, with the complaint on top, until the server is content or nothing changes. */
async function* editOne(
  { connection }: Context, open: NonNullable<Context['edit']>, each: Found, fieldManager: string, print: (operation: string, object: unknown) => Output,
): Run {
  const original = withAt(each.object, ['metadata', 'managedFields'], undefined);
  let text = `${head}${printYaml(original)}`;
  for (;;) {
    const edited = await open(text, printedName(each.mapping, each.name));
    const body = (edited ?? '').split('\n').filter((line) => !line.startsWith('#')).join('\n');
    if (edited === undefined || edited === text) { yield stderr('Edit cancelled, no changes made.'); return; }
    if (body.trim() === '') { yield stderr('Edit cancelled, saved file was empty.'); return; }
    try {
      const wanted = parseDocument(body, 'the edited file');
      if (!isRecord(wanted)) throw new CommandError('the edited file holds no object');
      if (equal(wanted, original)) { yield stderr('Edit cancelled, no changes made.'); return; }
      yield print('edited', await connection.patch(each, patchTypeOf(each.mapping), patchOf(each, original, wanted), { fieldManager, fieldValidation: 'Strict' }));
      return;
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof CommandError)) throw error;
      text = `${head}${error.message.split('\n').map((line) => `# ${line}`).join('\n')}\n#\n${body.replace(/^\n+/, '')}`;
    }
  }
}

const patchOf = ({ mapping }: Found, original: JsonRecord, wanted: JsonRecord): JsonRecord =>
  createTwoWayMergePatch(original, wanted, mergeFactsOf(mapping));
