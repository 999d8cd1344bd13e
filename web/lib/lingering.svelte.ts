import { untrack } from 'svelte';
import type { PodView } from './pod-view';

const lingerMs = 700;
/** More at once is a burst, not a story. */
const most = 60;

/** What is gone stays to be seen for a moment, as terminating: a pod that ends within one frame would vanish unseen. Real time, and the picture's alone. */
export class Lingering {
  #gone: readonly PodView[] = [];
  #before: ReadonlyMap<string, PodView> = new Map();
  #turn = $state(0);

  /** The pods, and those that have just gone. For a derived value: it is worked out anew when one of the gone is to be forgotten. */
  with(pods: readonly PodView[]): readonly PodView[] {
    void this.#turn;
    const now = new Map(pods.map((view) => [view.uid, view]));
    const left = [...this.#before.values()].filter(({ uid }) => !now.has(uid)).map(asTerminating);
    this.#before = now;
    if (left.length > 0 && left.length <= most) {
      this.#gone = [...this.#gone, ...left];
      setTimeout(() => this.#forget(left), lingerMs);
    }
    return this.#gone.length > 0 ? [...pods, ...this.#gone] : pods;
  }

  #forget(left: readonly PodView[]): void {
    this.#gone = this.#gone.filter((view) => !left.includes(view));
    this.#turn = untrack(() => this.#turn) + 1;
  }
}

const asTerminating = (view: PodView): PodView => ({ ...view, condition: { state: 'terminating', reason: 'Terminating', detail: '' }, label: `${view.label}, gone` });
