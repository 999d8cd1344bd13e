import { badRequest } from '../api/status';
import type { KubeObject, RequestOptions } from '../api/types';
import type { Kind } from '../kinds/define';
import { parseFieldSelector } from '../lib/field-selector';
import { parseSelector } from '../lib/selector-text';

/** Whether an object is one the request asked for. */
export type Selection = (object: KubeObject) => boolean;

/** Label and field selectors of a request as one test; undefined when everything is asked for. Throws BadRequest with upstream's words. */
export function selectionOf(kind: Kind, { labelSelector, fieldSelector }: Pick<RequestOptions, 'labelSelector' | 'fieldSelector'>, name?: string): Selection | undefined {
  const tests: Selection[] = [];
  if (name !== undefined) tests.push(({ metadata }) => metadata.name === name);
  if (labelSelector) {
    const selector = readable(() => parseSelector(labelSelector));
    tests.push(({ metadata }) => selector.matches(metadata.labels));
  }
  if (fieldSelector) tests.push(...fieldTests(kind, fieldSelector));
  const [first] = tests;
  return tests.length > 1 ? (object) => tests.every((test) => test(object)) : first;
}

function fieldTests(kind: Kind, text: string): Selection[] {
  return readable(() => parseFieldSelector(text)).map(({ field, operator, value }) => {
    const read = fieldOf(kind, field);
    if (!read) throw badRequest(unsupported(kind, field));
    return (object) => (read(object) === value) === (operator === '=');
  });
}

function fieldOf(kind: Kind, field: string): ((object: KubeObject) => string) | undefined {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name;
  if (field === 'metadata.namespace' && kind.namespaced) return ({ metadata }) => metadata.namespace ?? '';
  return kind.selectableFields && Object.hasOwn(kind.selectableFields, field) ? kind.selectableFields[field] : undefined;
}

/** Kinds with field labels of their own word it differently from those that have only the two common ones. */
function unsupported(kind: Kind, field: string): string {
  if (kind.resource === 'jobs.batch') return `field label ${JSON.stringify(field)} not supported for Job`;
  if (kind.selectableFields || kind.definition === undefined) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function readable<T>(parse: () => T): T {
  try { return parse(); } catch (error) { throw badRequest(error instanceof Error ? error.message : String(error)); }
}
