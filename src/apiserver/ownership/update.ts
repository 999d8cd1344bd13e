import type { KubeObject } from '../../api/types';
import { fieldElement } from '../../schema/field-set/element';
import { changedFields, compare, isSame, withoutFields, type Comparison } from '../../schema/field-set/compare';
import { difference, fieldSet, intersection, noFields, union, type FieldSet } from '../../schema/field-set/set';
import { identityText, type Identity, type Owner, type Owners } from './owners';
import { homeOf, type Versions } from './versions';

/** A change of an object, in the form of the version it was written at. */
export type Step = { readonly versions: Versions; readonly before: KubeObject; readonly after: KubeObject };

/** What the server itself keeps, and so nobody owns. */
const unowned: FieldSet = fieldSet(
  ...['apiVersion', 'kind', 'metadata'].map((name) => [fieldElement(name)]),
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion']
    .map((name) => [fieldElement('metadata'), fieldElement(name)]),
);
export const withoutUnowned = (fields: FieldSet): FieldSet => difference(fields, unowned);

/** The owners after somebody changed an object without applying: who changed a field owns it from then on, and nobody else does. */
export function ownersAfterUpdate(step: Step, owners: Owners, by: Identity, time: string): Owners {
  const { comparison, at } = comparisons(step);
  const kept = new Map<string, Owner>();
  for (const [identity, owner] of owners) {
    const seen = at(owner.apiVersion);
    if (!seen) continue;
    const fields = difference(difference(owner.fields, changedFields(seen)), seen.removed);
    if (fields.size > 0) kept.set(identity, fields === owner.fields ? owner : { ...owner, fields });
  }
  const mine = withoutUnowned(changedFields(comparison));
  if (mine.size > 0) {
    const identity = identityText(by);
    kept.set(identity, { ...by, time, fields: union(mine, kept.get(identity)?.fields ?? noFields) });
  }
  return capped(kept);
}

/** The comparison of a change at each version that an owner speaks of. */
export function comparisons({ versions, before, after }: Step): { readonly comparison: Comparison; at(apiVersion: string): Comparison | undefined } {
  const { shape, ignored } = homeOf(versions);
  const comparison = withoutFields(compare(shape, before, after), ignored);
  const known = new Map<string, Comparison | undefined>([[versions.home, comparison]]);
  const at = (apiVersion: string): Comparison | undefined => {
    if (known.has(apiVersion)) return known.get(apiVersion);
    const version = versions.at(apiVersion);
    const seen = (object: KubeObject): KubeObject => versions.convert(object, versions.home, apiVersion);
    const made = version && withoutFields(compare(version.shape, seen(before), seen(after)), version.ignored);
    known.set(apiVersion, made);
    return made;
  };
  return { comparison, at };
}

/** What others own and a change would take from them, by owner. */
export function takenFrom(owners: Owners, self: string, at: (apiVersion: string) => Comparison | undefined): ReadonlyMap<string, FieldSet> {
  const taken = new Map<string, FieldSet>();
  for (const [identity, { apiVersion, fields }] of owners) {
    const seen = identity === self ? undefined : at(apiVersion);
    const lost = seen && !isSame(seen) ? intersection(fields, changedFields(seen)) : undefined;
    if (lost && lost.size > 0) taken.set(identity, lost);
  }
  return taken;
}

const maxUpdaters = 10;
const ancientManager = 'ancient-changes';
const secondOf = ({ time }: Owner): string => time ?? '';

/** Of more than ten owners by update the oldest become one for each version. */
function capped(owners: Map<string, Owner>): Owners {
  const updaters = [...owners].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= maxUpdaters) return owners;
  updaters.sort(([identityA, a], [identityB, b]) => (secondOf(a) < secondOf(b) ? -1 : secondOf(a) > secondOf(b) ? 1 : identityA < identityB ? -1 : 1));
  const firstOfVersion = new Map<string, string>();
  let left = updaters.length;
  for (const [identity, owner] of updaters) {
    if (left <= maxUpdaters) break;
    const first = firstOfVersion.get(owner.apiVersion);
    if (first === undefined) { firstOfVersion.set(owner.apiVersion, identity); continue; }
    const bucket: Identity = { manager: ancientManager, operation: 'Update', apiVersion: owner.apiVersion, subresource: '' };
    const bucketText = identityText(bucket);
    const older = owners.get(bucketText) ?? owners.get(first);
    owners.delete(first);
    owners.delete(identity);
    owners.set(bucketText, { ...bucket, time: owner.time, fields: union(owner.fields, older?.fields ?? noFields) });
    left--;
  }
  return owners;
}
