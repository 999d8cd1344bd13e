import type { Pod } from '../../schema/types';
import type { NodeInfo } from '../node-info';
import { labelsOf, type PodMatcher } from './pod-matcher';

/** A pod and the node it is on. */
export type Placed = { readonly pod: Pod; readonly on: NodeInfo };

/** Pods that have a node, found by a label's value; an index for each label somebody asked about. */
export class PodIndex {
  readonly #pods = new Map<string, Placed>();
  readonly #perNamespace = new Map<string, number>();
  readonly #byLabel = new Map<string, Map<string, Map<string, Placed>>>();

  hasAnyIn(namespace: string): boolean { return (this.#perNamespace.get(namespace) ?? 0) > 0; }

  add(key: string, placed: Placed): void {
    this.#pods.set(key, placed);
    this.#countIn(placed, 1);
    for (const [label, index] of this.#byLabel) enter(index, label, key, placed);
  }

  delete(key: string): void {
    const placed = this.#pods.get(key);
    if (!placed) return;
    this.#pods.delete(key);
    this.#countIn(placed, -1);
    for (const [label, index] of this.#byLabel) {
      const value = valueOf(placed.pod, label);
      const group = value === undefined ? undefined : index.get(value);
      group?.delete(key);
      if (group?.size === 0 && value !== undefined) index.delete(value);
    }
  }

  *matching(matcher: PodMatcher): Generator<Placed> {
    for (const placed of this.#candidates(matcher)) if (matcher.matches(placed.pod)) yield placed;
  }

  #countIn({ pod: { metadata: { namespace } } }: Placed, by: 1 | -1): void {
    const count = (this.#perNamespace.get(namespace) ?? 0) + by;
    if (count === 0) this.#perNamespace.delete(namespace); else this.#perNamespace.set(namespace, count);
  }

  *#candidates({ exact, namespaces }: PodMatcher): Generator<Placed> {
    if (!exact || !namespaces) return yield* this.#pods.values();
    const index = this.#byLabel.get(exact.key) ?? this.#open(exact.key);
    for (const namespace of namespaces) yield* index.get(`${namespace}/${exact.value}`)?.values() ?? [];
  }

  #open(label: string): Map<string, Map<string, Placed>> {
    const index = new Map<string, Map<string, Placed>>();
    this.#byLabel.set(label, index);
    for (const [key, placed] of this.#pods) enter(index, label, key, placed);
    return index;
  }
}

function valueOf(pod: Pod, label: string): string | undefined {
  const value = labelsOf(pod)[label];
  return value === undefined ? undefined : `${pod.metadata.namespace}/${value}`;
}

function enter(index: Map<string, Map<string, Placed>>, label: string, key: string, placed: Placed): void {
  const value = valueOf(placed.pod, label);
  if (value === undefined) return;
  const group = index.get(value);
  if (group) group.set(key, placed); else index.set(value, new Map([[key, placed]]));
}
