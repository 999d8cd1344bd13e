import { keyOf } from '../../api/keys';
import { Nodes } from '../../kinds/core/node';
import { isConditionTrue, isTerminal } from '../../kinds/core/pod-conditions';
import { resourcesOf } from '../../kinds/core/pod-resources';
import { Pods } from '../../kinds/core/pod';
import type { ImaginedNode } from '../../kinds/core/would-fit';
import { byText } from '../../lib/json';
import { byNode } from '../../runtime/by-node';
import type { Informers } from '../../runtime/informers';
import type { Pod, Taint } from '../../schema/types';

/** A ready node with the pods on it. */
export type Place = ImaginedNode & { readonly isCordoned: boolean };

/** The cluster as one run of the descheduler sees it: what was evicted during the run is gone from it at once. */
export class Situation {
  #places: readonly Place[];

  constructor(informers: Informers) {
    this.#places = [...informers.of(Nodes).list()].filter(({ status }) => isConditionTrue(status, 'Ready')).sort((a, b) => byText(a.metadata.name, b.metadata.name))
      .map(({ metadata: { name, labels = {} }, spec: { taints = [], unschedulable = false }, status }) => ({
        name, labels, taints, allocatable: resourcesOf(status?.allocatable), isCordoned: unschedulable,
        pods: [...informers.of(Pods).by(byNode, name)].filter((pod) => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined).sort(byRank),
      }));
  }

  /** Nodes that take pods. */
  get nodes(): readonly Place[] { return this.#places.filter(({ isCordoned }) => !isCordoned); }
  get all(): readonly Place[] { return this.#places; }
  get pods(): readonly Pod[] { return this.#places.flatMap(({ pods }) => pods); }

  moved(key: string, from: string): void { this.#places = this.#places.map((place) => (place.name === from ? { ...place, pods: place.pods.filter((pod) => keyOf(pod) !== key) } : place)); }
}

/** Who goes first: the least important, then the youngest; names decide the rest. */
const byRank = (a: Pod, b: Pod): number => (a.spec.priority ?? 0) - (b.spec.priority ?? 0)
  || byText(b.metadata.creationTimestamp ?? '', a.metadata.creationTimestamp ?? '') || byText(keyOf(a), keyOf(b));

export const taintsOf = ({ taints }: Place, effects: readonly string[]): readonly Taint[] => taints.filter(({ effect }) => effects.includes(effect));
