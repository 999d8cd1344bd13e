import { byText } from '../../lib/json';
import type { ManagedFieldsEntry } from '../../schema/types';
import { fromFieldsV1, toFieldsV1 } from '../../schema/field-set/fields-v1';
import { sameFields, type FieldSet } from '../../schema/field-set/set';

export type Operation = 'Apply' | 'Update';
/** Who wrote, and in which way: what is one entry of managedFields, without its fields. */
export type Identity = { readonly manager: string; readonly operation: Operation; readonly apiVersion: string; readonly subresource: string };
/** One entry of managedFields. `time` is absent for whoever never changed anything. */
export type Owner = Identity & { readonly time?: string | undefined; readonly fields: FieldSet };
/** Owners by what tells them apart. */
export type Owners = ReadonlyMap<string, Owner>;

export const nobody: Owners = new Map();

/** What tells owners apart, in upstream's form and order: an applier is the same at every version. */
export const identityText = ({ manager, operation, apiVersion, subresource }: Identity): string =>
  JSON.stringify({ manager, operation, ...(operation === 'Update' && { apiVersion }), ...(subresource && { subresource }) });

/** The identity that a text says; the version of an applier is not in it. */
export function parseIdentity(text: string): Identity {
  const { manager = '', operation = 'Update', apiVersion = '', subresource = '' } = JSON.parse(text) as Partial<Identity>;   // identityText made it
  return { manager, operation, apiVersion, subresource };
}

/** Entries as a client sent them. Undefined when one of them is none, as upstream then does as if there were none. */
export function readOwners(entries: readonly Partial<ManagedFieldsEntry>[]): Owners | undefined {
  const owners = new Map<string, Owner>();
  for (const { manager = '', operation, apiVersion, subresource = '', time, fieldsType, fieldsV1 } of entries) {
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return undefined;
    const owner: Owner = { manager, operation, apiVersion, subresource, time, fields: fromFieldsV1(fieldsV1) };
    owners.set(identityText(owner), owner);
  }
  return owners;
}

/** The entries as managedFields has them, in its order: by operation, time, manager, version, subresource. */
export function writeOwners(owners: Owners): readonly ManagedFieldsEntry[] {
  return [...owners.values()].sort(byEntry).map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    manager, operation, apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource && { subresource }),
  }));
}

const byEntry = (a: Owner, b: Owner): number =>
  byText(a.operation, b.operation) || byText(a.time ?? '', b.time ?? '') || byText(a.manager, b.manager)
  || byText(a.apiVersion, b.apiVersion) || byText(a.subresource, b.subresource);

/** Whether two say the same of everybody, leaving the times aside. */
export function sameOwners(a: Owners, b: Owners): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [identity, owner] of a) {
    const other = b.get(identity);
    if (!other || other.apiVersion !== owner.apiVersion || !sameFields(owner.fields, other.fields)) return false;
  }
  return true;
}
