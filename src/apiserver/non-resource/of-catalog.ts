import type { KindCatalog } from '../../kinds/catalog';

/** A function of the catalogue of kinds that is computed again only after the catalogue has changed. */
export function ofCatalog<T>(derive: (kinds: KindCatalog) => T): (kinds: KindCatalog) => T {
  const known = new WeakMap<KindCatalog, { readonly revision: number; readonly value: T }>();
  return (kinds) => {
    const last = known.get(kinds);
    if (last?.revision === kinds.revision) return last.value;
    const value = derive(kinds);
    known.set(kinds, { revision: kinds.revision, value });
    return value;
  };
}
