import type { Observable, SchedulerLike } from 'rxjs';
import { Interrupted } from './errors';

/** A stream's values one after the other; ends early with {@link Interrupted} when `signal` fires. */
export async function* each<T>(source: Observable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const arrived: T[] = [];
  let taken = 0;
  let ended = false;
  let failure: unknown;
  let wake = () => {};
  const stop = () => { ended = true; failure = new Interrupted(); wake(); };
  signal.addEventListener('abort', stop);
  const subscription = source.subscribe({
    next: (value) => { arrived.push(value); wake(); },
    error: (error: unknown) => { ended = true; failure = error; wake(); },
    complete: () => { ended = true; wake(); },
  });
  if (signal.aborted) stop();
  try {
    for (;;) {
      const value = arrived[taken];
      if (taken < arrived.length) {
        taken++;
        if (taken === arrived.length) { arrived.length = 0; taken = 0; }
        yield value as T;
      } else if (failure !== undefined) throw failure;
      else if (ended) return;
      else await new Promise<void>((resolve) => { wake = resolve; });
    }
  } finally {
    subscription.unsubscribe();
    signal.removeEventListener('abort', stop);
  }
}

/** Waits on the cluster's clock; rejects with {@link Interrupted} when `signal` fires. */
export const sleep = (clock: SchedulerLike, durationMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return void reject(new Interrupted());
    const stop = () => { timer.unsubscribe(); reject(new Interrupted()); };
    const timer = clock.schedule(() => { signal.removeEventListener('abort', stop); resolve(); }, durationMs);
    signal.addEventListener('abort', stop);
  });

/** A signal that also fires after a while on the cluster's clock. */
export class Deadline {
  readonly #own = new AbortController();
  readonly #timer: { unsubscribe(): void } | undefined;
  readonly #stop = () => this.#own.abort();
  #expired = false;

  /** `durationMs` 0 or less waits as long as it takes. */
  constructor(clock: SchedulerLike, durationMs: number, private readonly parent: AbortSignal) {
    if (parent.aborted) this.#stop();
    parent.addEventListener('abort', this.#stop);
    if (durationMs > 0) this.#timer = clock.schedule(() => { this.#expired = true; this.#stop(); }, durationMs);
  }

  get signal(): AbortSignal { return this.#own.signal; }
  /** Whether time is up, rather than the command interrupted. */
  get expired(): boolean { return this.#expired; }

  end(): void {
    this.#timer?.unsubscribe();
    this.parent.removeEventListener('abort', this.#stop);
  }
}
