import { dryRunSuffix, type DryRun } from '../common-flags';
import type { Place } from '../connection';
import { printedName } from '../resources';
import { isRecord } from '../values';
import { raw, type Files, type Output } from '../verb';
import { printerFor } from './output';

type OutputValues = { readonly output: string; readonly 'show-managed-fields': boolean; readonly template: string };

/** What a verb says of each object it wrote: `deployment.apps/web created`, or the object in the form of `-o`. Throws CommandError for a bad -o. */
export function resultPrinter(values: OutputValues, files: Files, dryRun: DryRun = 'none'): (
  place: Pick<Place, 'mapping' | 'name'>, operation: string, object: unknown,
) => Output {
  const printer = printerFor(values.output, { showManagedFields: values['show-managed-fields'], template: values.template, files });
  return ({ mapping, name }, operation, object) =>
    printer ? raw(printer(isRecord(object) ? object : {})) : `${printedName(mapping, name)} ${operation}${dryRunSuffix(dryRun)}`;
}
