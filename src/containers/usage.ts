/**
 * What a simulated container is said to use. There is no processor here: a process costs its start, an endless loop costs the time it takes,
 * a server costs something for each request, and beyond that an image has figures for doing nothing, in the size real ones have.
 */
export type Usage = {
  /** In billionths of a core, on average over the window. */
  readonly cpuNano: number;
  readonly memoryBytes: number;
  /** The end of the window, in milliseconds of virtual time, and its length. */
  readonly at: number;
  readonly windowMs: number;
};

/** What a program of an image uses while it has nothing to do. */
export type Idle = { readonly cpuMilli: number; readonly memoryMiB: number };

/** How often usage is sampled, as by a metrics server with its usual resolution. */
export const sampleEveryMs = 15_000;
/** A container younger than this has no usage yet: too short a time to say anything. */
const leastWindowMs = 10_000;

/** Processor time that the start of one process takes, and the answer to one request where an image says nothing else. */
export const processCpuMs = 1;
export const requestCpuMs = 0.2;

/** The window of the newest sample of a container; undefined when it was started too shortly before. */
export function windowOf(startedAt: number, now: number): { readonly at: number; readonly windowMs: number } | undefined {
  const at = Math.floor(now / sampleEveryMs) * sampleEveryMs;
  const windowMs = Math.min(sampleEveryMs, at - startedAt);
  return windowMs >= leastWindowMs ? { at, windowMs } : undefined;
}

/** Processor time of one container, window by window; nothing is planned, and only the window before the present one is kept. */
export class CpuMeter {
  #window: number;
  #settledAt: number;
  #load = 0;
  #spentMs = 0;
  #beforeMs = 0;

  constructor(startedAt: number) {
    this.#settledAt = startedAt;
    this.#window = Math.floor(startedAt / sampleEveryMs);
  }

  /** Processor time that something took just now. */
  spend(cpuMs: number, now: number): void {
    this.#settle(now);
    this.#spentMs += cpuMs;
  }

  /** Keeps cores busy until the function is called. */
  load(cores: number, now: number): (now: number) => void {
    this.#settle(now);
    this.#load += cores;
    return (until) => { this.#settle(until); this.#load -= cores; };
  }

  /** Processor time of the last whole window, in milliseconds. */
  spentMs(now: number): number {
    this.#settle(now);
    return this.#beforeMs;
  }

  #settle(now: number): void {
    const window = Math.floor(now / sampleEveryMs);
    if (window > this.#window) {
      const first = this.#spentMs + this.#load * ((this.#window + 1) * sampleEveryMs - this.#settledAt);
      this.#beforeMs = window === this.#window + 1 ? first : this.#load * sampleEveryMs;
      this.#spentMs = 0;
      this.#window = window;
      this.#settledAt = window * sampleEveryMs;
    }
    this.#spentMs += this.#load * (now - this.#settledAt);
    this.#settledAt = now;
  }
}
