import type { KubeObject } from '../../api/types';
import { equal } from '../../lib/equality';
import { fieldSetOf, withNamedFields } from '../../schema/field-set/field-set-of';
import { merge } from '../../schema/field-set/merge';
import { withoutItems } from '../../schema/field-set/remove';
import { difference, intersection, noFields, recursiveDifference, union, type FieldSet } from '../../schema/field-set/set';
import { Conflicts, conflictsOf } from './conflicts';
import { identityText, type Identity, type Owner, type Owners } from './owners';
import { comparisons, takenFrom, withoutUnowned } from './update';
import { homeOf, type Version, type Versions } from './versions';

/** Somebody applies `config` to `live`, both in the form of the versions' home. */
export type Application = {
  readonly versions: Versions;
  readonly live: KubeObject;
  readonly config: unknown;
  readonly owners: Owners;
  readonly by: Identity;
  readonly force: boolean;
  readonly time: string;
};
/** `object` is undefined when the configuration changes nothing. */
export type Applied = { readonly object: KubeObject | undefined; readonly owners: Owners };

/**
 * Server-side apply: the configuration is put over the live object, what the applier had applied before and applies no more goes unless
 * somebody else owns it, and the applier owns what it applies. Throws Conflicts for values of others, unless it is told to take them.
 */
export function applied({ versions, live, config, owners, by, force, time }: Application): Applied {
  const home = homeOf(versions);
  const self = identityText(by);
  const last = owners.get(self);
  const claims = recursiveDifference(fieldSetOf(home.shape, config), home.ignored);
  const mine: Owner = { ...by, apiVersion: versions.home, time: last?.time, fields: claims };
  const claimed = new Map(owners).set(self, mine);
  const merged = merge(home.shape, live, config) as KubeObject;   // an object over an object
  const after = last ? pruned(versions, merged, claimed, last) : merged;

  const { at } = comparisons({ versions, before: live, after });
  const taken = takenFrom(claimed, self, at);
  if (!force && taken.size > 0) throw new Conflicts(conflictsOf(taken));
  const changed = !equal(live, after);
  return { object: changed ? after : undefined, owners: ownersAfterApply(claimed, self, taken, at, changed ? time : undefined) };
}

function ownersAfterApply(
  claimed: Owners, self: string, taken: ReadonlyMap<string, FieldSet>, at: ReturnType<typeof comparisons>['at'], time: string | undefined,
): Owners {
  const owners = new Map<string, Owner>();
  for (const [identity, owner] of claimed) {
    const seen = at(owner.apiVersion);
    if (!seen) continue;
    const fields = identity === self ? withoutUnowned(owner.fields) : difference(difference(owner.fields, taken.get(identity) ?? noFields), seen.removed);
    if (fields.size > 0) owners.set(identity, { ...owner, fields, ...(identity === self && time !== undefined && { time }) });
  }
  return owners;
}

/** The merged object without what only this applier had owned and no longer applies. It is looked at in the version in which it was applied last. */
function pruned(versions: Versions, merged: KubeObject, owners: Owners, { apiVersion, fields }: Owner): KubeObject {
  const version = versions.at(apiVersion);
  if (!version || fields.size === 0) return merged;
  const mine = named(version, fields);
  const seen = versions.convert(merged, versions.home, apiVersion);
  const rest = withOwned(versions, { apiVersion, merged: seen, rest: without(version, seen, mine) }, owners);
  // Only what this applier had owned may be gone: what nobody owns stays, though it stood in something that went.
  const lost = intersection(difference(everything(version, seen), everything(version, rest)), mine);
  return lost.size === 0 ? merged : versions.convert(without(version, seen, lost), apiVersion, versions.home);
}

const named = ({ shape }: Version, fields: FieldSet): FieldSet => withNamedFields(shape, fields);
const everything = (version: Version, object: KubeObject): FieldSet => named(version, fieldSetOf(version.shape, object));
const without = ({ shape }: Version, object: KubeObject, fields: FieldSet): KubeObject =>
  withoutItems(shape, object, fields) as KubeObject;   // its identity is nobody's to remove

type Pruning = { readonly apiVersion: string; readonly merged: KubeObject; readonly rest: KubeObject };

/** Puts back what anybody owns now, each in the version in which it is owned; the version of the pruning comes first. */
function withOwned(versions: Versions, pruning: Pruning, owners: Owners): KubeObject {
  const owned = new Map<string, FieldSet>([[pruning.apiVersion, noFields]]);
  for (const { apiVersion, fields } of owners.values()) owned.set(apiVersion, union(owned.get(apiVersion) ?? noFields, fields));
  let { rest, apiVersion: current } = pruning;
  for (const [apiVersion, fields] of owned) {
    const version = versions.at(apiVersion);
    if (!version) continue;
    const seen = versions.convert(pruning.merged, pruning.apiVersion, apiVersion);
    rest = versions.convert(rest, current, apiVersion);
    current = apiVersion;
    rest = without(version, seen, difference(everything(version, seen), union(everything(version, rest), named(version, fields))));
  }
  return versions.convert(rest, current, pruning.apiVersion);
}
