import { isList, isObject } from '../../lib/json';
import type { ManagedFieldsEntry } from '../../schema/types';
import { nobody, readOwners } from './owners';
import { Ownership } from './record';

/** metadata.managedFields of a body, whatever it is. */
export function managedFieldsIn(body: unknown): unknown {
  const metadata = isObject(body) ? body['metadata'] : undefined;
  return isObject(metadata) ? metadata['managedFields'] : undefined;
}

/**
 * Who owns what by the word of a client, who may edit the list. Undefined when it says nothing, or nothing that can be read: then what is stored
 * holds, so that clients which know nothing of it do not delete it.
 */
export function statedOwnership(given: unknown): Ownership | undefined {
  if (!isList(given)) return undefined;
  if (given.length === 0 || (given.length === 1 && isEmptyEntry(given[0]))) return Ownership.of(nobody);
  const owners = readOwners(given.filter(isEntry));
  return owners && owners.size > 0 ? Ownership.of(owners) : undefined;
}

const isEntry = (entry: unknown): entry is Partial<ManagedFieldsEntry> => isObject(entry);
const isEmptyEntry = (entry: unknown): boolean =>
  isObject(entry) && Object.values(entry).every((value) => value === '' || value === null || value === undefined);
