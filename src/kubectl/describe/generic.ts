import type { KubeObject } from '../../api/types';
import { formatGo } from '../../lib/go-format';
import { isRecord } from '../values';
import { annotations, labels, type Description } from './writer';

/** Fields that stand at the head, or that nobody reads. */
const skipped = new Set([
  '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations', '.metadata.managedFields',
]);

/** Any object, field by field, with the fields' names as words. */
export function describeGeneric(out: Description, object: KubeObject): void {
  const { metadata } = object;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  labels(out, 'Labels', metadata.labels);
  annotations(out, 'Annotations', metadata.annotations);
  fields(out, 0, object, '');
}

function fields(out: Description, level: number, record: object, path: string): void {
  for (const [key, value] of Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const here = `${path}.${key}`;
    if (skipped.has(here)) continue;
    if (isRecord(value)) {
      out.line(level, `${words(key)}:`);
      fields(out, level + 1, value, here);
    } else if (Array.isArray(value)) {
      out.line(level, `${words(key)}:`);
      for (const item of value) {
        if (isRecord(item)) fields(out, level + 1, item, here);
        else out.line(level + 1, formatGo(item));
      }
    } else out.line(level, `${words(key)}:\t${formatGo(value)}`);
  }
}

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `creationTimestamp` as `Creation Timestamp`; a name with digits or dots stays as it is, and plurals of acronyms suffer: `Ur Ls`. */
function words(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  const parts = key.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-+/gu) ?? [];
  return parts.map((part) => (acronyms.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())).join(' ');
}
