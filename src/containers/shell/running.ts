import type { Observable, SchedulerLike } from 'rxjs';

/** Undoes what a suspension has planned. */
export type Teardown = (() => void) | void;
/** Why a process sleeps: it arranges for `wake` to be called once. */
export type Suspension = (wake: () => void) => Teardown;
/** A piece of a process's work: it yields whenever it has to wait. */
export type Running<T> = Generator<Suspension, T, void>;

/** Sleeps until `begin` has called `resume`, and gives what it was called with. */
export function* suspend<T>(begin: (resume: (value: T) => void) => Teardown): Running<T> {
  let result: { readonly value: T } | undefined;
  yield (wake) => begin((value) => {
    if (result) return;
    result = { value };
    wake();
  });
  if (!result) throw new Error('a process was woken without a value');
  return result.value;
}

/** Work that is done already. */
// oxlint-disable-next-line require-yield -- it never has to wait, but is asked for where others do
export function* done<T>(value: T): Running<T> {
  return value;
}

/** Sleeps for a while of virtual time. */
export const sleep = (scheduler: SchedulerLike, delayMs: number): Running<void> =>
  suspend((resume) => {
    const action = scheduler.schedule(() => resume(undefined), delayMs);
    return () => action.unsubscribe();
  });

/** Waits for the first value of a stream; undefined when it ends without one. */
export const firstOf = <T>(stream: Observable<T>): Running<T | undefined> =>
  suspend((resume) => {
    const subscription = stream.subscribe({ next: (value) => resume(value), error: () => resume(undefined), complete: () => resume(undefined) });
    return () => subscription.unsubscribe();
  });
