import type { KubeObject } from '../../api/types';
import type { Pod, PodSpec } from '../../schema/types';

/** The admission chain only hands a plugin the resources it asked for. */
export const isPod = (object: KubeObject): object is Pod => object.kind === 'Pod';

/**
 * Work done once for a spec and remembered by its identity, so that all pods of one template go on sharing one spec.
 * `key` tells apart results that depend on more than the spec.
 */
export class SpecMemo {
  readonly #known = new WeakMap<PodSpec, Map<string, PodSpec>>();

  of(spec: PodSpec, key: string, make: () => PodSpec): PodSpec {
    const known = this.#known.get(spec) ?? new Map<string, PodSpec>();
    const found = known.get(key);
    if (found) return found;
    const made = make();
    this.#known.set(spec, known.set(key, made));
    return made;
  }
}

export const withSpec = (pod: Pod, spec: PodSpec): Pod => (spec === pod.spec ? pod : { ...pod, spec });
