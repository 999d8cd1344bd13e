import type { Pod } from '../../src/schema/types';
import { shortPodName, type Owner, type Owners } from './owners';
import { podCondition, restartsOf, stateWords, type PodCondition } from './pod-state';

/** A pod as it is drawn: worked out once for each version of the object. */
export type PodView = {
  readonly uid: string;
  readonly pod: Pod;
  readonly condition: PodCondition;
  readonly owner: Owner | undefined;
  readonly first: string;
  readonly second: string;
  /** What a screen reader hears. */
  readonly label: string;
};

/** Draws the same objects to the same views, so that only what changed is drawn again. */
export class PodViews {
  readonly #known = new WeakMap<Pod, { readonly ownerKey: string; readonly view: PodView }>();

  of(pods: readonly Pod[], owners: Owners): readonly PodView[] {
    return pods.map((pod) => {
      const owner = owners.ofPod(pod);
      const ownerKey = owner ? `${owner.name}/${owner.letter}/${owner.hue}` : '';
      const known = this.#known.get(pod);
      if (known?.ownerKey === ownerKey) return known.view;
      const view = viewOf(pod, owner);
      this.#known.set(pod, { ownerKey, view });
      return view;
    });
  }
}

function viewOf(pod: Pod, owner: Owner | undefined): PodView {
  const condition = podCondition(pod);
  const restarts = restartsOf(pod);
  const words = stateWords[condition.state];
  const said = condition.reason === 'Running' || condition.state === 'terminating' ? words : `${words}: ${condition.reason}`;
  const short = shortPodName(pod, owner);
  const shown = [short.first, short.second, owner?.letter].filter(Boolean).join(' ');   // the name begins with what is written there
  const label = `${shown}, ${said}${restarts > 0 ? `, ${restarts} restarts` : ''}, pod ${pod.metadata.name}`;
  return { uid: pod.metadata.uid, pod, condition, owner, ...short, label };
}
