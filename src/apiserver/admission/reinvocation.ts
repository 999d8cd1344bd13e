import type { KubeObject } from '../../api/types';

/** Which of the policies and webhooks that change objects are asked again, because others changed the object after them. One request's own. */
export class Reinvocation {
  /** 2 while everything is run once more. */
  round: 1 | 2 = 1;
  /** Whether a second round is due. */
  isDue = false;
  readonly #ran = new Set<string>();
  readonly #flagged = new Set<string>();
  #last: KubeObject | undefined;

  /** Before a plugin of policies or webhooks looks at the object: in the second round, a change by anything else asks all again. */
  resume(object: KubeObject): void { if (this.round === 2 && this.#last !== undefined && this.#last !== object) this.#flagAll(); }

  mayRun(id: string): boolean { return this.round === 1 || this.#flagged.has(id); }

  /** `id` has run; `ifNeeded` says that it wants to see what others make of its work. */
  ran(id: string, ifNeeded: boolean, before: KubeObject, after: KubeObject): void {
    this.#last = after;
    if (before !== after) {
      this.#flagAll();
      this.isDue = true;
    }
    this.#flagged.delete(id);
    if (ifNeeded) this.#ran.add(id);
  }

  #flagAll(): void { for (const id of this.#ran) this.#flagged.add(id); }
}
