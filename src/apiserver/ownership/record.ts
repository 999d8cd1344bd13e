import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import { timestamp } from '../../lib/timestamp';
import type { ManagedFieldsEntry } from '../../schema/types';
import { nobody, writeOwners, type Owners } from './owners';
import { ownersAfterUpdate } from './update';
import { nothingYet, versionsOf } from './versions';

/** Who writes, through what, in which version. */
export type Writer = { readonly manager: string; readonly kind: Kind; readonly subresource: string };

/** How many writes may wait to be worked out: each keeps the version before it. */
const maxWaiting = 100;

/**
 * Who owns the fields of one version of an object. Nearly all writes are made by components for components, and nobody ever asks who owns what
 * they wrote: so a write is only noted, as who turned which version into which, and worked out when a client is shown managedFields or applies.
 * Until then it keeps the versions before it, which the store's history keeps as well; when that is compacted the notes are worked out.
 */
export class Ownership {
  #owners: Owners | undefined;
  #shown: readonly ManagedFieldsEntry[] | undefined;
  #base: Ownership | undefined;
  #before: KubeObject | undefined;
  #after: KubeObject | undefined;
  #writer: Writer | undefined;
  #at = 0;
  #waiting = 0;

  /** Owners that are known. */
  static of(owners: Owners): Ownership {
    const made = new Ownership();
    made.#owners = owners;
    return made;
  }

  /** What holds after `writer` made `after` of `before` at a moment; undefined `before` for a new object. `base` is who owned `before`. */
  static written(writer: Writer, at: number, after: KubeObject, before?: KubeObject, base?: Ownership): Ownership {
    const made = new Ownership();
    made.#base = base;
    made.#before = before;
    made.#after = after;
    made.#writer = writer;
    made.#at = at;
    made.#waiting = base ? base.#waiting + 1 : 0;
    return made;
  }

  /** What was made is stored as it is, so that the stored object can stand for it. */
  madeAs(stored: KubeObject): void { if (this.#after) this.#after = stored; }

  /** Whether there are so many notes that they should be worked out now. */
  get isLong(): boolean { return this.#waiting >= maxWaiting; }

  /** Works out what waits, oldest first; afterwards no older version is kept. */
  owners(kinds: KindCatalog): Owners {
    if (!this.#owners) for (const each of [this, ...this.#unsettledBases()].reverse()) each.#settle(kinds);
    return this.#owners ?? nobody;
  }

  *#unsettledBases(): Generator<Ownership> {
    for (let each = this.#base; each && !each.#owners; each = each.#base) yield each;
  }

  /** As metadata.managedFields shows it. */
  entries(kinds: KindCatalog): readonly ManagedFieldsEntry[] { return (this.#shown ??= writeOwners(this.owners(kinds))); }

  #settle(kinds: KindCatalog): void {
    this.#owners = this.#worked(kinds);
    this.#base = this.#before = this.#after = this.#writer = undefined;
    this.#waiting = 0;
  }

  #worked(kinds: KindCatalog): Owners {
    const base = this.#base;
    const owners = (base && base.#owners) ?? nobody;
    if (!this.#writer || !this.#after) return owners;
    // Whoever cleared the list of owners wants none; only an applier starts it anew.
    if (this.#before && owners.size === 0) return owners;
    const { manager, kind, subresource } = this.#writer;
    const step = { versions: versionsOf(kinds, kind, subresource), before: this.#before ?? nothingYet(kind), after: this.#after };
    return ownersAfterUpdate(step, owners, { manager, operation: 'Update', apiVersion: kind.apiVersion, subresource }, timestamp(this.#at));
  }
}

/** Beside the objects, not in them: what components read, compare and spread into their next write stays free of it. */
const records = new WeakMap<KubeObject, Ownership>();

export const ownershipOf = (object: KubeObject): Ownership | undefined => records.get(object);

/** Returns the object. */
export function owned(object: KubeObject, ownership: Ownership | undefined): KubeObject {
  if (ownership) records.set(object, ownership);
  return object;
}

/** A copy of an object is owned as the object is. Returns the copy. */
export const ownedLike = (copy: KubeObject, original: KubeObject): KubeObject => owned(copy, records.get(original));
