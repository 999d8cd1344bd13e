import type { KubeObject } from '../api/types';
import type { Selector } from '../lib/selectors';
import type { IndexBy } from './index-by';
import { byNamespace, type Informer } from './informer';

const known = new Map<string, IndexBy<KubeObject>>();

/** Objects by namespace and the value of one label. */
export function byLabel(key: string): IndexBy<KubeObject> {
  const existing = known.get(key);
  if (existing) return existing;
  const made: IndexBy<KubeObject> = {
    name: `label:${key}`,
    of: ({ metadata: { namespace, labels } }) => { const value = labels?.[key]; return value === undefined ? undefined : labelValue(namespace, value); },
  };
  known.set(key, made);
  return made;
}

/** The index value of a label's value in a namespace. */
export const labelValue = (namespace: string | undefined, value: string): string => `${namespace ?? ''}/${value}`;

/** What `selector` selects in `namespace`: found through an index where the selector names an exact value. */
export function* selectedBy<T extends KubeObject>(informer: Informer<T>, namespace: string, selector: Selector): Generator<T> {
  const { exact } = selector;
  const candidates = exact ? informer.by(byLabel(exact.key), labelValue(namespace, exact.value)) : informer.by(byNamespace, namespace);
  for (const object of candidates) if (selector.matches(object.metadata.labels)) yield object;
}
