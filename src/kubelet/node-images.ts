import type { SchedulerLike } from 'rxjs';
import { imageNameError, parseImageName } from '../containers/image-name';
import type { ContainerRuntime, PulledImage } from '../containers/types';

type Found = Extract<PulledImage, { found: true }>;
type Pull = { readonly startedAt: number; readonly waiting: ((image: PulledImage, tookMs: number) => void)[] };

/** Looking whether the registry's manifest is still the one that is here. */
const manifestCheckMs = 350;

/** The images on one node, and the pulls under way: whoever asks for an image that is being pulled waits for that pull. */
export class NodeImages {
  readonly #present = new Map<string, Found>();
  readonly #pulling = new Map<string, Pull>();
  /** Counts what changed, so that the node's status need not be compared. */
  version = 0;

  constructor(private readonly runtime: ContainerRuntime, private readonly scheduler: SchedulerLike) {}

  get present(): ReadonlyMap<string, Found> { return this.#present; }

  /** Why no image can have this name; undefined for a good one. */
  nameError(image: string): string | undefined { return imageNameError(image); }

  find(image: string): Found | undefined { return this.#present.get(canonicalName(image)); }

  /** Tells `done` once, later, what the pull found and how long it took, in milliseconds. */
  pull(image: string, done: (image: PulledImage, tookMs: number) => void): void {
    const name = canonicalName(image);
    const running = this.#pulling.get(name);
    const startedAt = this.scheduler.now();
    if (running) {
      running.waiting.push((result) => done(result, this.scheduler.now() - startedAt));
      return;
    }
    const found = this.runtime.image(image);
    const tookMs = this.#present.has(name) ? Math.min(manifestCheckMs, found.pullMs) : found.pullMs;
    const pull: Pull = { startedAt, waiting: [done] };
    this.#pulling.set(name, pull);
    this.scheduler.schedule(() => this.#finish(name, pull, found), tookMs);
  }

  /** The node is off: pulls under way come to nothing, images on its disk stay. */
  interrupt(): void { this.#pulling.clear(); }

  #finish(name: string, pull: Pull, found: PulledImage): void {
    if (this.#pulling.get(name) !== pull) return;
    this.#pulling.delete(name);
    if (found.found && !this.#present.has(name)) {
      this.#present.set(name, found);
      this.version++;
    }
    for (const done of pull.waiting) done(found, this.scheduler.now() - pull.startedAt);
  }
}

const canonicalNames = new Map<string, string>();
/** As containerd names it: `docker.io/library/nginx:1.27`. The name itself where it cannot be read. */
export function canonicalName(image: string): string {
  let known = canonicalNames.get(image);
  if (known === undefined) {
    if (canonicalNames.size >= 4_096) canonicalNames.clear();
    canonicalNames.set(image, (known = imageNameError(image) === undefined ? parseImageName(image).canonical : image));
  }
  return known;
}
