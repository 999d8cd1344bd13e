import type { KubeObject } from '../../../api/types';
import type { Kind } from '../../../kinds/define';
import { prefixOf, type Storage } from '../../storage';

/**
 * All objects of one kind of configuration, by name: read anew after a change of one, else from memory. Most clusters have none, and every write asks.
 */
export class Registered<T extends KubeObject> {
  readonly #ofStorage = new WeakMap<Storage, { list: readonly T[] | undefined }>();
  constructor(private readonly kind: Kind<T>) {}

  all(storage: Storage): readonly T[] {
    const known = this.#ofStorage.get(storage) ?? this.#follow(storage);
    return (known.list ??= storage.list(this.kind, undefined) as T[]); // stored under this kind, so they are of it
  }

  #follow(storage: Storage): { list: readonly T[] | undefined } {
    const known: { list: readonly T[] | undefined } = { list: undefined };
    this.#ofStorage.set(storage, known);
    storage.store.watch(prefixOf(this.kind), storage.revision).subscribe(() => { known.list = undefined; });
    return known;
  }
}
