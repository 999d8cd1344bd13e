import type { KubeObject } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { Kind } from '../../kinds/define';
import { timestamp } from '../../lib/timestamp';
import type { ManagedFieldsEntry } from '../../schema/types';
import { goesOn } from './goes-on';
import { nobody, writeOwners, type Owners } from './owners';
import { ownersAfterUpdate } from './update';
import { nothingYet, versionsOf } from './versions';

/** Who writes, through what, in which version. */
export type Writer = { readonly manager: string; readonly kind: Kind; readonly subresource: string; /** @internal */ latest?: Ownership };

/** How many writes may wait to be worked out: each keeps the version before it. */
const maxWaiting = 25;

/**
 * Who owns the fields of one version of an object. Nearly all writes are made by components for components, and nobody ever asks who owns what
 * they wrote: so a write is only noted, as who turned which version into which, and worked out when a client is shown managedFields or applies.
 * A note stands beside the version it made and does not keep it; it keeps the versions before, as few as say the same.
 */
export class Ownership {
  #owners: Owners | undefined;
  #shown: readonly ManagedFieldsEntry[] | undefined;
  #base: Ownership | undefined;
  #before: KubeObject | undefined;
  /** What was made, where that is not the version the note stands beside. */
  #made: KubeObject | undefined;
  #writer: Writer | undefined;
  #at = 0;
  #waiting = 0;
  /** It stands beside many objects, and so remembers nothing of one. */
  #isShared = false;

  /** Owners that are known. */
  static of(owners: Owners): Ownership {
    const known = new Ownership();
    known.#owners = owners;
    return known;
  }

  /**
   * What holds after `writer` made a version of `before` at a moment; undefined `before` for a new object. `base` is who owned `before`. `made` is what
   * was made, where it is not stored as it is.
   */
  static written(writer: Writer, at: number, made: KubeObject | undefined, before?: KubeObject, base?: Ownership): Ownership {
    const note = new Ownership();
    note.#base = base;
    note.#before = before;
    note.#made = made;
    note.#writer = writer;
    note.#at = at;
    note.#waiting = base ? base.#waiting + 1 : 0;
    return note;
  }

  /** What holds for every object that `writer` makes at a moment and that is stored as it was made. */
  static created(writer: Writer, at: number): Ownership {
    const { latest } = writer;
    if (latest && latest.#at === at) return latest;
    const note = Ownership.written(writer, at, undefined);
    note.#isShared = true;
    return writer.latest = note;
  }

  /** The same for an object that somebody who owns nothing made of `version`, beside which this note stood. */
  beside(version: KubeObject): Ownership {
    return this.#owners || this.#made || !this.#writer ? this : Ownership.written(this.#writer, this.#at, version, this.#before, this.#base);
  }

  /**
   * What holds when the same writer turned the version this note stands beside into `next`: as if it had been one write, where that says the same.
   * Undefined where it does not.
   */
  continued(writer: Writer, at: number, middle: KubeObject, next: KubeObject): Ownership | undefined {
    if (this.#owners || this.#made || this.#writer !== writer || !this.#before || !goesOn(this.#before, middle, next)) return undefined;
    return Ownership.written(writer, at, undefined, this.#before, this.#base);
  }

  /** Whether there are so many notes that they should be worked out now. */
  get isLong(): boolean { return this.#waiting >= maxWaiting; }

  /** Works out what waits, oldest first; afterwards no older version is kept. `object` is what the note stands beside. */
  owners(kinds: KindCatalog, object: KubeObject): Owners {
    if (this.#owners) return this.#owners;
    let owners = nobody;
    for (const [note, made] of this.#waitingNotes(object).reverse()) owners = note.#worked(kinds, owners, made);
    return owners;
  }

  /** Notes with what they made, from this one to the first that is to be worked out, or to the last that is. */
  #waitingNotes(object: KubeObject): (readonly [Ownership, KubeObject])[] {
    const notes: (readonly [Ownership, KubeObject])[] = [[this, this.#made ?? object]];
    let beside = this.#before ?? object;
    for (let note = this.#base; note; note = note.#owners ? undefined : note.#base) {
      notes.push([note, note.#made ?? beside]);
      beside = note.#before ?? beside;
    }
    return notes;
  }

  /** As metadata.managedFields shows it. */
  entries(kinds: KindCatalog, object: KubeObject): readonly ManagedFieldsEntry[] {
    if (this.#shown) return this.#shown;
    const entries = writeOwners(this.owners(kinds, object));
    if (!this.#isShared) this.#shown = entries;
    return entries;
  }

  #worked(kinds: KindCatalog, owners: Owners, made: KubeObject): Owners {
    if (this.#owners) return this.#owners;
    const worked = this.#after(kinds, owners, made);
    if (this.#isShared) return worked;
    this.#owners = worked;
    this.#base = this.#before = this.#made = this.#writer = undefined;
    this.#waiting = 0;
    return worked;
  }

  #after(kinds: KindCatalog, owners: Owners, made: KubeObject): Owners {
    // Whoever cleared the list of owners wants none; only an applier starts it anew.
    if (!this.#writer || (this.#before && owners.size === 0)) return owners;
    const { manager, kind, subresource } = this.#writer;
    const step = { versions: versionsOf(kinds, kind, subresource), before: this.#before ?? nothingYet(kind), after: made };
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

/** A copy of an object is owned as the object is, whatever the server itself did to it. Returns the copy. */
export const ownedLike = (copy: KubeObject, original: KubeObject): KubeObject => owned(copy, records.get(original)?.beside(original));

/** Who owns the fields of a version of an object. */
export const ownersOf = (kinds: KindCatalog, object: KubeObject): Owners => records.get(object)?.owners(kinds, object) ?? nobody;
