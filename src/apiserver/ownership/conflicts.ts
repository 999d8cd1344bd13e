import { StatusError } from '../../api/status';
import { byText } from '../../lib/json';
import { fieldSet, has, paths, printPath, type FieldSet, type Path } from '../../schema/field-set/set';
import { parseIdentity } from './owners';

export type Conflict = { readonly identity: string; readonly path: Path };

/** Somebody applies what others own with another value. */
export class Conflicts extends Error {
  override readonly name = 'Conflicts';
  constructor(readonly list: readonly Conflict[]) { super('apply conflicts'); }

  get fields(): FieldSet { return fieldSet(...this.list.map(({ path }) => path)); }

  /** Those that are not among fields which may be taken. */
  without(allowed: FieldSet): Conflicts { return new Conflicts(this.list.filter(({ path }) => !has(allowed, path))); }
}

/** One conflict for each path that would be taken, by owner. */
export const conflictsOf = (taken: ReadonlyMap<string, FieldSet>): readonly Conflict[] =>
  [...taken].sort(([a], [b]) => byText(a, b)).flatMap(([identity, fields]) => [...paths(fields)].map((path) => ({ identity, path })));

/** The 409 that tells them all. */
export function conflictError({ list }: Conflicts): StatusError {
  const reason = 'FieldManagerConflict';
  const causes = list.map(({ identity, path }) => ({ reason, message: `conflict with ${printOwner(identity)}`, field: printPath(path) }));
  return new StatusError('Conflict', messageOf(list), { causes });
}

function messageOf(list: readonly Conflict[]): string {
  const [first] = list;
  if (first && list.length === 1) return `Apply failed with 1 conflict: conflict with ${printOwner(first.identity)}: ${printPath(first.path)}`;
  const byOwner = new Map<string, string[]>();
  for (const { identity, path } of list) byOwner.set(identity, [...(byOwner.get(identity) ?? []), `- ${printPath(path)}`]);
  const lines = [...byOwner].flatMap(([identity, shown]) => [`conflicts with ${printOwner(identity)}:`, ...shown]);
  return `Apply failed with ${list.length} conflicts: ${lines.join('\n')}`;
}

function printOwner(text: string): string {
  const { manager, operation, apiVersion, subresource } = parseIdentity(text);
  const named = JSON.stringify(manager) + (subresource && ` with subresource ${JSON.stringify(subresource)}`);
  return operation === 'Update' ? `${named} using ${apiVersion}` : named;
}
