import type { PodView } from './pod-view';

const lingerMs = 700;

/** What is gone stays to be seen for a moment, as terminating: a pod that ends within one frame would vanish unseen. Real time, and the picture's alone. */
export class Lingering {
  #gone = $state.raw<readonly PodView[]>([]);
  #before: ReadonlyMap<string, PodView> = new Map();

  /** Pods that have just gone. */
  get views(): readonly PodView[] { return this.#gone; }

  /** To be told of every change. */
  see(pods: readonly PodView[]): void {
    const now = new Map(pods.map((view) => [view.uid, view]));
    const left = [...this.#before.values()].filter(({ uid }) => !now.has(uid)).map(asTerminating);
    this.#before = now;
    if (left.length === 0 || left.length > most) return;
    this.#gone = [...this.#gone, ...left];
    setTimeout(() => { this.#gone = this.#gone.filter((view) => !left.includes(view)); }, lingerMs);
  }

  /** Another cluster: nothing of the old one is missed. */
  forget(): void { this.#gone = []; this.#before = new Map(); }
}

/** More at once is a burst, not a story. */
const most = 60;
const asTerminating = (view: PodView): PodView => ({ ...view, condition: { state: 'terminating', reason: 'Terminating', detail: '' }, label: `${view.label}, gone` });
