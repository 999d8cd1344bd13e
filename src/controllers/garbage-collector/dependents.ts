import type { KubeObject, Resource } from '../../api/types';

const none: ReadonlySet<string> = new Set();

/** `pods|default/web`: an object of any kind, as the collector's queue calls it. */
export const idOf = (kind: Pick<Resource, 'resource'>, key: string): string => `${kind.resource}|${key}`;
export function parseId(id: string): { readonly resource: string; readonly key: string } {
  const bar = id.indexOf('|');
  return { resource: id.slice(0, bar), key: id.slice(bar + 1) };
}

/** Who names whom as an owner, kept up change by change. */
export class Dependents {
  readonly #byOwner = new Map<string, Set<string>>();

  /** Ids of the objects that name the uid as an owner. */
  of(uid: string): ReadonlySet<string> { return this.#byOwner.get(uid) ?? none; }
  get owners(): Iterable<string> { return this.#byOwner.keys(); }

  update(id: string, previous: KubeObject | undefined, next: KubeObject | undefined): void {
    const before = previous?.metadata.ownerReferences;
    const after = next?.metadata.ownerReferences;
    if (before === after) return;
    if (before) for (const { uid } of before) if (!after?.some((kept) => kept.uid === uid)) this.#leave(uid, id);
    if (after) for (const { uid } of after) this.#join(uid, id);
  }

  #join(uid: string, id: string): void {
    const known = this.#byOwner.get(uid);
    if (known) known.add(id); else this.#byOwner.set(uid, new Set([id]));
  }

  #leave(uid: string, id: string): void {
    const known = this.#byOwner.get(uid);
    if (known?.delete(id) && known.size === 0) this.#byOwner.delete(uid);
  }
}
