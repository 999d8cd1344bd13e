import { findJsonPath, JsonPathError, parseJsonPath, printJsonPath, relaxedJsonPath, shown } from '../../lib/json-path';
import { CommandError } from '../errors';
import type { JsonRecord } from '../values';
import { toJson } from './json';

/** A JSONPath of `--sort-by` or a custom column: braces and the first dot may be missing. Throws CommandError. */
export const relaxed = (path: string): string => asCommandError(() => relaxedJsonPath(path));

/** What a path finds, in order. Throws CommandError. */
export const valuesAt = (path: string, value: unknown): readonly unknown[] => asCommandError(() => findJsonPath(path, value).flat());

/** The printer of `-o jsonpath=…`; with `asJson` a JSON list of all that is found. Throws CommandError for a bad template. */
export function jsonPathPrinter(template: string, asJson: boolean): (value: JsonRecord) => string {
  if (!template) throw new CommandError('template format specified but no template given');
  const parsed = parsedTemplate(template);
  return (value) => {
    try {
      return asJson ? `${toJson(findJsonPath(parsed, value).flat(), '    ')}\n` : printJsonPath(parsed, value);
    } catch (error) {
      throw error instanceof JsonPathError ? new CommandError(executionError(template, value, error)) : error;
    }
  };
}

function parsedTemplate(template: string): ReturnType<typeof parseJsonPath> {
  try { return parseJsonPath(template); } catch (error) {
    throw error instanceof JsonPathError ? new CommandError(`error parsing jsonpath ${template}, ${error.message}`) : error;
  }
}

const executionError = (template: string, value: unknown, { message }: JsonPathError): string =>
  `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${message}. Printing more information for debugging the template:\n`
  + `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${shown(value)}\n\n`;

function asCommandError<T>(work: () => T): T {
  try { return work(); } catch (error) { throw error instanceof JsonPathError ? new CommandError(error.message) : error; }
}
