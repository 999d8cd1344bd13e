import type { VirtualClock } from './clock';

/** Real time, as the host has it: a stopwatch and a way to be called again. */
export type PacerHost = { now(): number; later(work: () => void, delayMs: number): void };

/** The longest the cluster may keep the thread, in milliseconds. */
export const sliceMs = 16;
const breathMs = 8;

/** Maps virtual time to real time x speed, in slices; when the work is too much for the speed, time runs slower and never races to catch up. */
export class Pacer {
  #running = false;
  #scheduled = false;
  #speed: number;
  #anchor: { readonly real: number; readonly virtual: number };

  constructor(private readonly clock: VirtualClock, private readonly host: PacerHost, speed = 1, private readonly afterSlice: () => void = () => {}) {
    this.#speed = speed;
    this.#anchor = { real: host.now(), virtual: clock.now() };
  }

  get running(): boolean { return this.#running; }
  get speed(): number { return this.#speed; }
  set speed(speed: number) {
    if (!(speed > 0)) throw new RangeError(`speed must be above 0, was ${speed}`);
    this.#speed = speed;
    this.#drop();
  }

  play(): void {
    if (this.#running) return;
    this.#running = true;
    this.#drop();
    this.#later(0);
  }

  pause(): void { this.#running = false; }

  #turn = (): void => {
    this.#scheduled = false;
    if (!this.#running) return;
    const began = this.host.now();
    const target = this.#anchor.virtual + (began - this.#anchor.real) * this.#speed;
    const caughtUp = this.clock.advanceTo(target, () => this.#running && this.host.now() - began < sliceMs);
    if (!caughtUp) this.#drop();
    this.afterSlice();
    this.#later(caughtUp ? breathMs : 0);
  };

  #later(delayMs: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.host.later(this.#turn, delayMs);
  }

  #drop(): void { this.#anchor = { real: this.host.now(), virtual: this.clock.now() }; }
}
