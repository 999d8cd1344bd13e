import type { KubeObject } from '../../src/api/types';

/** Who set which fields: one manager, how it wrote, and the paths that are its own. */
export type FieldOwner = { readonly manager: string; readonly operation: string; readonly subresource: string; readonly time: string; readonly fields: readonly string[] };

/** What `managedFields` says, field by field. A list's items go by what tells them apart. */
export const ownersOfFields = ({ metadata: { managedFields = [] } }: KubeObject): readonly FieldOwner[] =>
  managedFields.map(({ manager = '', operation = '', subresource = '', time = '', fieldsV1 }) => ({ manager, operation, subresource, time: String(time), fields: pathsOf(fieldsV1, '') }));

function pathsOf(fields: unknown, before: string): readonly string[] {
  if (typeof fields !== 'object' || fields === null) return [];
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (key === '.') return [];
    const path = joined(before, key);
    const below = pathsOf(inner, path);
    return below.length > 0 ? below : [path];
  });
}

const joined = (before: string, key: string): string => {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return before ? `${before}.${rest}` : rest;
  return `${before}[${key.startsWith('k:') ? keysOf(rest) : rest}]`;
};

/** `{"name":"nginx"}` as `name=nginx`. */
function keysOf(text: string): string {
  const keys: unknown = JSON.parse(text);
  return typeof keys === 'object' && keys !== null ? Object.entries(keys).map(([key, value]) => `${key}=${String(value)}`).join(',') : text;
}
