import { test } from 'vitest';
import table from './data/behaviours.tsv?raw';

/** One row of the Kubernetes conformance list. */
export type Behaviour = { readonly id: string; readonly name: string; readonly area: string; readonly release: string };

/** Every behaviour of the list, in its order. */
export const behaviours: readonly Behaviour[] = table.trim().split('\n').slice(1).map((line) => {
  const [id = '', name = '', area = '', release = ''] = line.split('\t');
  return { id, name, area, release };
});
const byId = new Map(behaviours.map((row) => [row.id, row]));

/** A test of one behaviour, titled with its id and name: `npm run conformance` counts it by that. */
export function behaviour(id: string, check: () => void | Promise<void>): void {
  const row = byId.get(id);
  if (!row) throw new Error(`no behaviour ${id} in the conformance list`);
  test(`${id} ${row.name}`, check);
}
