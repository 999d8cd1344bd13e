import { CommandError } from '../errors';
import { printedName } from '../resources';
import { isRecord, listAt, textAt, withAt, type JsonRecord } from '../values';
import { columnsFromFile, customColumns } from './custom-columns';
import { jsonPathPrinter } from './json-path';
import { toJson } from './json';
import { printYaml } from '../../lib/yaml';
import type { Files } from '../verb';

/** Makes text of one object, or of a List. */
export type Printer = (value: JsonRecord) => string;
export type PrinterOptions = {
  readonly showManagedFields?: boolean;
  readonly noHeaders?: boolean;
  readonly files?: Files;
  /** `--template`, for the formats that take their template from there. */
  readonly template?: string;
};

const formats = ['json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'name', 'yaml'];
const tableFormats = ['custom-columns', 'custom-columns-file', 'wide'];

/**
 * The printer of an `-o` value; undefined for the verb's own form (no -o, and `wide`).
 * @throws CommandError when there is none; `tables` says whether the verb prints tables.
 */
export function printerFor(output: string, options: PrinterOptions = {}, tables = false): Printer | undefined {
  if (output === '' || (tables && output === 'wide')) return undefined;
  const equals = output.indexOf('=');
  const format = equals < 0 ? output : output.slice(0, equals);
  const template = equals < 0 ? options.template ?? '' : output.slice(equals + 1);
  const plain = (value: JsonRecord) => (options.showManagedFields ? value : withoutManagedFields(value));
  switch (format) {
    case 'yaml': return (value) => printYaml(plain(value));
    case 'json': return (value) => `${toJson(plain(value), '    ')}\n`;
    case 'name': return names;
    case 'jsonpath': case 'jsonpath-as-json': return jsonPathPrinter(template, format === 'jsonpath-as-json');
    case 'jsonpath-file': return jsonPathPrinter(readTemplate(template, options.files), false);
  }
  if (tables && format === 'custom-columns') return customColumns(template, options.noHeaders ?? false);
  if (tables && format === 'custom-columns-file') return customColumns(columnsFromFile(readTemplate(template, options.files)), options.noHeaders ?? false);
  if (/^(go-template|template)/.test(format)) throw new CommandError(`output format "${format}" is not supported here: use jsonpath or custom-columns`);
  throw new CommandError(`unable to match a printer suitable for the output format "${output}", allowed formats are: ${[...formats, ...(tables ? tableFormats : [])].sort().join(',')}`);
}

function readTemplate(path: string, files: Files | undefined): string {
  const text = files?.read(path);
  if (text === undefined) throw new CommandError(`error reading template ${path}, open ${path}: no such file or directory`);
  return text;
}

const names = (value: JsonRecord): string =>
  (Array.isArray(value['items']) && textAt(value, 'kind').endsWith('List') ? listAt(value, 'items').filter(isRecord) : [value])
  .map((object) => `${nameOf(object)}\n`).join('');

/** `deployment.apps/web`, from the object alone. */
export function nameOf(object: JsonRecord): string {
  const [apiVersion, kind, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind'), textAt(object, 'metadata', 'name')];
  return printedName({ kind, group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '' }, name);
}

function withoutManagedFields(value: JsonRecord): JsonRecord {
  const items = value['items'];
  if (Array.isArray(items)) return { ...value, items: items.map((item: unknown) => (isRecord(item) ? withoutManagedFields(item) : item)) };
  return isRecord(value['metadata']) && value['metadata']['managedFields'] ? withAt(value, ['metadata', 'managedFields'], undefined) : value;
}

/** How kubectl gathers several objects for one printer. */
export const listOf = (items: readonly unknown[]): JsonRecord => ({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } });
