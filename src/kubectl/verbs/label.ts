import { isValidLabelValue } from '../../lib/names';
import {
  allFlag, allNamespacesFlag, dryRunFlag, dryRunOf, fieldManagerFlag, fieldSelectorFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag, type DryRun,
} from '../common-flags';
import { forEach } from '../each';
import { CommandError } from '../errors';
import { bool, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { find, type Found } from '../targets';
import { textsAt, withAt, type JsonRecord } from '../values';
import { defineVerb, type Context, type Output, type Verb } from '../verb';
import { parseChanges, splitChanges, type Changes } from './key-values';

/** Labels and annotations are changed in the same way; only the words differ. */
type Family = {
  readonly verb: string; readonly field: 'labels' | 'annotations'; readonly what: 'label' | 'annotation'; readonly done: string; readonly summary: string;
};

function keyValueVerb({ verb, field, what, done, summary }: Family): Verb {
  return defineVerb({
    name: verb,
    category: 'Settings Commands',
    usage: `${verb} [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]`,
    summary,
    examples: [`# Set one`, `kubectl ${verb} pods web-1 tier=front`, '', '# Remove it', `kubectl ${verb} pods web-1 tier-`],
    completes: 'resources',
    flags: {
      ...outputFlags, ...selectorFlag, ...fieldSelectorFlag, ...allNamespacesFlag, ...fileFlags, ...dryRunFlag, ...allFlag,
      ...fieldManagerFlag(`kubectl-${verb}`),
      overwrite: bool(`If true, allow ${field} to be overwritten.`),
      list: bool(`If true, display the ${field} for a given resource.`),
      'resource-version': text('Only change the object if its resource version is this.'),
    },

    async *run(context, args, flags) {
      refuseKustomize(flags.kustomize);
      const { resources, changes: words } = splitChanges(args);
      if (resources.length === 0 && flags.filename.length === 0)
        throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
      const changes = parseChanges(words, what);
      if (what === 'label') checkLabels(changes);
      if (words.length === 0 && !flags.list) throw new CommandError(`at least one ${what} update is required`);
      const dryRun = dryRunOf(flags['dry-run']);
      const print = resultPrinter(flags, context.files, dryRun);
      const { found, errors } = await find(
        context, resources,
        {
          filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, fieldSelector: flags['field-selector'],
          allNamespaces: flags['all-namespaces'], all: flags.all,
        },
      );
      yield* forEach(found, errors, async function* (each) {
        if (flags.list) { yield* listed(each, field, found.length > 1); return; }
        const { patched, missing } = changedObject(each, field, changes, flags.overwrite, what);
        for (const key of missing) yield `${what} ${JSON.stringify(key)} not found.`;
        const result = await write(context, each, field, changes, patched, dryRun, flags['field-manager'], flags['resource-version']);
        yield print(each, said(done, what, each, patched, changes), result);
      });
    },
  });
}

function checkLabels({ set }: Changes): void {
  for (const [key, value] of set) {
    const problems = isValidLabelValue(value);
    if (problems.length > 0) throw new CommandError(`invalid label value: ${JSON.stringify(`${key}=${value}`)}: ${problems.join(';')}`);
  }
}

function* listed({ object, mapping, name }: Found, field: 'labels' | 'annotations', several: boolean): Generator<Output> {
  if (several) yield `Listing ${field} for ${mapping.kind}.${mapping.group}/${name}:`;
  for (const [key, value] of Object.entries(textsAt(object, 'metadata', field))) yield `${several ? ' ' : ''}${key}=${value}`;
}

/** The object with its labels changed, and the keys to remove that it did not have. Throws CommandError. */
function changedObject(
  { object }: Found, field: 'labels' | 'annotations', { set, remove }: Changes, overwrite: boolean, what: string,
): { readonly patched: JsonRecord; readonly missing: readonly string[] } {
  const current = textsAt(object, 'metadata', field);
  const taken = [...set].filter(([key, value]) => Object.hasOwn(current, key) && (what === 'annotation' || current[key] !== value));
  if (!overwrite && taken.length > 0) {
    const texts = taken.map(([key]) => `'${key}' already has a value (${current[key]})`);
    throw new CommandError(what === 'label' ? `${texts[0]}, and --overwrite is false` : `--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`);
  }
  const next: Record<string, string> = { ...current, ...Object.fromEntries(set) };
  for (const key of remove) delete next[key];
  return { patched: withAt(object, ['metadata', field], next), missing: what === 'label' ? remove.filter((key) => !Object.hasOwn(current, key)) : [] };
}

async function write(
  { connection }: Context, each: Found, field: string, { set, remove }: Changes, patched: JsonRecord, dryRun: DryRun, fieldManager: string,
  resourceVersion: string,
): Promise<unknown> {
  if (dryRun === 'client') return patched;
  const before = JSON.stringify(textsAt(each.object, 'metadata', field));
  if (before === JSON.stringify(textsAt(patched, 'metadata', field))) return each.object;
  const values = { ...Object.fromEntries(set), ...Object.fromEntries(remove.map((key) => [key, null])) };
  const metadata = { [field]: values, ...(resourceVersion && { resourceVersion }) };
  return await connection.patch(each, 'merge', { metadata }, { fieldManager, ...(dryRun === 'server' && { dryRun: true }) });
}

function said(done: string, what: string, { object }: Found, patched: JsonRecord, { set, remove }: Changes): string {
  if (what === 'annotation') return done;
  const same = JSON.stringify(textsAt(object, 'metadata', 'labels')) === JSON.stringify(textsAt(patched, 'metadata', 'labels'));
  if (same) return `not ${done}`;
  return remove.length > 0 && set.size === 0 ? `un${done}` : done;
}

export const label = keyValueVerb({ verb: 'label', field: 'labels', what: 'label', done: 'labeled', summary: 'Update the labels on a resource' });
export const annotate = keyValueVerb({
  verb: 'annotate', field: 'annotations', what: 'annotation', done: 'annotated', summary: 'Update the annotations on a resource',
});
