import { formatGo } from '../../lib/go-format';
import { CommandError } from '../errors';
import { isRecord, listAt, type JsonRecord } from '../values';
import { relaxed, valuesAt } from './json-path';
import { tabbed } from './tab-writer';

/** `NAME:.metadata.name,IMAGE:.spec.containers[0].image` as a printer of rows. Throws CommandError. */
export function customColumns(spec: string, noHeaders: boolean): (value: JsonRecord) => string {
  if (!spec) throw new CommandError('custom-columns format specified but no custom columns given');
  const columns = splitColumns(spec).map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new CommandError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: relaxed(part.slice(colon + 1)) };
  });
  return (value) => {
    const objects = Array.isArray(value['items']) ? listAt(value, 'items').filter(isRecord) : [value];
    const rows = objects.map((object) => columns.map(({ path }) => shown(valuesAt(path, object))));
    const lines = noHeaders ? rows : [columns.map(({ header }) => header), ...rows];
    return tabbed(lines.map((cells) => `${cells.join('\t')}\n`).join(''), { minWidth: 6, padding: 3 });
  };
}

/** Commas inside brackets belong to the path. */
const splitColumns = (spec: string): readonly string[] => spec.match(/(?:\[[^\]]*\]|[^,[])+/g) ?? [];

const shown = (values: readonly unknown[]): string => (values.length === 0 ? '<none>' : values.map(formatGo).join(','));

/** A file of two lines, headers and paths, as one spec. */
export function columnsFromFile(text: string): string {
  const [headers = '', paths = ''] = text.split('\n');
  const [names, fields] = [headers.trim().split(/\s+/), paths.trim().split(/\s+/)];
  if (names.length !== fields.length) throw new CommandError(`number of headers (${names.length}) and field specifications (${fields.length}) don't match`);
  return names.map((name, index) => `${name}:${fields[index]}`).join(',');
}
