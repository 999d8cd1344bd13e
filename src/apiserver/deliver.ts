import { Observable, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';

/**
 * Watch events travel through the scheduler, never inside the write that made them: caches may be stale, and a latency for
 * one component makes it visible. Order is kept; events due at one instant arrive as one action.
 */
export function deliver<T>(scheduler: SchedulerLike, latencyMs: () => number): MonoTypeOperatorFunction<T> {
  return (source) => new Observable<T>((subscriber) => {
    let batch: { readonly values: T[]; readonly dueAt: number } | undefined;

    const send = (value: T) => {
      const dueAt = Math.max(scheduler.now() + latencyMs(), batch?.dueAt ?? 0);
      if (batch?.dueAt === dueAt) { batch.values.push(value); return; }
      const opened = batch = { values: [value], dueAt };
      scheduler.schedule(() => {   // not cancelled with the watch: what is still travelling arrives at a closed door
        if (batch === opened) batch = undefined;
        for (const each of opened.values) subscriber.next(each);
      }, dueAt - scheduler.now());
    };

    return source.subscribe({
      next: send,
      complete: () => { scheduler.schedule(() => subscriber.complete(), Math.max(0, (batch?.dueAt ?? 0) - scheduler.now())); },
      error: (error: unknown) => { scheduler.schedule(() => subscriber.error(error), Math.max(0, (batch?.dueAt ?? 0) - scheduler.now())); },
    });
  });
}
